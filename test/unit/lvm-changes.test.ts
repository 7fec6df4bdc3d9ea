import { expect, test } from 'vitest';

import { activatePool, addDisk, addPool, addVg } from '../../src/simulator/arrange.ts';
import * as happen from '../simulated/levers.ts';
import type { TestHost } from '../simulated/test-host.ts';
import { grow, set } from '../../src/operations/grow-and-set.ts';
import { describeAction } from '../../src/plan/take-step.ts';
import { lookAtHost } from '../../src/stacks/host-look.ts';
import { createDiskHost, gibibyte, run } from '../simulated/worlds.ts';
import { createSession, problemOf, snapshot } from './fakes.ts';

/** A running pool with compression and deduplication, on `vdb`; its group also has `vdc`, which is empty. */
function createHost(): TestHost {
  return createDiskHost((world) => {
    addDisk(world, { name: 'vdc', sizeBytes: 12 * gibibyte, serial: 'S2' });
    const vg = addVg(world, 'vg', ['/dev/vdb', '/dev/vdc']);
    const volumes = [{ name: 'lv', sizeBytes: gibibyte }];
    activatePool(world, addPool(world, vg, 'pool', { sizeBytes: 8 * gibibyte, volumes }));
  });
}

async function message(host: TestHost, words: string): Promise<void> {
  const { outcome } = await run(host, `! dmsetup message vg-pool-vpool 0 ${words}`);
  expect(outcome).toEqual({ kind: 'exited', code: 0 });
}

async function alertsOf(host: TestHost) {
  const { seen } = await lookAtHost(host);
  return seen.flatMap(({ volume }) => volume.alerts);
}

test('what LVM has on and the kernel off is an alert, and set puts it right in the kernel alone', async () => {
  const host = createHost();
  await host.clock.sleep(5000);
  expect(await alertsOf(host)).toEqual([]);
  await message(host, 'compression off');
  await message(host, 'index-disable');
  expect(await alertsOf(host)).toMatchObject([
    { code: 'switched-off', next: 'vdoctl set vg/pool compression=on deduplication=on' },
  ]);
  const on = (['compression', 'deduplication'] as const).map((key) => ({ key, value: 'on' as const }));
  const dry = createSession(host, { dryRun: true });
  await set(dry, 'vg/pool', on);
  expect(dry.shown[0]?.steps.map(describeAction)).toEqual([
    'dmsetup message vg-pool-vpool 0 compression on',
    'dmsetup message vg-pool-vpool 0 index-enable',
  ]);
  await set(createSession(host), 'vg/pool', on);
  expect(await alertsOf(host)).toEqual([]);
});

test('what LVM has off is no alert', async () => {
  const host = createHost();
  await host.clock.sleep(5000);
  await set(createSession(host), 'vg/pool', [{ key: 'compression', value: 'off' }]);
  expect(await alertsOf(host)).toEqual([]);
});

test.each([
  ['logical', { kind: 'logical', bytes: 2 * gibibyte, isMore: false, asked: 'vg/lv' } as const],
  ['physical', { kind: 'physical' } as const],
])('a %s growth is refused while a disk of the group is missing, whatever lies there', async (_, growth) => {
  const host = createHost();
  await host.clock.sleep(5000);
  host.change((world) => {
    happen.setDiskFault(world, 'vdc', 'gone');
  });
  const before = snapshot(host);
  expect(await problemOf(grow(createSession(host), 'vg/pool', growth))).toMatchObject({
    kind: 'refused',
    because: 'physical-volume-missing',
    facts: { group: 'vg', back: [] },
  });
  expect(snapshot(host)).toBe(before);
});
