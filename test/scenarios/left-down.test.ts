import assert from 'node:assert/strict';
import { describe, expect, test } from 'vitest';
import type { Command } from '../../src/model/command.ts';
import { createSimulatorWorld, type SimulatorWorld } from './simulator-world.ts';
import { call, makeVolumeWithFiles, readDocument, untilMode } from './steps.ts';
import type { TestVolume } from './world.ts';

/** An operation of vdoctl was to leave a volume up, and left it down: cleanup does not call that clean. */

type Stack = TestVolume['stack'];

const starts: Readonly<Record<Stack, (command: Command) => boolean>> = {
  dm: ({ file, args }) => file === 'dmsetup' && args[0] === 'create',
  lvm: ({ file, args }) =>
    file === 'lvchange' && args.includes('-ay') && !args.some((arg) => arg.endsWith('_vdata')),
  manager: ({ file, args }) => file === 'vdo' && args[0] === 'start',
};

/** Makes every start fail, until `isBroken` is cleared. */
function breakStarts({ host }: SimulatorWorld, stack: Stack): { isBroken: boolean } {
  const state = { isBroken: true };
  host.beforeEach((command) => {
    if (!state.isBroken || !starts[stack](command)) return;
    host.failNext(command.file, { outcome: { kind: 'exited', code: 1 }, stderr: 'no memory\n' });
  });
  return state;
}

/** A volume that is read-only in memory and not on disk: a restart recovers it. */
async function makeRestartable(stack: Stack) {
  const world = createSimulatorWorld();
  const volume = await makeVolumeWithFiles(world, { stack });
  await volume.mount();
  await volume.writeOn();
  await volume.failStorage();
  await untilMode(world, volume, 'read-only');
  await volume.mendStorage();
  await volume.release();
  await volume.unmount();
  return { world, volume };
}

async function leaveDown(stack: Stack) {
  const { world, volume } = await makeRestartable(stack);
  const start = breakStarts(world, stack);
  const { code } = await world.vdoctl('recover', volume.name, '--yes');
  assert.notEqual(code, 0);
  assert.equal(await volume.mode(), undefined);
  start.isBroken = false;
  return { world, volume };
}

const cleanup = ['cleanup', '--all', '--yes'];
const clean = { code: 0, says: ['Nothing was cut off'] };

describe.each(['dm', 'lvm', 'manager'] as const)('%s', (stack) => {
  test('a restart whose start failed is named until the volume is up', async () => {
    const { world, volume } = await leaveDown(stack);
    await call(world, cleanup, {
      code: 11,
      says: [`${volume.name} has been down since a restart`, 'no memory', `vdoctl recover ${volume.name}`],
      neverSays: ['nothing was changed'],
    });
    const told = await call(world, [...cleanup, '--json'], { code: 11 });
    const [own] = readDocument(told)['volumes'] as readonly Record<string, unknown>[];
    expect(own?.['error']).toMatchObject({ problem: 'left-down', facts: { operation: 'restart' } });
    await call(world, ['cleanup', volume.name], { code: 11, says: ['has been down since'] });
    await call(world, ['recover', '--all', '--yes'], { code: 0 });
    await call(world, cleanup, clean);
    await volume.verifyFiles();
  });

  test('nor is a start that failed once more the end of it', async () => {
    const { world, volume } = await leaveDown(stack);
    const start = breakStarts(world, stack);
    assert.notEqual((await world.vdoctl('recover', volume.name)).code, 0);
    start.isBroken = false;
    await call(world, cleanup, { code: 11, says: ['has been down since a restart'] });
  });

  test('a restart that was killed between stop and start is named, too', async () => {
    for (let nth = 1; ; nth += 1) {
      const { world, volume } = await makeRestartable(stack);
      const { code } = await world.vdoctlKilled({ nth, when: 'before' }, 'recover', volume.name, '--yes');
      assert.equal(code, 137, 'it was never killed while the volume was down');
      if ((await volume.mode()) !== undefined) continue;
      await call(world, cleanup, { code: 11, says: ['has been down since a restart', 'cut off'] });
      await call(world, ['recover', volume.name], { code: 0 });
      await call(world, cleanup, clean);
      return;
    }
  });

  test('a forced rebuild whose start failed is named', async () => {
    const world = createSimulatorWorld();
    const volume = await makeVolumeWithFiles(world, { stack });
    await volume.stop();
    await volume.makeReadOnly();
    await volume.start();
    const start = breakStarts(world, stack);
    const rebuild = ['recover', volume.name, '--force-rebuild', '--yes'];
    assert.notEqual((await world.vdoctl(...rebuild)).code, 0);
    assert.equal(await volume.mode(), undefined);
    assert.notEqual((await world.vdoctl(...cleanup)).code, 0);
    start.isBroken = false;
    // The manager orders the rebuild and starts in one command. What that command did not do is undone, and the volume
    // is up, read-only.
    const isOrdered = stack !== 'manager';
    await call(
      world,
      ['cleanup', volume.name, '--yes'],
      isOrdered ? { code: 11, says: ['has been down since a'] } : { code: 0 },
    );
    assert.equal(await volume.mode(), isOrdered ? undefined : 'read-only');
    await call(world, rebuild, { code: 0 });
    await call(world, cleanup, clean);
    await volume.verifyFiles();
  });

  test.each([
    [
      'by vdoctl',
      async (world: SimulatorWorld, { name }: TestVolume) => {
        await call(world, ['recover', name], { code: 0 });
        await call(world, ['stop', name], { code: 0 });
      },
    ],
    [
      'by hand',
      async (world: SimulatorWorld, volume: TestVolume) => {
        await volume.start();
        await untilMode(world, volume, 'normal');
        await volume.stop();
      },
    ],
    ['by the end of the power', async (world: SimulatorWorld) => world.cutPower()],
    [
      'and a person lets it be',
      async (world: SimulatorWorld, { name }: TestVolume) => {
        await call(world, ['cleanup', name, '--dismiss', '--yes'], { code: 0 });
      },
    ],
  ])('one that was stopped since %s is not named', async (_how, stop) => {
    const { world, volume } = await leaveDown(stack);
    await stop(world, volume);
    assert.equal(await volume.mode(), undefined);
    await call(world, cleanup, clean);
  });
});
