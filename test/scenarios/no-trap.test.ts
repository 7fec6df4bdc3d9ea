import assert from 'node:assert/strict';
import { describe, test } from 'vitest';
import * as happen from '../simulated/levers.ts';
import type { Command } from '../../src/model/command.ts';
import { call, makeVolumeWithFiles, readAlerts } from './steps.ts';
import { createSimulatorWorld } from './simulator-world.ts';
import type { TestVolume } from './world.ts';

/**
 * The kernel carries out a forced rebuild, finds no room for it on the storage, and comes up read-only again, in memory
 * and on disk. However one operation ended, the next one can go on from there.
 */

const starts: Readonly<Record<TestVolume['stack'], (command: Command) => boolean>> = {
  dm: ({ file, args }) => file === 'dmsetup' && args[0] === 'create',
  lvm: ({ file, args }) =>
    file === 'lvchange' && args.includes('-ay') && !args.some((arg) => arg.endsWith('_vdata')),
  manager: ({ file, args }) => file === 'vdo' && args[0] === 'start',
};

async function arrange(stack: TestVolume['stack']) {
  const world = createSimulatorWorld();
  const volume = await makeVolumeWithFiles(world, { stack });
  await volume.stop();
  await volume.makeReadOnly();
  const room = { isFull: true };
  world.host.afterEach((command) => {
    if (!room.isFull || !starts[stack](command)) return;
    world.host.change((simulated) => {
      happen.makeReadOnly(simulated, volume.target);
    });
  });
  return { world, volume, room };
}

describe.each(['dm', 'lvm', 'manager'] as const)(
  '%s: a forced rebuild that ends read-only again',
  (stack) => {
    test('has ended, and is done once there is room', async () => {
      const { world, volume, room } = await arrange(stack);
      const { name } = volume;
      const rebuild = ['recover', name, '--force-rebuild', '--yes'];
      await call(world, rebuild, {
        code: 11,
        // The manager orders the rebuild and starts in one command, which leaves nothing to clean up.
        says:
          stack === 'manager'
            ? ['is read-only', 'the kernel said: ']
            : ['nothing of it needs cleanup', 'the kernel said: ', `vdoctl recover ${name}`],
        neverSays: ['vdoctl cleanup', 'nothing was changed'],
      });
      assert.ok(!(await readAlerts(world, name)).includes('unfinished-operation'));
      await call(world, ['cleanup', name, '--yes'], { code: 0, says: ['nothing to do'] });
      await call(world, ['recover', name], { code: 6 });
      room.isFull = false;
      await call(world, rebuild, { code: 0, says: ['rebuilt'] });
      await volume.verifyFiles();
    });

    test('and was killed right after, is settled by one cleanup', async () => {
      const { world, volume, room } = await arrange(stack);
      const { name } = volume;
      const rebuild = ['recover', name, '--force-rebuild', '--yes'];
      let last = 0;
      for (let nth = 1; nth < 60; nth += 1) {
        const { world: each, volume: own } = await arrange(stack);
        const { code } = await each.vdoctlKilled({ nth, when: 'after' }, ...rebuild);
        if (code !== 137) break;
        if ((await own.mode()) === 'read-only') last = nth;
      }
      assert.ok(last > 0);
      assert.equal((await world.vdoctlKilled({ nth: last, when: 'after' }, ...rebuild)).code, 137);
      await world.vdoctl('cleanup', name, '--yes');
      assert.ok(!(await readAlerts(world, name)).includes('unfinished-operation'));
      room.isFull = false;
      await call(world, rebuild, { code: 0 });
      await volume.verifyFiles();
    });
  },
);
