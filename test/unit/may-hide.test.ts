import { expect, test } from 'vitest';
import type { Host } from '../../src/host/host.ts';
import type { Missing } from '../../src/model/volume.ts';
import { resolveVolume } from '../../src/operations/resolve-volume.ts';
import { prepareDrive } from '../../src/stacks/prepare-drive.ts';
import { lookAtHost } from '../../src/stacks/host-look.ts';
import { createDmHost, createLvmHost } from '../simulated/worlds.ts';
import { fullReport } from '../../src/stacks/lvm/report.ts';
import { callOn } from './call.ts';
import { problemOf } from './fakes.ts';
import '../../src/cli/handlers/status.ts';

/** A failed look makes only those names uncertain that it may hide. */

async function kindOf(host: Host, missing: Missing, name: string): Promise<string> {
  const look = await lookAtHost(host);
  const resolved = Promise.resolve().then(() => resolveVolume(host, { ...look, missing: [missing] }, name));
  return (await problemOf(resolved)).kind;
}

const failed = { what: 'it', why: 'invalid', failed: true } as const;
const ofGroup: Missing = { source: 'lvm', hides: 'my-vg', ...failed };
const ofMemory: Missing = { source: 'memory', hides: 'stopped', ...failed };

test.each<[string, Missing, string]>([
  ['my-vg/pool', ofGroup, 'not-seen'],
  ['/dev/my-vg/lv', ofGroup, 'not-seen'],
  ['/dev/mapper/my--vg-lv', ofGroup, 'not-seen'],
  ['my--vg-pool-vpool', ofGroup, 'not-seen'],
  ['other/pool', ofGroup, 'no-such-volume'],
  ['my-vg2/pool', ofGroup, 'no-such-volume'],
  ['nosuch', ofGroup, 'no-such-volume'],
  ['stopped', ofMemory, 'not-seen'],
  ['/dev/mapper/stopped', ofMemory, 'not-seen'],
  ['stopped-2', ofMemory, 'no-such-volume'],
  ['nosuch', { source: 'lvm', ...failed }, 'not-seen'],
  ['nosuch', { source: 'manager', ...failed, volume: null }, 'no-such-volume'],
])('%s', async (name, missing, kind) => {
  expect(await kindOf(createDmHost(), missing, name)).toBe(kind);
});

test('an LV that is not understood makes only the names of its group uncertain', async () => {
  const host = createLvmHost();
  const { outcome, stdout } = await host.run(fullReport);
  const odd = stdout.replace(/"lv_size": ?"[0-9]+"/, '"lv_size":"large"');
  const ask = async (name: string): Promise<number> => {
    host.failNext('lvm fullreport', { outcome, stdout: odd });
    return (await callOn(host, 'status', name)).code;
  };
  expect(odd).not.toBe(stdout);
  expect(await ask('nosuch')).toBe(3);
  expect(await ask('vg/nosuch')).toBe(9);
});

test.each<[string, Missing, readonly Missing[]]>([
  ['what LVM did not tell', ofGroup, [ofGroup]],
  ['nothing else', { source: 'journal', ...failed }, []],
  ['no stray line of its answer', { source: 'lvm', ...failed, volume: null }, []],
])('a pool that LVM does not show is refused with %s', async (_what, missing, told) => {
  const host = createLvmHost();
  const look = await lookAtHost(host);
  const [seen] = look.seen;
  if (seen === undefined) throw new Error('no pool');
  const found = { ...seen.found, pool: undefined };
  const prepared = Promise.resolve().then(() =>
    prepareDrive(host, { ...look, missing: [missing] }, { ...seen, found }),
  );
  expect(await problemOf(prepared)).toMatchObject({ because: 'not-in-lvm', facts: { missing: told } });
});
