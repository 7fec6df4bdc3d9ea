import assert from 'node:assert/strict';

import type { Scenario } from './scenario.ts';
import {
  call,
  callInVain,
  crash,
  expectRecovered,
  onEachStack,
  readAlerts,
  readEvents,
  readStatus,
  untilMode,
} from './steps.ts';

/** A volume after a power cut: what vdoctl says of it, and that it comes back with its data. */
export const crashScenarios: readonly Scenario[] = [
  ...onEachStack({
    name: 'a crashed volume: status says that it will recover, recover brings it back with its files',
    traps: ['create-blocks', 'no-event-on-mode-change', 'doubled-dashes', 'stopped-pool-unactivated'],
    async play(world, volume) {
      await crash(world, volume);
      assert.equal(await volume.mode(), undefined);
      await callInVain(world, ['status', volume.name], {
        code: 0,
        says: ['stopped', 'dirty', 'will recover when it is started', `vdoctl recover ${volume.name}`],
      });
      assert.deepEqual(await readAlerts(world, volume.name), ['will-recover']);
      const before = (await readStatus(world, volume.name))['counters'] as { completedRecoveries: number };
      const { ms, stderr } = await call(world, ['recover', volume.name], {
        code: 0,
        says: [`${volume.name}: normal again`, /recovering \d+ % \(\d+\/\d+ slabs\)/, /left|so far/],
      });
      assert.ok(ms > 5000, `it took ${String(ms)} ms: too short to show anything`);
      assert.ok(stderr.includes('starting: the kernel is replaying the journal'), stderr);
      assert.equal(await volume.mode(), 'normal');
      assert.equal(await volume.completedRecoveries(), before.completedRecoveries + 1);
      await volume.mendStorage();
      await volume.verifyFiles();
      await volume.checkFilesystem();
    },
  }),
  ...onEachStack({
    name: 'recover --json tells the progress, one event a line, and a result at the end',
    async play(world, volume) {
      await crash(world, volume);
      const events = readEvents(await call(world, ['recover', volume.name, '--json'], { code: 0 }));
      const percents = events.flatMap(({ kind, percent }) =>
        kind === 'progress' && typeof percent === 'number' ? [percent] : [],
      );
      assert.ok(percents.length > 1, JSON.stringify(events));
      assert.deepEqual(
        percents,
        [...percents].sort((one, other) => one - other),
      );
      const result = events.at(-1);
      assert.equal(result?.['kind'], 'result');
      assert.equal(result['exitCode'], 0);
      assert.deepEqual(result['volumes'], [
        { name: volume.name, exitCode: 0, outcome: 'recovered', error: null, plan: null, notices: [] },
      ]);
      await expectRecovered(world, volume);
    },
  }),
  ...onEachStack({
    name: 'a volume that is normal is left alone',
    async play(world, volume) {
      await untilMode(world, volume, 'normal');
      await callInVain(world, ['recover', volume.name], { code: 0, says: ['already normal'] });
      await callInVain(world, ['start', volume.name], { code: 0, says: ['already running (normal)'] });
    },
  }),
  ...onEachStack({
    name: 'start --wait returns when it is normal, start returns while it recovers',
    async play(world, volume) {
      await crash(world, volume);
      await call(world, ['start', volume.name], { code: 0, says: [`${volume.name}: started; recovering`] });
      assert.equal(await volume.mode(), 'recovering');
      await callInVain(world, ['status', volume.name], { code: 0, says: ['recovering', /\d+ of \d+ slabs/] });
      await call(world, ['start', volume.name, '--wait'], { code: 0 });
      await expectRecovered(world, volume);
    },
  }),
  ...onEachStack({
    name: 'two looks at a recovery make a rate and a time left',
    async play(world, volume) {
      await crash(world, volume);
      await call(world, ['start', volume.name], { code: 0 });
      await world.until('status tells the time left', async () => {
        const recovery = (await readStatus(world, volume.name))['recovery'] as {
          etaSeconds: number | null;
        } | null;
        assert.ok(recovery !== null, 'it was over before there was a rate');
        return recovery.etaSeconds !== null;
      });
      await expectRecovered(world, volume);
    },
  }),
  ...onEachStack({
    name: 'stopped cleanly, it starts at once and recovers nothing',
    async play(world, volume) {
      await volume.stop();
      assert.equal(await volume.diskState(), 'clean');
      await call(world, ['recover', volume.name], { code: 0, says: ['normal again'] });
      assert.equal(await volume.completedRecoveries(), 0);
    },
  }),
];
