import { describe, expect, test } from 'vitest';

import type { EntryDoubt, HeldInstead, HeldVdo, VdoDoubt } from '../../src/model/manager-facts.ts';
import { sayEntryDoubt, sayHeld } from '../../src/prose/refusals/manager-facts.ts';
import * as happen from '../simulated/levers.ts';
import { addManagedVolume } from '../../src/simulator/programs/manager/arrange.ts';
import { createDiskHost } from '../simulated/worlds.ts';
import { callOn } from './call.ts';
import '../../src/cli/handlers/remove.ts';

const vdo: HeldVdo = { uuid: 'u', formattedOn: null, logicalBytes: 1024 ** 3, doubt: null };
const held = (doubt: VdoDoubt | null, ...signatures: string[]): HeldInstead => ({
  kind: 'signatures',
  signatures,
  vdo: { ...vdo, doubt },
});

describe('what a device holds instead', () => {
  test.each<[HeldInstead, string]>([
    [{ kind: 'unknown' }, 'no VDO, and blkid does not tell what else'],
    [{ kind: 'unreadable', why: 'EIO' }, 'something that cannot be read (EIO)'],
    [{ kind: 'half-converted', uuid: 'u' }, 'a VDO (UUID u) that is half-converted for LVM'],
    [{ kind: 'signatures', signatures: ['ext4', 'xfs'], vdo: null }, 'ext4 and xfs'],
    [{ kind: 'signatures', signatures: [], vdo: 'damaged-or-newer' }, 'a damaged or newer VDO'],
    [held(null, 'ext4'), 'ext4 and a VDO (UUID u, logical size 1.00 GiB)'],
    [held({ kind: 'other-uuid', entryUuid: 'w' }), 'but the entry has UUID w'],
    [
      held({ kind: 'other-size', size: 'slabBytes', diskBytes: 1024 ** 3, entryBytes: 2 * 1024 ** 3 }),
      'whose slab size is 1.00 GiB, but 2.00 GiB in the entry',
    ],
    [held({ kind: 'formatted-after-the-entry' }), 'formatted after /etc/vdoconf.yml was last written'],
    [
      held({ kind: 'formatted-before-the-create' }),
      'but /etc/vdoconf.yml recorded the create only after that',
    ],
    [held({ kind: 'formatted-in-the-future' }), 'formatted in the future'],
    [held({ kind: 'create-time-unknown' }), 'and the time when the create began is unknown'],
  ])('%j', (facts, words) => {
    expect(sayHeld(facts)).toContain(words);
  });
});

test.each<[EntryDoubt, string]>([
  [{ kind: 'no-readable-vdo' }, '/dev/vdb holds no readable VDO'],
  [{ kind: 'another-vdo', uuid: 'u' }, '/dev/vdb holds another VDO (UUID u)'],
  [{ kind: 'not-told-apart' }, '/dev/vdb may hold another VDO'],
  [{ kind: 'runs-elsewhere', runsOn: '/dev/vdc' }, 'it runs on /dev/vdc, not on /dev/vdb'],
  [{ kind: 'kernel-and-super-block-differ' }, 'the kernel and its super block have different sizes'],
])('a doubt about an entry: %j', (doubt, words) => {
  expect(sayEntryDoubt(doubt, '/dev/vdb')).toBe(words);
});

test('a refused removal gives scripts what the device holds, as facts', async () => {
  const host = createDiskHost((world) => {
    addManagedVolume(world, 'my-vdo', '/dev/vdb');
    happen.stopDevice(world, 'my-vdo');
    happen.overwriteDisk(world, 'vdb', 'ext4');
  });
  const { code, stdout } = await callOn(host, 'remove', 'my-vdo', '--yes', '--json');
  expect(code).toBe(8);
  const { volumes } = JSON.parse(stdout) as { volumes: unknown[] };
  expect(volumes).toMatchObject([
    {
      error: {
        because: 'device-holds-other',
        facts: { holds: { kind: 'signatures', signatures: ['ext4'], vdo: null }, operation: 'remove' },
      },
    },
  ]);
});
