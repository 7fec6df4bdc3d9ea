import assert from 'node:assert/strict';
import { describe, test } from 'vitest';

import { format, gibibyte } from '../../src/simulator/arrange.ts';
import * as happen from '../simulated/levers.ts';
import { addManagedVolume } from '../../src/simulator/programs/manager/arrange.ts';
import { changeSettings } from '../../src/simulator/programs/manager/config.ts';
import { changing } from '../../src/model/command.ts';
import { parseVdoConf } from '../../src/parse/vdoconf.ts';
import { leaveGrowLogicalCutOff, leaveGrowPhysicalCutOff } from '../simulated/manager-levers.ts';
import { createSimulatorWorld, type SimulatorWorld } from './simulator-world.ts';

/**
 * The manager's file, the kernel and the super block have different sizes: each look tells it, and cleanup mends it.
 */

const name = 'my-vdo';
const oldBytes = 20 * gibibyte;

interface Alert {
  readonly code: string;
  readonly severity: string;
  readonly message: string;
}

async function readAlert(world: SimulatorWorld): Promise<Alert | undefined> {
  const listed = await world.vdoctl('list', '--json');
  assert.equal(listed.code, 0, listed.stderr);
  const { volumes } = JSON.parse(listed.stdout) as { volumes: { alerts: Alert[] }[] };
  return volumes.flatMap(({ alerts }) => alerts).find(({ code }) => code === 'sizes-differ');
}

function readEntry({ host }: SimulatorWorld) {
  const file = host.files.readText('/etc/vdoconf.yml');
  return file.kind === 'read' ? parseVdoConf(file.value).rows[0] : undefined;
}

async function runVdo({ host }: SimulatorWorld, ...args: string[]): Promise<unknown> {
  return (await host.run(changing('vdo', [...args, `--name=${name}`], 60_000))).outcome;
}

const succeeded = { kind: 'exited', code: 0 };

/** A growth that was cut off before its resume; then the manager, which only looked, marked it finished. */
async function makeOdd(what: 'logical' | 'physical'): Promise<SimulatorWorld> {
  const world = createSimulatorWorld('kvdo-6.2');
  const device = await world.makeDevice({ sizeBytes: 10 * gibibyte });
  world.host.change((simulated) => {
    addManagedVolume(simulated, name, device, { logicalBlocks: oldBytes / 4096 });
  });
  if (what === 'physical') await world.enlarge(device, oldBytes);
  world.host.change((simulated) => {
    if (what === 'logical') leaveGrowLogicalCutOff(simulated, name, 2 * oldBytes, 'suspended');
    else leaveGrowPhysicalCutOff(simulated, name, 'suspended');
  });
  assert.deepEqual(await runVdo(world, 'status'), succeeded);
  return world;
}

async function requireMended(world: SimulatorWorld): Promise<void> {
  const cleaned = await world.vdoctl('cleanup', '--all', '--yes');
  assert.equal(cleaned.code, 0, cleaned.stdout + cleaned.stderr);
  assert.equal(await readAlert(world), undefined);
  assert.match((await world.vdoctl('cleanup', name)).stdout, /nothing to do/);
  await world.vdoctl('stop', name);
  assert.deepEqual(await runVdo(world, 'start'), succeeded);
}

describe.each(['logical', 'physical'] as const)('a cut-off %s growth that vdo status finished', (what) => {
  test('is told while the volume runs, and written down', async () => {
    const world = await makeOdd(what);
    const alert = await readAlert(world);
    assert.equal(alert?.severity, 'warning');
    const sizes = what === 'logical' ? '40.0 GiB, but 20.0 GiB' : '20.0 GiB, but 10.0 GiB';
    assert.ok(alert.message.includes(`its ${what} size is ${sizes}`), alert.message);
    await requireMended(world);
    const bytes = readEntry(world)?.[what === 'logical' ? 'logicalBytes' : 'physicalBytes'];
    assert.equal(bytes, what === 'logical' ? 2 * oldBytes : oldBytes);
  });

  test('is told of the stopped volume, and written down', async () => {
    const world = await makeOdd(what);
    assert.deepEqual(await runVdo(world, 'stop'), succeeded);
    const isLogical = what === 'logical';
    assert.equal((await readAlert(world))?.severity, isLogical ? 'critical' : 'warning');
    // The manager takes the physical size from the disk.
    for (const verb of isLogical ? ['start', 'recover'] : []) {
      const refused = await world.vdoctl(verb, name);
      assert.equal(refused.code, 8, refused.stdout + refused.stderr);
      assert.match(refused.stderr, /vdoctl cleanup my-vdo/);
    }
    await requireMended(world);
  });
});

test('another VDO on the device is not taken for the volume, grown', async () => {
  const world = await makeOdd('logical');
  assert.deepEqual(await runVdo(world, 'stop'), succeeded);
  const device = readEntry(world)?.device ?? '';
  world.host.change((simulated) => {
    format(simulated, device, { slabBlocks: 2 ** 16, logicalBlocks: oldBytes / 1024 });
  });
  const before = readEntry(world);
  const refused = await world.vdoctl('cleanup', name, '--yes');
  assert.equal(refused.code, 8, refused.stdout + refused.stderr);
  assert.match(refused.stderr, /may hold another VDO/);
  assert.deepEqual(readEntry(world), before);
});

test('a disk of another UUID is not either', async () => {
  const world = await makeOdd('logical');
  world.host.change((simulated) => {
    changeSettings(simulated, name, { logicalSize: '30G' });
    happen.stopDevice(simulated, name);
    const device = readEntry(world)?.device ?? '';
    changeSettings(simulated, name, { uuid: '00000000-0000-4000-8000-000000000000', device });
  });
  const refused = await world.vdoctl('cleanup', name, '--yes');
  assert.equal(refused.code, 8, refused.stdout + refused.stderr);
  assert.match(refused.stderr, /holds another VDO \(UUID/);
});
