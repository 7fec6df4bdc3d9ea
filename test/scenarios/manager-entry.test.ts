import assert from 'node:assert/strict';
import { describe, test } from 'vitest';

import { createDevice } from '../../src/simulator/world/dm.ts';
import * as happen from '../simulated/levers.ts';
import { addManagedVolume, leaveCreateCutOff } from '../../src/simulator/programs/manager/arrange.ts';
import { holdManagerLock, leaveGrowLogicalCutOff } from '../simulated/manager-levers.ts';
import { createSimulatorWorld, type SimulatorWorld } from './simulator-world.ts';
import { call, callInVain } from './steps.ts';

/** Entries of the manager whose device is gone, foreign or used, and the lock on the manager's file. */

const configPath = '/etc/vdoconf.yml';
const entryOnly = ['cleanup', 'my-vdo', '--entry-only'];

function readConfig({ host }: SimulatorWorld): string {
  const file = host.files.readText(configPath);
  return file.kind === 'read' ? file.value : '';
}

/** A create that was killed over a foreign device, beside another volume of the manager. */
async function makeForeign(): Promise<SimulatorWorld> {
  const world = createSimulatorWorld();
  const [own, other] = [await world.makeDevice({ holds: 'ext4' }), await world.makeDevice()];
  world.host.change((each) => addManagedVolume(each, 'other', other));
  world.host.change((each) => {
    leaveCreateCutOff(each, 'my-vdo', own, 'recorded');
  });
  return world;
}

describe('the manager’s lock', () => {
  test('is waited for before its file is changed, and that is told', async () => {
    const world = await makeForeign();
    world.host.change((each) => holdManagerLock(each, ['growPhysical', '--name=other'], 8000));
    const told = ['waiting for the manager', 'vdo growPhysical', 'at most 20 s'];
    await call(world, entryOnly, { code: 0, says: told });
    assert.doesNotMatch(readConfig(world), /my-vdo/);
    assert.match(readConfig(world), /other/);
  });

  test('that is held for longer than the manager waits is a refusal, and nothing is changed', async () => {
    const world = await makeForeign();
    const before = readConfig(world);
    world.host.change((each) => holdManagerLock(each, ['growPhysical', '--name=other']));
    await callInVain(world, entryOnly, { code: 8, says: ['vdo growPhysical', 'nothing was changed'] });
    assert.equal(readConfig(world), before);
  });

  test('that a vdo of ours waits for is told, too', async () => {
    const world = createSimulatorWorld();
    const device = await world.makeDevice();
    world.host.change((each) => addManagedVolume(each, 'my-vdo', device));
    world.host.change((each) => holdManagerLock(each, ['growPhysical', '--name=other'], 5000));
    await call(world, ['stop', 'my-vdo'], { code: 0, says: ['waiting for the manager'] });
  });
});

describe('taking out only the entry', () => {
  test('leaves the rest of the file to the byte, is journaled, and can be put back', async () => {
    const world = await makeForeign();
    const before = readConfig(world);
    await call(world, entryOnly, { code: 0, says: ['is left alone'] });
    const lines = before.split('\n');
    const from = lines.findIndex((line) => line === '    my-vdo: !VDOService');
    const to = lines.findIndex((line, index) => index > from && !line.startsWith('      '));
    assert.equal(readConfig(world), [...lines.slice(0, from), ...lines.slice(to)].join('\n'));
    const journals = world.host.world.files.filter(({ path }) => path.includes('/operations/'));
    assert.ok(journals.some(({ text }) => text.includes('Put the entry of my-vdo back')));
  });

  test('that was killed once it was done is over, and is not done twice', async () => {
    for (let nth = 1; nth < 20; nth += 1) {
      const world = await makeForeign();
      const killed = await world.vdoctlKilled({ nth, when: 'after' }, ...entryOnly);
      if (killed.code !== 137) return;
      const wasOut = !readConfig(world).includes('my-vdo');
      const again = await world.vdoctl(...entryOnly);
      assert.ok([0, 3].includes(again.code), again.stderr);
      if (wasOut) assert.doesNotMatch(readConfig(world), /my-vdo/);
      assert.match(readConfig(world), /other/);
    }
    assert.fail('it came to no end');
  });

  test('is not for a volume that runs, nor for one of another stack', async () => {
    const world = createSimulatorWorld();
    const device = await world.makeDevice();
    world.host.change((each) => addManagedVolume(each, 'my-vdo', device));
    await callInVain(world, ['remove', 'my-vdo', '--entry-only', '--yes'], { code: 8, says: ['running'] });
    const another = createSimulatorWorld();
    const { name } = await another.makeVolume({ stack: 'dm' });
    await callInVain(another, ['remove', name, '--entry-only', '--yes'], { code: 8, says: ['no entry'] });
  });
});

