import assert from 'node:assert/strict';

import type { Scenario } from './scenario.ts';
import type { TestVolume, World } from './world.ts';
import {
  call,
  callInVain,
  crash,
  expectOutcome,
  expectRecovered,
  lastingMs,
  makeVolumeWithFiles,
  onEachStack,
  readAlerts,
  readStatus,
  untilMode,
  untilSaid,
  forEachStack,
} from './steps.ts';

const signals = [
  { signal: 'SIGINT', code: 130 },
  { signal: 'SIGTERM', code: 143 },
] as const;

/** A look at a slow disk on an emulated processor takes long, and the time limit is checked only after it. */
const mostMs = { simulator: 4000, lab: 60_000 };

/** Does not wait for the command that starts the volume: on slow storage it can outlast the recovery. */
async function startUntilRecovering(world: World, volume: TestVolume): Promise<void> {
  const start = await world.begin('start', volume.name);
  await untilMode(world, volume, 'recovering');
  await start.signal('SIGINT');
  assert.ok([0, 130].includes((await start.wait()).code));
  assert.equal(await volume.mode(), 'recovering');
}

/**
 * When told to stop, the kernel first stores its block map, and goes on recovering meanwhile. LVM's few large slabs may
 * be done by then.
 */
async function isRecoveredWhileItStopped(world: World, volume: TestVolume): Promise<boolean> {
  const isClean = (await volume.diskState()) === 'clean';
  if (isClean) assert.deepEqual([world.kind, volume.stack], ['lab', 'lvm']);
  return isClean;
}

