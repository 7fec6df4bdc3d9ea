import assert from 'node:assert/strict';

import { gibibyte } from '../../src/simulator/arrange.ts';
import { leaveCreateCutOff, type CreateCut } from '../../src/simulator/programs/manager/arrange.ts';
import type { World as SimulatedWorld } from '../../src/simulator/world/world.ts';
import { changing, succeeded } from '../../src/model/command.ts';
import {
  leaveGrowLogicalCutOff,
  leaveGrowPhysicalCutOff,
  leaveImportCutOff,
  leaveWritePolicyCutOff,
  type ChangeCut,
} from '../simulated/manager-levers.ts';
import type { Scenario } from './scenario.ts';
import { simulatedHostOf } from './simulator-world.ts';
import { call, callInVain, makeVolumeWithFiles } from './steps.ts';
import type { TestVolume, World } from './world.ts';

/** A stopped volume with files. The manager did not know it before it was cut off in the middle of something. */
async function makeCutOff(
  world: World,
  leave: (simulated: SimulatedWorld, volume: TestVolume) => void,
): Promise<TestVolume> {
  const volume = await makeVolumeWithFiles(world, { stack: 'manager' });
  await volume.stop();
  simulatedHostOf(world).change((simulated) => {
    simulated.files = simulated.files.filter(({ path }) => path !== '/etc/vdoconf.yml');
    leave(simulated, volume);
  });
  return volume;
}

function makeCreateCutOff(world: World, after: CreateCut): Promise<TestVolume> {
  return makeCutOff(world, (simulated, { name, storage }) => {
    for (const disk of simulated.disks) if (disk.name === 'vdb') disk.contents = [];
    leaveCreateCutOff(simulated, name, storage, after);
  });
}

function readConfig(world: World): string | undefined {
  const file = simulatedHostOf(world).files.readText('/etc/vdoconf.yml');
  return file.kind === 'read' ? file.value : undefined;
}

async function runManager(world: World, ...args: readonly string[]): Promise<void> {
  const result = await simulatedHostOf(world).run(changing('vdo', args));
  assert.ok(succeeded(result), result.stderr);
}

function leaveImport(after: 'recorded' | 'started') {
  return (simulated: SimulatedWorld, { name, storage }: TestVolume): void => {
    leaveImportCutOff(simulated, name, storage, after);
  };
}

const cuts: readonly ChangeCut[] = ['recorded', 'loaded', 'suspended', 'resumed'];

const changes = [
  { what: 'a logical growth', leave: leaveLogicalGrowth },
  { what: 'a physical growth', leave: leavePhysicalGrowth },
  { what: 'a write policy', leave: leaveWritePolicy },
];

function leaveLogicalGrowth(world: World, { name }: TestVolume, after: ChangeCut): Promise<void> {
  simulatedHostOf(world).change((simulated) => {
    leaveGrowLogicalCutOff(simulated, name, 60 * gibibyte, after);
  });
  return Promise.resolve();
}

async function leavePhysicalGrowth(
  world: World,
  { name, storage }: TestVolume,
  after: ChangeCut,
): Promise<void> {
  await world.enlarge(storage, 20 * gibibyte);
  simulatedHostOf(world).change((simulated) => {
    leaveGrowPhysicalCutOff(simulated, name, after);
  });
}

function leaveWritePolicy(world: World, { name }: TestVolume, after: ChangeCut): Promise<void> {
  simulatedHostOf(world).change((simulated) => {
    leaveWritePolicyCutOff(simulated, name, 'async', after);
  });
  return Promise.resolve();
}

