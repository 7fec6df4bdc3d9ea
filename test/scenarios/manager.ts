import assert from 'node:assert/strict';

import { gibibyte } from '../../src/simulator/arrange.ts';
import { leaveCreateCutOff, startManaged } from '../../src/simulator/programs/manager/arrange.ts';
import { changeSettings } from '../../src/simulator/programs/manager/config.ts';
import {
  holdManagerLock,
  leaveGrowLogicalCutOff,
  leaveImportCutOff,
  leaveWritePolicyCutOff,
  type ChangeCut,
} from '../simulated/manager-levers.ts';
import type { TestHost } from '../simulated/test-host.ts';
import type { World as SimulatedWorld } from '../../src/simulator/world/world.ts';
import { changing, formatCommand, untearable } from '../../src/model/command.ts';
import type { Scenario } from './scenario.ts';
import { simulatedHostOf } from './simulator-world.ts';
import { call, callInVain, crash, expectOutcome, makeVolumeWithFiles, onStack, readAlerts } from './steps.ts';
import type { TestVolume, World } from './world.ts';

type Leave = (world: SimulatedWorld, volume: TestVolume) => void;

interface Remains {
  readonly what: string;
  readonly leave: Leave;
}

/** Creates and imports that were cut off, at each point where they can be. */
const incomplete: readonly (Remains & { readonly alert: string })[] = [
  ...(['recorded', 'formatted', 'started'] as const).map((after) => ({
    what: `a create that was cut off when ${after}`,
    alert: 'create-incomplete',
    leave: (world: SimulatedWorld, { name, storage }: TestVolume) => {
      leaveCreateCutOff(world, name, storage, after);
    },
  })),
  ...(['recorded', 'started'] as const).map((after) => ({
    what: `an import that was cut off when ${after}`,
    alert: 'import-incomplete',
    leave: (world: SimulatedWorld, { name, storage }: TestVolume) => {
      leaveImportCutOff(world, name, storage, after);
    },
  })),
];

const cuts: readonly ChangeCut[] = ['recorded', 'loaded', 'resumed'];

/** Changes of a running volume that were cut off. */
const changes: readonly Remains[] = cuts.flatMap((after): Remains[] => [
  {
    what: `a logical growth that was cut off when ${after}`,
    leave: (world, { name }) => {
      leaveGrowLogicalCutOff(world, name, 60 * gibibyte, after);
    },
  },
  {
    what: `a write policy that was cut off when ${after}`,
    leave: (world, { name }) => {
      leaveWritePolicyCutOff(world, name, 'async', after);
    },
  },
]);

const looks = [['list'], ['status'], ['list', '--json'], ['status', '--json']];
const verbs = [
  ['start'],
  ['stop'],
  ['recover'],
  ['recover', '--force-rebuild', '--yes'],
  ['recover', '--all'],
];

/** Expects that `vdo` was never run. */
function expectNoManager(host: TestHost): void {
  const ran = host.log
    .filter(({ command }) => command.file === 'vdo')
    .map(({ command }) => formatCommand(command));
  assert.deepEqual(ran, []);
}

async function makeStopped(world: World): Promise<TestVolume> {
  const volume = await makeVolumeWithFiles(world, { stack: 'manager' });
  await volume.stop();
  return volume;
}

/** The host's own log also holds the commands that the scenario ran itself. */
function countManagerCalls(world: World): number {
  return simulatedHostOf(world).log.filter(({ command }) => command.file === 'vdo').length;
}

