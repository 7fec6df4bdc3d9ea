import assert from 'node:assert/strict';

import type { Scenario } from './scenario.ts';
import {
  call,
  callInVain,
  makeVolumeWithFiles,
  onStack,
  readAlerts,
  readDocument,
  readEvents,
  readStatus,
  untilMode,
  forEachStack,
} from './steps.ts';
import type { TestVolume, World } from './world.ts';

interface Situation {
  readonly what: string;
  readonly alert: string;
  readonly says: readonly string[];
  /** Brings the volume, running and with files, into that state. */
  readonly arrange: (volume: TestVolume) => Promise<void>;
}

const situations: readonly Situation[] = [
  {
    what: 'stopped, and its disk says read-only',
    alert: 'will-be-read-only',
    says: ['is read-only', 'its disk says that it will start read-only'],
    async arrange(volume) {
      await volume.stop();
      await volume.makeReadOnly();
    },
  },
  {
    what: 'running read-only, and its disk says so too',
    alert: 'read-only',
    says: ['is read-only', 'its disk says so too, so a restart does not help'],
    async arrange(volume) {
      await volume.stop();
      await volume.makeReadOnly();
      await volume.start();
    },
  },
  {
    what: 'stopped, with a forced rebuild that was ordered and not done',
    alert: 'rebuild-pending',
    says: ['is read-only', 'a forced rebuild is pending on its disk'],
    async arrange(volume) {
      await volume.stop();
      await volume.makeReadOnly();
      await volume.markForRebuild();
    },
  },
];

async function rebuild(world: World, volume: TestVolume, before: number): Promise<void> {
  await call(world, ['recover', volume.name, '--force-rebuild', '--yes'], {
    code: 0,
    says: [`${volume.name}: rebuilt and normal again`, 'check its filesystem'],
  });
  assert.equal(await volume.mode(), 'normal');
  assert.equal(await volume.readOnlyRecoveries(), before + 1);
  await volume.checkFilesystem();
  await volume.verifyFiles();
  await call(world, ['status', volume.name], { code: 0, says: [/mode +normal/] });
}

async function makeReadOnlyAndRunning(world: World, stack: TestVolume['stack']): Promise<TestVolume> {
  const volume = await makeVolumeWithFiles(world, { stack });
  await volume.stop();
  await volume.makeReadOnly();
  await volume.start();
  await untilMode(world, volume, 'read-only');
  return volume;
}