describe('a create that was cut off at its very end', () => {
  test('and used since is called finished, running or stopped, and its data is whole', async () => {
    for (const state of ['running', 'stopped']) {
      const world = createSimulatorWorld();
      const device = await world.makeDevice();
      world.host.change((each) => {
        leaveCreateCutOff(each, 'my-vdo', device, 'started', { dataBlocks: 500, fileSystem: 'ext4' });
        if (state === 'stopped') happen.stopDevice(each, 'my-vdo');
      });
      await call(world, ['cleanup', '--all', '--yes'], { code: 0, says: ['finished'] });
      assert.match(readConfig(world), /_operationState: finished/);
      await call(world, ['recover', 'my-vdo'], { code: 0 });
      const image = world.host.world.disks.flatMap(({ contents }) =>
        contents.flatMap(({ vdo }) => vdo ?? []),
      )[0];
      assert.equal(image?.dataBlocks, 500);
    }
  });
});

describe('a volume whose storage is gone for good', () => {
  test('is removed by taking its entry out, and nothing is undone by a kill in between', async () => {
    for (let nth = 1; nth < 20; nth += 1) {
      const world = createSimulatorWorld();
      const device = await world.makeDevice();
      world.host.change((each) => {
        addManagedVolume(each, 'my-vdo', device);
        happen.stopDevice(each, 'my-vdo');
        each.disks = each.disks.filter(({ name }) => `/dev/${name}` !== device);
      });
      const words = ['remove', 'my-vdo', '--yes'];
      const { code } = await world.vdoctlKilled({ nth, when: 'after' }, ...words);
      if (code === 0) {
        assert.equal(readConfig(world), '');
        await call(world, ['list'], { code: 0, says: ['No VDO volumes'] });
        return;
      }
      assert.equal(code, 137);
      await call(world, ['cleanup', '--all', '--yes'], { code: 0 });
    }
    assert.fail('it came to no end');
  });
});

describe('a name without a table', () => {
  test('is shown and taken away, whether the manager knows its volume or not', async () => {
    for (const isKnown of [true, false]) {
      const world = createSimulatorWorld();
      const device = await world.makeDevice();
      world.host.change((each) => {
        addManagedVolume(each, 'my-vdo', device);
        happen.stopDevice(each, 'my-vdo');
        if (!isKnown) each.files = each.files.filter(({ path }) => path !== configPath);
        const uuid = 'VDO-3b0d1a60-53cf-4a25-a2b1-8f2e5d0c9f11';
        const made = createDevice(each, { name: 'my-vdo', uuid, readOnly: false, lines: [] });
        if (made.kind === 'created') delete made.device.live;
      });
      const before = world.host.world.disks.map(({ contents }) => JSON.stringify(contents));
      await call(world, ['list'], { code: 0, says: ['my-vdo', 'interrupted-start'] });
      await call(world, ['cleanup', '--all'], {
        code: 0,
        says: ['dmsetup remove'],
        neverSays: ['vdo remove'],
      });
      assert.deepEqual(world.host.world.dmDevices, []);
      assert.deepEqual(
        world.host.world.disks.map(({ contents }) => JSON.stringify(contents)),
        before,
      );
      if (isKnown) await call(world, ['recover', 'my-vdo'], { code: 0 });
      else await call(world, ['list'], { code: 0, says: ['No VDO volumes'] });
    }
  });
});

describe('a growth that was cut off, and whose storage is gone', () => {
  async function makeGone(): Promise<SimulatorWorld> {
    const world = createSimulatorWorld();
    const device = await world.makeDevice();
    world.host.change((each) => {
      addManagedVolume(each, 'my-vdo', device);
      leaveGrowLogicalCutOff(each, 'my-vdo', 60 * 1024 ** 3, 'recorded');
      happen.stopDevice(each, 'my-vdo');
      for (const file of each.files) file.text = file.text.replace(device, '/dev/disk/by-id/gone');
    });
    return world;
  }

  test('is refused by name, and only its entry goes when that is asked for', async () => {
    const world = await makeGone();
    const refused = ['/dev/disk/by-id/gone is missing', '--entry-only', 'nothing was changed'];
    await callInVain(world, ['cleanup', 'my-vdo', '--yes'], { code: 8, says: refused });
    await call(world, entryOnly, { code: 0 });
    assert.equal(readConfig(world), '');
  });

  test('while the volume runs its entry stays', async () => {
    const world = createSimulatorWorld();
    const device = await world.makeDevice();
    world.host.change((each) => {
      addManagedVolume(each, 'my-vdo', device);
      leaveGrowLogicalCutOff(each, 'my-vdo', 60 * 1024 ** 3, 'recorded');
    });
    await callInVain(world, entryOnly, { code: 8, says: ['it is running'] });
  });
});
