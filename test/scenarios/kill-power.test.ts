import assert from 'node:assert/strict';
import { describe, test } from 'vitest';

import type { Kill } from './kill.ts';
import { createSimulatorWorld } from './simulator-world.ts';
import { call, makeVolumeWithFiles } from './steps.ts';

/**
 * The power fails at every moment of a forced rebuild. After the boot nothing of the volume is up, and cleanup has only
 * the journal and the disks to tell whether the rebuild was ordered.
 */

interface Settled {
  readonly isOver: boolean;
  readonly how: 'undone' | 'finished' | 'nothing';
}

async function cutAndSettle(stack: 'dm' | 'lvm', kill: Kill): Promise<Settled> {
  const world = createSimulatorWorld();
  const volume = await makeVolumeWithFiles(world, { stack });
  const { name } = volume;
  await volume.stop();
  await volume.makeReadOnly();
  await volume.start();
  const killed = await world.vdoctlKilled(kill, 'recover', name, '--force-rebuild', '--yes');
  if (killed.code !== 137) return { isOver: true, how: 'finished' };
  await world.cutPower();
  await volume.attachStorage();
  const state = await volume.diskState();
  const { stdout } = await call(world, ['cleanup', name, '--yes'], { code: 0 });
  const how = stdout.includes('finished') ? 'finished' : stdout.includes('undid') ? 'undone' : 'nothing';
  if (state === 'force-rebuild') assert.equal(how, 'finished', stdout);
  // At the very end the journal is already closed, and there is nothing to settle.
  const isRebuilt = how === 'finished' || (how === 'nothing' && state !== 'read-only');
  if (isRebuilt) {
    await call(world, ['recover', name], { code: 0 });
    assert.equal(await volume.readOnlyRecoveries(), 1);
    await volume.verifyFiles();
  } else {
    await call(world, ['recover', name], { code: 6 });
  }
  return { isOver: false, how };
}

describe.each(['dm', 'lvm'] as const)('%s', (stack) => {
  test('the power cut at every moment of a forced rebuild', async () => {
    const seen = new Set<string>();
    for (let nth = 1, isOver = false; !isOver; nth += 1) {
      for (const when of ['before', 'after'] as const) {
        const settled = await cutAndSettle(stack, { nth, when }).catch((error: unknown) => {
          throw new Error(`cut ${when} change ${String(nth)}`, { cause: error });
        });
        isOver ||= settled.isOver;
        seen.add(settled.how);
      }
    }
    assert.deepEqual([...seen].sort(), ['finished', 'nothing', 'undone']);
  });
});
