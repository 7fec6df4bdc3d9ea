import { describe, test } from 'vitest';
import * as happen from '../simulated/levers.ts';
import { createSimulatorWorld } from './simulator-world.ts';
import { call } from './steps.ts';

/** dmsetup disappears right after the start: vdoctl can no longer ask in which mode the volume came up. */
describe.each(['dm', 'lvm', 'manager'] as const)('%s', (stack) => {
  test.each(['start', 'recover'])('%s of what cannot be asked afterwards does not say 8', async (verb) => {
    const world = createSimulatorWorld();
    const volume = await world.makeVolume({ stack });
    await volume.stop();
    world.host.afterEach(({ effect }) => {
      if (effect !== 'changes') return;
      world.host.change((simulated) => {
        simulated.notInstalled = ['dmsetup'];
      });
    });
    await call(world, [verb, volume.name], { code: 9, neverSays: ['nothing was changed', 'half-done'] });
  });
});

test('recover of what somebody stops right after it was started does not say 8', async () => {
  const world = createSimulatorWorld();
  const volume = await world.makeVolume({ stack: 'dm' });
  await volume.stop();
  const state = { isStarted: false };
  world.host.beforeEach(({ file, args }) => {
    if (file === 'dmsetup' && args[0] === 'create') state.isStarted = true;
    if (!state.isStarted || file !== 'dmsetup' || args[0] !== 'status' || args[1] !== volume.target) return;
    state.isStarted = false;
    world.host.change((simulated) => {
      happen.stopDevice(simulated, volume.target);
    });
  });
  await call(world, ['recover', volume.name], {
    code: 9,
    says: ['the rest of the start is done', `vdoctl recover ${volume.name}`],
    neverSays: ['nothing was changed'],
  });
});