/** Volumes whose disk says that only a forced rebuild helps. */
export const rebuildScenarios: readonly Scenario[] = [
  ...forEachStack((stack) =>
    situations.map(({ what, alert, says, arrange }): Scenario => ({
      name: `${stack}: ${what}: 6, then 10, then rebuilt with its files`,
      traps: ['rebuild-verified', 'component-needs-yes', 'component-is-read-only', 'state-4-shows-normal'],
      async play(world) {
        const volume = await makeVolumeWithFiles(world, { stack });
        await arrange(volume);
        assert.ok((await readAlerts(world, volume.name)).includes(alert));
        const counted = (await readStatus(world, volume.name))['counters'] as { readOnlyRecoveries: number };
        const next = `vdoctl recover ${volume.name} --force-rebuild`;
        await callInVain(world, ['recover', volume.name], { code: 6, says: [...says, next] });
        await callInVain(world, ['recover', volume.name, '--yes'], { code: 6, says });
        await callInVain(world, ['recover', volume.name, '--force-rebuild'], {
          code: 10,
          says: ['Plan: force-rebuild', 'can be lost', 'not confirmed', '--yes'],
        });
        await rebuild(world, volume, counted.readOnlyRecoveries);
      },
    })),
  ),
  ...forEachStack((stack) => ({
    name: `${stack}: without --yes --json is refused with 10 too, and says so in its result`,
    async play(world) {
      const volume = await makeReadOnlyAndRunning(world, stack);
      const args = ['recover', volume.name, '--force-rebuild', '--json'];
      const result = readEvents(await callInVain(world, args, { code: 10 })).at(-1);
      assert.equal(result?.['kind'], 'result');
      assert.equal(result['exitCode'], 10);
    },
  })),
  ...forEachStack((stack) => ({
    name: `${stack}: --force-rebuild of a volume that is normal rebuilds nothing, running or stopped`,
    traps: ['rebuild-of-a-normal-volume'],
    async play(world) {
      const volume = await makeVolumeWithFiles(world, { stack });
      await callInVain(world, ['recover', volume.name, '--force-rebuild', '--yes'], {
        code: 0,
        says: ['already normal; nothing to do'],
      });
      assert.equal(await volume.readOnlyRecoveries(), 0);
      await volume.stop();
      await call(world, ['recover', volume.name, '--force-rebuild'], {
        code: 0,
        says: ['normal again'],
        neverSays: ['rebuilt'],
      });
      assert.equal(await volume.readOnlyRecoveries(), 0);
      await volume.verifyFiles();
    },
  })),
  ...forEachStack((stack) => ({
    name: `${stack}: start of a read-only volume leaves it running for reading, and exits 6`,
    async play(world) {
      const volume = await makeVolumeWithFiles(world, { stack });
      await volume.stop();
      await volume.makeReadOnly();
      await call(world, ['start', volume.name], { code: 6, says: ['is read-only', '--force-rebuild'] });
      assert.equal(await volume.mode(), 'read-only');
      await callInVain(world, ['wait', volume.name, '--for', 'normal'], { code: 6, says: ['is read-only'] });
      await call(world, ['stop', volume.name], { code: 0 });
      assert.equal(await volume.diskState(), 'read-only');
    },
  })),
  ...forEachStack((stack) => ({
    name: `${stack}: start refuses a volume whose next start would be a forced rebuild`,
    traps: ['state-4-shows-normal'],
    async play(world) {
      const volume = await makeVolumeWithFiles(world, { stack });
      await volume.stop();
      await volume.makeReadOnly();
      await volume.markForRebuild();
      await callInVain(world, ['start', volume.name], {
        code: 6,
        says: ['the next start runs it', 'can lose data'],
      });
    },
  })),
  ...forEachStack((stack) => ({
    name: `${stack}: used and saved of a read-only volume are unknown, never a number`,
    traps: ['numbers-without-meaning'],
    async play(world) {
      const volume = await makeReadOnlyAndRunning(world, stack);
      await call(world, ['status', volume.name], {
        code: 0,
        says: [/used +unknown while read-only/],
        neverSays: [/saved +\d/],
      });
      const list = readDocument(await call(world, ['list', '--json'], { code: 0 }));
      const [{ sizes }] = list['volumes'] as [{ sizes: Record<string, unknown> }];
      const { usedBytes, availableBytes, usedPercent, savingPercent } = sizes;
      assert.deepEqual([usedBytes, availableBytes, usedPercent, savingPercent], [null, null, null, null]);
    },
  })),
  ...forEachStack((stack) =>
    (['device', 'process'] as const).map((holder): Scenario => ({
      name: `${stack}: a forced rebuild of a volume that a ${holder} holds is refused by its name`,
      traps: ['rebuild-in-use'],
      async play(world) {
        const volume = await makeReadOnlyAndRunning(world, stack);
        const held =
          holder === 'device'
            ? `held by ${await volume.holdWithDevice()}`
            : `(pid ${String(await volume.holdWithProcess())})`;
        for (const answer of [[], ['--yes']])
          await callInVain(world, ['recover', volume.name, '--force-rebuild', ...answer], {
            code: 8,
            says: [`${volume.name} is in use`, held, 'nothing was changed'],
          });
        await volume.release();
        await rebuild(world, volume, 0);
      },
    })),
  ),
  ...onStack(['dm', 'manager'], {
    name: 'a forced rebuild of a stopped volume whose storage something else uses is refused by its name',
    traps: ['rebuild-in-use'],
    async play(world, volume) {
      await volume.stop();
      await volume.makeReadOnly();
      const holder = await volume.holdStorageWithDevice();
      await callInVain(world, ['recover', volume.name, '--force-rebuild', '--yes'], {
        code: 8,
        says: [`held by ${holder}`],
      });
      await volume.release();
      await call(world, ['recover', volume.name, '--force-rebuild', '--yes'], { code: 0 });
    },
  }),
  ...forEachStack((stack) => ({
    name: `${stack}: a rebuild that fails halfway is put back, and can be done afterwards`,
    traps: ['cut-off-rebuild'],
    async play(world) {
      const volume = await makeReadOnlyAndRunning(world, stack);
      const program = stack === 'manager' ? 'vdo start' : 'vdoforcerebuild';
      await world.failNext(program, `${program}: it does not work today`);
      await call(world, ['recover', volume.name, '--force-rebuild', '--yes'], {
        code: 9,
        says: [program, 'it does not work today'],
        neverSays: ['half-done'],
      });
      assert.equal(await volume.mode(), 'read-only');
      assert.deepEqual(await readAlerts(world, volume.name), ['read-only']);
      await rebuild(world, volume, 0);
    },
  })),
  ...onStack('lvm', {
    name: 'the data LV that a rebuild by hand left up is taken down first',
    traps: ['cut-off-rebuild'],
    async play(world, volume) {
      await volume.stop();
      await volume.makeReadOnly();
      await volume.leaveDataUp();
      await call(world, ['recover', volume.name, '--force-rebuild', '--yes'], { code: 0, says: ['rebuilt'] });
      assert.equal(await volume.mode(), 'normal');
      await call(world, ['stop', volume.name], { code: 0 });
      await volume.leaveDataUp();
      await call(world, ['start', volume.name, '--wait'], { code: 0 });
    },
  }),
];
