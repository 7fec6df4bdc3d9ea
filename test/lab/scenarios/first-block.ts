import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { call, stacks } from '../../scenarios/steps.ts';
import type { LabScenario } from '../catalog.ts';

const unit = new URL('../../../src/packaging/systemd/vdoctl@.service', import.meta.url);

/** The calls of vdoctl that systemd makes to start a volume, in order; the last one counts. */
function readUnitCalls(name: string): string[][] {
  const lines = readFileSync(unit, 'utf8').matchAll(/^ExecStart(?:Pre)?=-?\S*vdoctl (.*)$/gm);
  return [...lines].map(([, words = '']) => words.split(' ').map((word) => word.replace('%I', name)));
}

/**
 * From dm-vdo 9.2 on, starting a volume whose first block is zeros formats it: the kernel asks nobody, and all data on
 * it is gone. On the stable kernel the same start fails, and proves nothing.
 */
export const firstBlockScenarios: readonly LabScenario[] = stacks.map((stack): LabScenario => ({
  name: `${stack}: the first block is wiped, where the kernel formats what begins so: nothing starts it, no byte is written, and it is repaired with its files`,
  kernel: 'newest',
  async play(world) {
    const volume = await world.makeVolume({ stack });
    await volume.mount();
    await volume.writeFiles();
    await volume.unmount();
    await volume.stop();
    await volume.wipeStorage();
    const before = await volume.countWrites();
    for (const args of [
      ['start', volume.name],
      ['recover', volume.name],
      ['recover', volume.name, '--force-rebuild', '--yes'],
    ])
      await call(world, args, {
        code: 8,
        says: [/the first block of its storage \S+ was wiped/, 'do not start it by any means'],
      });
    const calls = readUnitCalls(volume.name);
    for (const args of calls.slice(0, -1)) await world.vdoctl(...args);
    await call(world, calls.at(-1) ?? [], {
      code: 8,
      says: [/the first block of its storage \S+ was wiped/],
    });
    assert.equal(await volume.mode(), undefined);
    assert.deepEqual(await volume.countWrites(), before);
    const repair = ['repair-geometry', volume.name];
    await call(world, repair, { code: 10 });
    assert.deepEqual(await volume.countWrites(), before);
    await call(world, [...repair, '--yes'], { code: 0, says: [/the copy in|no copy is kept/] });
    await call(world, ['start', volume.name], { code: 0 });
    await volume.verifyFiles();
    await call(world, ['check', volume.name], { code: 0 });
  },
}));
