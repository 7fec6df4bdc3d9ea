import { describe, expect, test } from 'vitest';

import { addRemembered, startDmVolume } from '../../src/simulator/arrange.ts';
import * as happen from '../simulated/levers.ts';
import type { TestHost } from '../simulated/test-host.ts';
import { defaultSettings } from '../../src/model/settings.ts';
import { takeChanges, type Change } from '../../src/operations/mode-changes.ts';
import { lookAtHost } from '../../src/stacks/host-look.ts';
import { createDmHost, low } from '../simulated/worlds.ts';

async function look(host: TestHost): Promise<readonly Change[]> {
  return takeChanges(host, await lookAtHost(host, defaultSettings));
}

describe('what changed since the last look', () => {
  test('the first look tells of each volume, the second of none', async () => {
    const host = createDmHost();
    expect(await look(host)).toEqual([{ name: 'my-vdo', before: undefined, now: 'normal' }]);
    expect(await look(host)).toEqual([]);
  });

  test('a volume that was stopped, and one that is gone', async () => {
    const host = createDmHost();
    await look(host);
    host.change((world) => {
      happen.stopDevice(world, 'my-vdo');
    });
    const [change] = await look(host);
    // vdoctl does not remember this volume: once stopped, it is gone.
    expect(change).toEqual({ name: 'my-vdo', before: 'normal', now: undefined });
    expect(await look(host)).toEqual([]);
  });

  test('a volume that was stopped, and came up read-only', async () => {
    const host = createDmHost();
    await look(host);
    host.change((world) => {
      addRemembered(world, 'my-vdo', low);
      happen.stopDevice(world, 'my-vdo');
    });
    expect(await look(host)).toEqual([{ name: 'my-vdo', before: 'normal', now: 'stopped (clean)' }]);
    host.change((world) => {
      happen.setDiskState(world, low, 'read-only');
      startDmVolume(world, 'my-vdo', low);
    });
    expect(await look(host)).toEqual([{ name: 'my-vdo', before: 'stopped (clean)', now: 'read-only' }]);
  });

  test('what cannot be seen now is not gone', async () => {
    const host = createDmHost();
    await look(host);
    const missing = [{ source: 'lvm' as const, what: 'what LVM knows', why: 'it does not answer' }];
    expect(takeChanges(host, { seen: [], missing })).toEqual([]);
    expect(await look(host)).toEqual([]);
  });

  test.each(['', '{', 'null', '[]', '{"my-vdo":1}'])('a memory that reads %j is none', async (text) => {
    const host = createDmHost();
    host.change((world) => world.files.push({ path: '/var/lib/vdoctl/modes.json', text, mode: 0o600 }));
    expect(await look(host)).toEqual([{ name: 'my-vdo', before: undefined, now: 'normal' }]);
    expect(await look(host)).toEqual([]);
  });
});