/** What the classic manager leaves behind, and how that misleads. */
export const managerScenarios: readonly Scenario[] = [
  ...incomplete.map(({ what, alert, leave }): Scenario => ({
    stacks: ['manager'],
    name: `manager: ${what}: looking tells it, and everything else exits 7`,
    on: ['simulator'],
    traps: ['incomplete-refuses-all', 'import-looks-like-create', 'looking-finishes'],
    async play(world) {
      const volume = await makeStopped(world);
      simulatedHostOf(world).change((simulated) => {
        leave(simulated, volume);
      });
      const before = countManagerCalls(world);
      assert.ok((await readAlerts(world, volume.name)).includes(alert));
      for (const args of looks)
        await callInVain(world, args, {
          code: 0,
          says: [volume.name],
          neverSays: [/[^r] vdo remove --force/],
        });
      for (const [verb = '', ...more] of verbs)
        await callInVain(world, more.includes('--all') ? [verb, '--all'] : [verb, volume.name, ...more], {
          code: 7,
          says: [volume.name, 'cut off', 'vdoctl cleanup'],
          neverSays: ['remove --force'],
        });
      assert.equal(countManagerCalls(world), before);
    },
  })),
  ...changes.map(({ what, leave }): Scenario => ({
    stacks: ['manager'],
    name: `manager: ${what}: looking leaves it alone, although vdo status would not`,
    on: ['simulator'],
    traps: ['looking-finishes'],
    async play(world) {
      const volume = await world.makeVolume({ stack: 'manager' });
      const host = simulatedHostOf(world);
      host.change((simulated) => {
        leave(simulated, volume);
      });
      for (const args of looks) await callInVain(world, args, { code: 0, says: [volume.name] });
      assert.ok((await readAlerts(world, volume.name)).includes('change-incomplete'));
      for (const verb of ['stop', 'recover'])
        await callInVain(world, [verb, volume.name], { code: 7, says: ['cut off', 'vdoctl cleanup'] });
      expectNoManager(host);
    },
  })),
  ...onStack('manager', {
    name: 'a growth that the kernel refused stays begun, and that is said',
    on: ['simulator'],
    traps: ['failed-growth-stays-begun'],
    async play(world, volume) {
      await crash(world, volume);
      await volume.start();
      await world.enlarge(volume.storage, 20 * gibibyte);
      const grow = changing('vdo', ['growPhysical', `--name=${volume.name}`]);
      const grown = await simulatedHostOf(world).run(grow);
      assert.deepEqual(grown.outcome, { kind: 'exited', code: 1 });
      assert.ok((await readAlerts(world, volume.name)).includes('change-incomplete'));
      await callInVain(world, ['stop', volume.name], { code: 7, says: ['grow physical'] });
    },
  }),
  ...onStack('manager', {
    name: 'somebody starts the volume before its forced rebuild does: nothing is rebuilt, and that is said',
    on: ['simulator'],
    traps: ['rebuild-of-a-running-volume', 'rebuild-verified'],
    async play(world, volume) {
      await volume.stop();
      await volume.makeReadOnly();
      const host = simulatedHostOf(world);
      host.beforeEach((command) => {
        if (!command.args.includes('--forceRebuild')) return;
        host.change((simulated) => startManaged(simulated, volume.name));
      });
      await call(world, ['recover', volume.name, '--force-rebuild', '--yes'], {
        code: 11,
        neverSays: ['rebuilt and normal'],
      });
      assert.equal(await volume.mode(), 'read-only');
      assert.equal(await volume.readOnlyRecoveries(), 0);
    },
  }),
  ...onStack('manager', {
    name: 'a create that goes on right now is not cut off: its vdo is named, and nothing is offered',
    on: ['simulator'],
    traps: ['worker-is-not-cut-off'],
    async play(world, volume) {
      await volume.stop();
      const host = simulatedHostOf(world);
      host.change((simulated) => {
        simulated.files = simulated.files.filter(({ path }) => path !== '/etc/vdoconf.yml');
        for (const disk of simulated.disks) if (disk.name === 'vdb') disk.contents = [];
      });
      const words = ['create', `--name=${volume.name}`, `--device=${volume.storage}`, '--vdoSlabSize=128M'];
      const creating = host.run(untearable('vdo', words));
      await host.clock.sleep(100);
      await call(world, ['recover', volume.name], {
        code: 8,
        says: [/vdo create \(pid \d+\) is working on it/],
        neverSays: ['cut off', 'cleanup'],
      });
      await creating;
      await call(world, ['recover', volume.name], { code: 0, says: ['already normal'] });
    },
  }),
  ...onStack('manager', {
    name: 'another vdo holds the lock: it is waited for, and after 20 s that is the reason',
    on: ['simulator'],
    traps: ['manager-lock'],
    async play(world, volume) {
      const host = simulatedHostOf(world);
      host.change((simulated) => holdManagerLock(simulated, ['create', '--name=other'], 60_000));
      await callInVain(world, ['stop', volume.name], {
        code: 8,
        says: ['another vdo command holds', '/var/lock/vdo/'],
      });
      const stop = await world.begin('stop', volume.name);
      await host.clock.sleep(30_000);
      expectOutcome(await stop.wait(), { code: 8, says: ['another vdo command holds'] });
      await call(world, ['stop', volume.name], { code: 0 });
    },
  }),
  ...onStack('manager', {
    name: 'a deactivated volume is not started, and how to is said',
    on: ['simulator'],
    traps: ['deactivated'],
    async play(world, volume) {
      await volume.stop();
      simulatedHostOf(world).change((simulated) => {
        changeSettings(simulated, volume.name, { activated: 'disabled' });
      });
      for (const verb of ['start', 'recover'])
        await callInVain(world, [verb, volume.name], {
          code: 8,
          says: ['deactivated', `vdo activate --name=${volume.name}`],
        });
    },
  }),
  ...onStack('manager', {
    name: 'sync over a volatile write cache is warned of',
    on: ['simulator'],
    traps: ['sync-over-volatile-cache'],
    async play(world, volume) {
      assert.deepEqual(await readAlerts(world, volume.name), []);
      await volume.stop();
      const host = simulatedHostOf(world);
      host.change((simulated) => {
        changeSettings(simulated, volume.name, { writePolicy: 'sync' });
        startManaged(simulated, volume.name);
      });
      assert.deepEqual(await readAlerts(world, volume.name), ['write-policy-unsafe']);
      host.change(({ disks }) => {
        for (const disk of disks) disk.writeCache = 'write through';
      });
      assert.deepEqual(await readAlerts(world, volume.name), []);
    },
  }),
  ...onStack('manager', {
    name: 'vdo start that was given up on goes on by itself, and its volume is not cut off',
    on: ['simulator'],
    traps: ['create-blocks'],
    async play(world, volume) {
      await crash(world, volume);
      const host = simulatedHostOf(world);
      const started = await host.run(untearable('vdo', ['start', `--name=${volume.name}`], 1000));
      assert.equal(started.outcome.kind, 'left-running');
      await call(world, ['recover', volume.name], { code: 0, says: ['normal again'] });
    },
  }),
];