/** Time limits, Ctrl-C, other calls at the same time: the recovery belongs to the kernel, and goes on. */
export const interruptionScenarios: readonly Scenario[] = [
  ...onEachStack({
    name: 'recover --timeout 1s exits 5, and the recovery goes on',
    async play(world, volume) {
      await crash(world, volume);
      const { ms } = await call(world, ['recover', volume.name, '--timeout', '1s'], {
        code: 5,
        says: ['timed out waiting for', 'goes on by itself', `vdoctl wait ${volume.name} --for normal`],
      });
      assert.ok(ms >= 1000 && ms < mostMs[world.kind], `it took ${String(ms)} ms`);
      await expectRecovered(world, volume);
    },
  }),
  ...signals.flatMap(({ signal, code }) =>
    onEachStack({
      name: `${signal} while the journal is replayed: ${String(code)}, and the start goes on`,
      traps: ['create-blocks'],
      async play(world, volume) {
        await crash(world, volume, lastingMs);
        const recover = await world.begin('recover', volume.name);
        await untilSaid(world, recover, 'the kernel is replaying the journal');
        assert.equal(await volume.mode(), undefined);
        await recover.signal(signal);
        expectOutcome(await recover.wait(), {
          code,
          says: ['goes on: [1/1]', 'interrupted', 'goes on by itself', `vdoctl status ${volume.name}`],
          neverSays: ['failed'],
        });
        await expectRecovered(world, volume);
      },
    }),
  ),
  ...onEachStack({
    name: 'Ctrl-C in a recovery: 130, it goes on recovering, and another recover waits for it',
    async play(world, volume) {
      await crash(world, volume, lastingMs);
      const recover = await world.begin('recover', volume.name);
      await untilMode(world, volume, 'recovering');
      await untilSaid(world, recover, /recovering \d+ %/);
      await recover.signal('SIGINT');
      expectOutcome(await recover.wait(), { code: 130, says: ['interrupted', 'goes on by itself'] });
      assert.equal(await volume.mode(), 'recovering');
      await call(world, ['recover', volume.name], { code: 0, says: ['normal again'] });
      await expectRecovered(world, volume);
    },
  }),
  ...onEachStack({
    name: 'Ctrl-C in wait: 130, and the volume goes on recovering',
    async play(world, volume) {
      await crash(world, volume, lastingMs);
      // On slow storage the command that starts a volume can outlast its recovery: this test does not wait for it here.
      const start = await world.begin('start', volume.name);
      await untilMode(world, volume, 'recovering');
      const wait = await world.begin('wait', volume.name, '--for', 'normal');
      await untilSaid(world, wait, /recovering \d+ %/);
      await wait.signal('SIGINT');
      expectOutcome(await wait.wait(), { code: 130, says: ['interrupted'] });
      assert.equal(await volume.mode(), 'recovering');
      expectOutcome(await start.wait(), { code: 0 });
      await expectRecovered(world, volume);
    },
  }),
  ...onEachStack({
    name: 'recover goes on with a start that was interrupted while the journal was replayed',
    async play(world, volume) {
      await crash(world, volume, lastingMs);
      const first = await world.begin('recover', volume.name);
      await untilSaid(world, first, 'the kernel is replaying the journal');
      await first.signal('SIGINT');
      expectOutcome(await first.wait(), { code: 130 });
      // In the lab the replay may be over before the next call has begun.
      if (world.kind === 'simulator')
        for (const verb of ['start', 'stop'])
          await callInVain(world, [verb, volume.name], { code: 8, says: ['it is being started by', 'pid'] });
      if (world.kind === 'simulator') {
        assert.deepEqual(await readAlerts(world, volume.name), ['starting']);
        assert.equal((await readStatus(world, volume.name))['mode'], null);
      }
      await call(world, ['recover', volume.name], { code: 0 });
      await expectRecovered(world, volume);
    },
  }),
  ...onEachStack({
    name: 'wait --for normal waits out a start under way: the kernel calls the volume normal then',
    traps: ['normal-while-starting'],
    async play(world, volume) {
      await crash(world, volume, lastingMs);
      const first = await world.begin('recover', volume.name);
      await untilSaid(world, first, 'the kernel is replaying the journal');
      await call(world, ['wait', volume.name, '--for', 'normal'], { code: 0, says: ['ready'] });
      assert.equal(await volume.mode(), 'normal');
      expectOutcome(await first.wait(), { code: 0 });
      await expectRecovered(world, volume);
    },
  }),
  ...onEachStack({
    name: 'vdoctl killed in a recovery: the recovery goes on, and the next call finds no lock in its way',
    on: ['lab'],
    async play(world, volume) {
      await crash(world, volume, lastingMs);
      const recover = await world.begin('recover', volume.name);
      await untilSaid(world, recover, /recovering \d+ %/);
      await recover.signal('SIGKILL');
      await recover.wait();
      assert.equal(await volume.mode(), 'recovering');
      await call(world, ['recover', volume.name], { code: 0 });
      await expectRecovered(world, volume);
    },
  }),
  ...onEachStack({
    name: 'while one vdoctl recovers it, another is refused with 12, and looking is not',
    traps: ['one-lock-a-volume'],
    async play(world, volume) {
      await crash(world, volume, lastingMs);
      const recover = await world.begin('recover', volume.name);
      await untilMode(world, volume, 'recovering');
      for (const verb of ['recover', 'stop', 'start'])
        await call(world, [verb, volume.name], {
          code: 12,
          says: ['another vdoctl is working on', volume.name],
        });
      await call(world, ['status', volume.name], { code: 0, says: ['recovering'] });
      await call(world, ['wait', volume.name, '--for', 'normal'], { code: 0 });
      expectOutcome(await recover.wait(), { code: 0, says: ['normal again'] });
      await expectRecovered(world, volume);
    },
  }),
  ...(['normal', 'statistics', 'index'] as const).flatMap((goal) =>
    onEachStack({
      name: `wait --for ${goal} returns when it is so, and changes nothing`,
      async play(world, volume) {
        await crash(world, volume, lastingMs);
        await call(world, ['start', volume.name], { code: 0 });
        if (goal !== 'index')
          await call(world, ['wait', volume.name, '--for', goal, '--timeout', '1s'], {
            code: 5,
            says: ['timed out waiting for', 'recovering'],
          });
        await call(world, ['wait', volume.name, '--for', goal], { code: 0, says: ['ready'] });
        await callInVain(world, ['wait', volume.name, '--for', goal], { code: 0 });
        await expectRecovered(world, volume);
      },
    }),
  ),
  ...onEachStack({
    name: 'wait refuses a stopped volume: waiting does not start it',
    async play(world, volume) {
      await volume.stop();
      await callInVain(world, ['wait', volume.name, '--for', 'normal'], {
        code: 8,
        says: ['it is stopped', `vdoctl recover ${volume.name}`],
      });
    },
  }),
  ...forEachStack((stack) => ({
    name: `${stack}: stop right after use works the first time`,
    traps: ['settle-before-remove'],
    async play(world) {
      const volume = await makeVolumeWithFiles(world, { stack });
      const waits = stack === 'dm' ? ['udevadm settle', 'dmsetup remove --retry'] : ['udevadm settle'];
      await call(world, ['stop', volume.name], { code: 0, says: [`${volume.name}: stopped`, ...waits] });
      assert.equal(await volume.mode(), undefined);
      assert.equal(await volume.diskState(), 'clean');
      await call(world, ['stop', volume.name], { code: 0, says: ['already stopped'] });
      await call(world, ['start', volume.name, '--wait'], { code: 0 });
      await volume.verifyFiles();
    },
  })),
  ...onEachStack({
    name: 'stop in the middle of a recovery works, and it recovers at the next start',
    traps: ['stop-in-recovery'],
    async play(world, volume) {
      // Slow for writes only: if reads were slow, udev would probe the device until the recovery is over, and a stop
      // waits for udev.
      await crash(world, volume, 4 * lastingMs, 'writes');
      await startUntilRecovering(world, volume);
      await call(world, ['stop', volume.name], { code: 0 });
      assert.equal(await volume.mode(), undefined);
      if (await isRecoveredWhileItStopped(world, volume)) {
        await call(world, ['start', volume.name, '--wait'], { code: 0 });
      } else {
        await call(world, ['status', volume.name], { code: 0, says: ['will recover'] });
        await startUntilRecovering(world, volume);
        await call(world, ['recover', volume.name], { code: 0, says: ['normal'] });
      }
      await expectRecovered(world, volume);
    },
  }),
];
