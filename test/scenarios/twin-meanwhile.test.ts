import { expect, test } from 'vitest';
import { addDisk, addRemembered, addVolume, startDmVolume } from '../../src/simulator/arrange.ts';
import { formatCommand } from '../../src/model/command.ts';
import * as happen from '../simulated/levers.ts';
import type { TestHost } from '../simulated/test-host.ts';
import { createDiskHost, gibibyte } from '../simulated/worlds.ts';
import { callOn } from '../unit/call.ts';
import '../../src/cli/handlers/recover.ts';
import '../../src/cli/handlers/start.ts';

/**
 * A clone of a volume's storage is started after the plan for the volume was made: by hand, or by another call. Two of
 * one VDO at once destroy its data.
 */

function createHostWithClone(state: 'stopped' | 'read-only'): TestHost {
  return createDiskHost((world) => {
    addDisk(world, { name: 'vdc', sizeBytes: 10 * gibibyte, serial: 'S2' });
    addVolume(world, 'one', '/dev/vdc');
    addRemembered(world, 'one', '/dev/vdc');
    if (state === 'read-only') happen.makeReadOnly(world, 'one');
    happen.stopDevice(world, 'one');
    happen.cloneDisk(world, 'vdc', 'vdy');
  });
}

test.each([
  ['start', 'stopped', ['start', 'one']],
  ['recover', 'stopped', ['recover', 'one']],
  ['a forced rebuild', 'read-only', ['recover', 'one', '--force-rebuild', '--yes']],
] as const)('%s does nothing once the clone runs', async (_what, state, words) => {
  const host = createHostWithClone(state);
  // The system log is told once everything is checked, right before the first step.
  host.beforeEach((command) => {
    if (!formatCommand(command).startsWith('logger') || host.world.dmDevices.length > 0) return;
    host.change((world) => {
      startDmVolume(world, 'clone', '/dev/vdy');
    });
  });
  const before = JSON.stringify(host.world.disks.map(({ contents }) => contents));
  const { code, stderr } = await callOn(host, ...words, '--quiet');
  expect([code, stderr]).toEqual([8, expect.stringContaining('clone is the same VDO, and has been started')]);
  expect(host.world.dmDevices.map(({ name }) => name)).toEqual(['clone']);
  if (state === 'read-only')
    expect(JSON.stringify(host.world.disks.map(({ contents }) => contents))).toBe(before);
});

test('a layer over the clone that is suspended is no volume that starts', async () => {
  const host = createHostWithClone('stopped');
  host.change((world) => {
    happen.addLayer(world, 'layer', '/dev/vdy');
    happen.suspend(world, 'layer');
  });
  expect(await callOn(host, 'start', 'one', '--quiet')).toMatchObject({ code: 0, stderr: '' });
});
