import assert from 'node:assert/strict';

import type { Scenario } from './scenario.ts';
import {
  call,
  callInVain,
  crash,
  expectOutcome,
  makeVolumeWithFiles,
  onEachStack,
  readAlerts,
  untilMode,
  forEachStack,
} from './steps.ts';
import type { TestVolume, World } from './world.ts';

/**
 * The storage fails while the volume is written to, until it is mended: the volume is read-only in memory and not on
 * disk.
 */
async function failForAWhile(world: World, stack: TestVolume['stack']): Promise<TestVolume> {
  const volume = await makeVolumeWithFiles(world, { stack });
  await volume.mount();
  await volume.writeOn();
  await volume.failStorage();
  await untilMode(world, volume, 'read-only');
  return volume;
}

/** Storage that fails beneath a volume. */
export const failingScenarios: readonly Scenario[] = [
  ...forEachStack((stack) => ({
    name: `${stack}: the storage failed for a while: a plain restart recovers it, after a confirmation`,
    traps: ['restart-recovers', 'stale-page-cache'],
    async play(world) {
      const volume = await failForAWhile(world, stack);
      await volume.mendStorage();
      await volume.release();
      await volume.unmount();
      assert.deepEqual(await readAlerts(world, volume.name), ['restart-recovers']);
      await callInVain(world, ['status', volume.name], {
        code: 0,
        says: ['its disk does not say read-only: a restart recovers it', 'it needs no forced rebuild'],
      });
      await callInVain(world, ['recover', volume.name], {
        code: 10,
        says: ['Plan: restart', 'not confirmed', '--yes', /without a forced rebuild/],
        neverSays: ['vdoforcerebuild'],
      });
      // A restart suffices, and is the plan even when a forced rebuild is asked for.
      await callInVain(world, ['recover', volume.name, '--force-rebuild'], {
        code: 10,
        says: ['Plan: restart'],
      });
      await call(world, ['recover', volume.name, '--yes'], { code: 0, says: ['normal again'] });
      assert.equal(await volume.mode(), 'normal');
      assert.equal(await volume.readOnlyRecoveries(), 0);
      await volume.verifyFiles();
    },
  })),
  ...forEachStack((stack) => ({
    name: `${stack}: a restart of a volume that is mounted is refused by name of the mount`,
    traps: ['busy-says-who'],
    async play(world) {
      const volume = await failForAWhile(world, stack);
      await volume.mendStorage();
      await callInVain(world, ['recover', volume.name, '--yes'], {
        code: 8,
        says: [`mounted on ${volume.mountPoint}`, 'nothing was changed'],
      });
    },
  })),
  ...forEachStack((stack) => ({
    name: `${stack}: while the storage still fails nothing is tried, not even a forced rebuild`,
    traps: ['restart-recovers'],
    async play(world) {
      const volume = await failForAWhile(world, stack);
      for (const more of [[], ['--yes'], ['--force-rebuild', '--yes']])
        await callInVain(world, ['recover', volume.name, ...more], {
          code: 6,
          says: ['is read-only', 'its storage fails', 'repair the storage first'],
        });
    },
  })),
  ...onEachStack({
    name: 'the storage starts failing during a recovery: recover ends with 6, and does not hang',
    traps: ['read-only-ends-a-wait'],
    async play(world, volume) {
      await crash(world, volume);
      const recover = await world.begin('recover', volume.name);
      await untilMode(world, volume, 'recovering');
      await volume.failStorage();
      expectOutcome(await recover.wait(), { code: 6, says: ['is read-only', 'storage'] });
      assert.equal(await volume.mode(), 'read-only');
      await volume.mendStorage();
      await call(world, ['recover', volume.name, '--yes'], { code: 0, says: ['normal again'] });
      await volume.verifyFiles();
    },
  }),
  ...onEachStack({
    name: 'the storage starts failing during a wait: it ends with 6',
    traps: ['read-only-ends-a-wait'],
    async play(world, volume) {
      await crash(world, volume);
      await call(world, ['start', volume.name], { code: 0 });
      const wait = await world.begin('wait', volume.name, '--for', 'normal');
      await volume.failStorage();
      expectOutcome(await wait.wait(), { code: 6, says: ['is read-only'] });
    },
  }),
];
