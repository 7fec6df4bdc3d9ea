import { expect, test } from 'vitest';

import { scenarios } from './all.ts';
import { playAllOn } from './play.ts';
import { traps, type TrapId } from './traps.ts';

playAllOn('linux-6.12');

test('every trap is stepped on by a scenario', () => {
  const covered = new Set(scenarios.flatMap(({ traps: ids = [] }) => ids));
  expect((Object.keys(traps) as TrapId[]).filter((id) => !covered.has(id))).toEqual([]);
});

test('every scenario has a name of its own', () => {
  const names = scenarios.map(({ name }) => name);
  expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
});
