import { describe, expect, test } from 'vitest';

import { scenarios } from './all.ts';
import { createSimulatorWorld } from './simulator-world.ts';
import { traps, type TrapId } from './traps.ts';

describe('on the simulated host', () => {
  const own = scenarios.filter(({ on }) => on === undefined || on.includes('simulator'));
  test.each(own)('$name', async ({ play }) => {
    const world = createSimulatorWorld();
    await play(world);
    await world.close();
  });
});

test('every trap is stepped on by a scenario', () => {
  const covered = new Set(scenarios.flatMap(({ traps: ids = [] }) => ids));
  expect((Object.keys(traps) as TrapId[]).filter((id) => !covered.has(id))).toEqual([]);
});

test('every scenario has a name of its own', () => {
  const names = scenarios.map(({ name }) => name);
  expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
});
