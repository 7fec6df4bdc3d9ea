import assert from 'node:assert/strict';
import type { LabScenario } from '../catalog.ts';
import { lastingMs } from './lasting.ts';
import type { LabWorld } from '../lab-world.ts';
import { readEvents, type ProgressEvent } from '../events.ts';

async function recoverSlowly(world: LabWorld, stack: 'dm' | 'lvm'): Promise<void> {
  const volume = await world.makeVolume({ stack });
  await volume.mount();
  await volume.writeFiles();
  await volume.writeOn();
  await world.cutPower();
  await volume.attachStorage();

  const before = await world.vdoctl('status', volume.name);
  assert.equal(before.code, 0);
  assert.match(before.stdout, /dirty/);
  assert.match(before.stdout, /will recover/);

  await volume.slowStorage(lastingMs);
  const outcome = await world.vdoctl('recover', volume.name, '--json');
  assert.equal(outcome.code, 0, outcome.stderr);
  const events = readEvents(outcome.stdout);
  assert.equal(events.at(-1)?.kind, 'result');
  const recovering = events.filter(
    (event): event is ProgressEvent => event.kind === 'progress' && event.phase === 'recovering',
  );
  const percents = recovering.flatMap(({ percent }) => percent ?? []);
  // A pool with a few large slabs reports only a few percentages.
  assert.ok(new Set(percents).size >= 2, `few percentages: ${percents.join(' ')}`);
  assert.deepEqual(
    percents,
    percents.toSorted((one, other) => one - other),
  );
  const lasted = (recovering.at(-1)?.elapsedMs ?? 0) - (recovering[0]?.elapsedMs ?? 0);
  assert.ok(lasted > 5000, `it recovered for ${String(lasted)} ms only`);
  await volume.mendStorage();
  await volume.verifyFiles();
}

export const slowRecoveries: readonly LabScenario[] = (['dm', 'lvm'] as const).map((stack) => ({
  name: `${stack}: a crash, then a recovery of over 5 s with rising percentages`,
  play: (world) => recoverSlowly(world, stack),
}));