/** What `cleanup` does with the leftovers of the classic manager. */
export const managerCleanupScenarios: readonly Scenario[] = [
  {
    stacks: ['manager'],
    name: 'manager: cleanup of a create that was cut off when formatted removes it, once confirmed',
    on: ['simulator'],
    traps: ['incomplete-refuses-all'],
    async play(world) {
      const volume = await makeCreateCutOff(world, 'formatted');
      const says = ['vdo remove', 'zero the first 4096 bytes', 'not confirmed'];
      await callInVain(world, ['cleanup', volume.name], { code: 10, says });
      await call(world, ['cleanup', volume.name, '--yes'], { code: 0, says: [volume.name] });
      assert.equal(readConfig(world), undefined);
      await call(world, ['list'], { code: 0, says: ['No VDO volumes'] });
    },
  },
  {
    stacks: ['manager'],
    name: 'manager: cleanup of a create that was cut off when recorded takes the entry out, and nothing else',
    on: ['simulator'],
    traps: ['incomplete-refuses-all'],
    async play(world) {
      const volume = await makeCreateCutOff(world, 'recorded');
      const told = { code: 0, says: ['is left alone'], neverSays: ['vdo remove'] };
      await call(world, ['cleanup', volume.name], told);
      assert.equal(readConfig(world), undefined);
      await call(world, ['list'], { code: 0, says: ['No VDO volumes'] });
    },
  },
  {
    stacks: ['manager'],
    name: 'manager: cleanup of a create that was cut off when started calls it finished',
    on: ['simulator'],
    traps: ['incomplete-refuses-all'],
    async play(world) {
      const volume = await makeCreateCutOff(world, 'started');
      await call(world, ['cleanup', volume.name], {
        code: 0,
        says: ['finished'],
        neverSays: ['remove --force'],
      });
      assert.match(readConfig(world) ?? '', /_operationState: finished/);
      assert.equal(await volume.mode(), 'normal');
      await runManager(world, 'stop', `--name=${volume.name}`);
      await call(world, ['recover', volume.name], { code: 0, says: ['normal'] });
    },
  },
  ...(['recorded', 'started'] as const).map((after): Scenario => ({
    stacks: ['manager'],
    name: `manager: cleanup of an import that was cut off when ${after} leaves the data alone`,
    on: ['simulator'],
    traps: ['import-looks-like-create'],
    async play(world) {
      const volume = await makeCutOff(world, leaveImport(after));
      await call(world, ['cleanup', volume.name, '--yes'], {
        code: 0,
        says: ['the data is left alone'],
        neverSays: ['remove --force'],
      });
      assert.equal(readConfig(world), undefined);
      await runManager(world, 'import', `--name=${volume.name}`, `--device=${volume.storage}`);
      await volume.verifyFiles();
    },
  })),
  ...(['recorded', 'started'] as const).map((after): Scenario => ({
    stacks: ['manager'],
    name: `manager: cleanup --complete-import of an import that was cut off when ${after} calls it finished`,
    on: ['simulator'],
    traps: ['import-looks-like-create'],
    async play(world) {
      const volume = await makeCutOff(world, leaveImport(after));
      await call(world, ['cleanup', volume.name, '--complete-import', '--yes'], { code: 0 });
      await call(world, ['recover', volume.name], { code: 0, says: ['normal'] });
      await runManager(world, 'status', `--name=${volume.name}`);
      await volume.verifyFiles();
    },
  })),
  ...changes.flatMap(({ what, leave }) =>
    cuts.map((after): Scenario => ({
      stacks: ['manager'],
      name: `manager: cleanup of ${what} that was cut off when ${after} lets the manager finish it`,
      on: ['simulator'],
      traps: ['looking-finishes'],
      async play(world) {
        const volume = await makeVolumeWithFiles(world, { stack: 'manager' });
        await leave(world, volume, after);
        await call(world, ['cleanup', volume.name], { code: 0, says: ['vdo status'] });
        assert.match(readConfig(world) ?? '', /_operationState: finished/);
        assert.equal(await volume.mode(), 'normal');
        await call(world, ['cleanup', volume.name], { code: 0 });
        await volume.stop();
        await volume.start();
        await volume.verifyFiles();
      },
    })),
  ),
];
