import assert from 'node:assert/strict';

import type { Scenario } from './scenario.ts';
import {
  call,
  callInVain,
  crash,
  expectOutcome,
  expectRecovered,
  onEachStack,
  onStack,
  readAlerts,
  untilMode,
} from './steps.ts';
import type { World } from './world.ts';

const answersWithinMs = 3000;

async function expectQuick(world: World, args: readonly string[], says: readonly string[]): Promise<void> {
  const { ms } = await callInVain(world, args, { code: 0, says });
  assert.ok(ms <= answersWithinMs, `${args.join(' ')} took ${String(ms)} ms`);
}

/** LVM is not asked, and no command runs into its time limit. */
async function expectNothingHangs(world: World): Promise<void> {
  const { stderr } = await world.vdoctl('list', '--verbose');
  assert.match(stderr, /^ran: dmsetup status/m);
  assert.doesNotMatch(stderr, /^ran: lvm|at its time limit|no answer within/m);
}

const looks = [['list'], ['status'], ['list', '--json'], ['status', '--json']];

/** Devices that do not answer. */
export const suspendedScenarios: readonly Scenario[] = [
  ...onEachStack({
    name: 'the device beneath is suspended: list and status answer within 3 s and name it, nothing else is begun',
    traps: ['suspended-below', 'lvm-hangs'],
    assertsTimes: true,
    async play(world, volume) {
      await volume.suspendStorage();
      const device = volume.storage.replace('/dev/mapper/', '');
      for (const args of looks) await expectQuick(world, args, [volume.name, device, 'LVM was not asked']);
      await expectNothingHangs(world);
      assert.ok((await readAlerts(world, volume.name)).includes('storage-suspended'));
      await callInVain(world, ['stop', volume.name], { code: 8, says: [device, 'suspended', 'resume'] });
      await callInVain(world, ['start', volume.name], { code: 0, says: ['already running'] });
      await callInVain(world, ['recover', volume.name], { code: 0, says: ['already normal'] });
      await volume.resumeStorage();
      await call(world, ['stop', volume.name], { code: 0 });
    },
  }),
  ...onEachStack({
    name: 'a stopped volume on a suspended device: start and recover refuse rather than hang',
    traps: ['suspended-below', 'lvm-hangs'],
    assertsTimes: true,
    async play(world, volume) {
      await volume.stop();
      await volume.suspendStorage();
      const device = volume.storage.replace('/dev/mapper/', '');
      await expectQuick(world, ['status'], [device]);
      await expectNothingHangs(world);
      const isKnown = volume.stack !== 'lvm';
      if (isKnown) assert.deepEqual(await readAlerts(world, volume.name), ['storage-suspended']);
      // Without LVM, vdoctl cannot know of a stopped pool, and it says what it could not ask.
      for (const verb of ['start', 'recover', 'stop'].slice(0, isKnown ? 2 : 3))
        await callInVain(world, [verb, volume.name], { code: 8, says: [device, 'suspended'] });
      await volume.resumeStorage();
      await call(world, ['start', volume.name, '--wait'], { code: 0 });
    },
  }),
  ...onEachStack({
    name: 'the volume itself is suspended: it is said, and it is left alone',
    traps: ['volume-suspended'],
    async play(world, volume) {
      await volume.suspend();
      assert.ok((await readAlerts(world, volume.name)).includes('suspended'));
      await callInVain(world, ['status', volume.name], {
        code: 0,
        says: [`dmsetup resume ${volume.target}`],
      });
      for (const verb of ['stop', 'recover'])
        await callInVain(world, [verb, volume.name], { code: 8, says: ['it is suspended'] });
      await volume.resume();
      await call(world, ['recover', volume.name], { code: 0 });
    },
  }),
  ...onEachStack({
    name: 'the device beneath is suspended during a recovery: recover ends at its time limit, and it goes on',
    traps: ['suspended-below'],
    async play(world, volume) {
      await crash(world, volume);
      const recover = await world.begin('recover', volume.name, '--timeout', '30s');
      await untilMode(world, volume, 'recovering');
      await volume.suspendStorage();
      expectOutcome(await recover.wait(), { code: 5, says: ['timed out waiting for'] });
      await volume.resumeStorage();
      await call(world, ['recover', volume.name], { code: 0 });
      await expectRecovered(world, volume);
    },
  }),
  ...onStack(['dm', 'manager'], {
    name: 'a name without a table, as a start that was cut off leaves it, is cleared by the next start',
    traps: ['name-without-table'],
    async play(world, volume) {
      for (const verb of ['start', 'recover']) {
        await volume.stop();
        await volume.leaveName();
        await callInVain(world, ['status', volume.name], {
          code: 0,
          says: ['interrupted-start', 'without a table'],
        });
        await call(world, [verb, volume.name], { code: 0, says: ['without a table'] });
        assert.equal(await volume.mode(), 'normal');
      }
    },
  }),
];
