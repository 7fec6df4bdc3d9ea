import { expect, test } from 'vitest';

import { activatePool, addPool, addVg } from '../../src/simulator/arrange.ts';
import * as happen from '../simulated/levers.ts';
import type { TestHost } from '../simulated/test-host.ts';
import { grow } from '../../src/operations/grow-and-set.ts';
import { recover } from '../../src/operations/recover.ts';
import { remove } from '../../src/operations/remove.ts';
import { describeAction } from '../../src/plan/take-step.ts';
import { createDiskHost, gibibyte, readStatus } from '../simulated/worlds.ts';
import { createSession, problemOf } from './fakes.ts';
import { hasDevice } from './steps.ts';

/** A crashed pool with two LVs, whose journal takes 20 s to replay. */
function createCrashed(): TestHost {
  return createDiskHost((world) => {
    const volumes = ['one', 'two'].map((name) => ({ name, sizeBytes: gibibyte }));
    const recovery = { replayMs: 20_000, scrubMs: 60_000, fromPercent: 10, rebuildMs: 1000 };
    const vg = addVg(world, 'vg', ['/dev/vdb']);
    activatePool(world, addPool(world, vg, 'pool', { sizeBytes: 8 * gibibyte, volumes, recovery }));
    happen.cutPower(world);
  });
}

test('recover activates every LV of the pool', async () => {
  const host = createCrashed();
  await recover(createSession(host), 'vg/one', { forceRebuild: 'not-asked' });
  expect(hasDevice(host, 'vg-one') && hasDevice(host, 'vg-two')).toBe(true);
  expect(await readStatus(host, 'vg-pool-vpool')).toContain(' normal ');
});

test('a time limit during the replay ends the call at once, and the start goes on', async () => {
  const host = createCrashed();
  const startedAt = host.clock.now();
  const session = createSession(host, { timeoutMs: 2000 });
  expect(await problemOf(recover(session, 'vg/pool', { forceRebuild: 'not-asked' }))).toMatchObject({
    kind: 'not-by-the-deadline',
    state: 'start goes on by itself',
  });
  expect(host.clock.now() - startedAt).toBeLessThan(5000);
  await host.clock.sleep(25_000);
  expect(await readStatus(host, 'vg-pool-vpool')).toContain(' recovering ');
  expect(hasDevice(host, 'vg-one') && hasDevice(host, 'vg-two')).toBe(true);
});

test('what fails in part is put back', async () => {
  const host = createCrashed();
  host.failNext('lvchange -ay', { outcome: { kind: 'exited', code: 5 }, work: 'done' });
  expect(
    await problemOf(recover(createSession(host), 'vg/pool', { forceRebuild: 'not-asked' })),
  ).toMatchObject({
    kind: 'tool-failed',
  });
  expect(hasDevice(host, 'vg-one') || hasDevice(host, 'vg-two')).toBe(false);
});

test('by the name of one logical volume among several the pool is not removed; by its own name it is', async () => {
  const host = createCrashed();
  await recover(createSession(host), 'vg/pool', { forceRebuild: 'not-asked' });
  expect(await problemOf(remove(createSession(host), 'vg/one'))).toMatchObject({
    kind: 'refused',
    because: 'one-of-several',
    facts: { asked: 'vg/one', lvs: ['vg/one', 'vg/two'] },
  });
  expect(hasDevice(host, 'vg-one') && hasDevice(host, 'vg-two')).toBe(true);
  const session = createSession(host);
  expect(await remove(session, 'vg/pool')).toMatchObject({ outcome: 'done' });
  expect(session.asked[0]?.mayLose.join()).toContain('vg/one, vg/two');
  expect(hasDevice(host, 'vg-pool-vpool')).toBe(false);
});

test('one logical volume among several grows by its name, and not by that of the pool', async () => {
  const host = createCrashed();
  await recover(createSession(host), 'vg/pool', { forceRebuild: 'not-asked' });
  const growth = { kind: 'logical', bytes: 2 * gibibyte, isMore: false } as const;
  expect(
    await problemOf(grow(createSession(host), 'vg/pool', { ...growth, asked: 'vg/pool' })),
  ).toMatchObject({
    kind: 'refused',
    because: 'which-logical-volume',
  });
  const dry = createSession(host, { dryRun: true });
  await grow(dry, 'vg/two', { ...growth, asked: 'vg/two' });
  expect(dry.shown[0]?.steps.map(describeAction)).toEqual(['lvextend --yes --size 2147483648b vg/two']);
  const more = createSession(host, { dryRun: true });
  await grow(more, 'vg/two', { ...growth, isMore: true, asked: 'vg/two' });
  expect(more.shown[0]?.steps.map(describeAction)).toEqual(['lvextend --yes --size 3221225472b vg/two']);
});
