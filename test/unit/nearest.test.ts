import { describe, expect, test } from 'vitest';
import { commands } from '../../src/cli/commands.ts';
import { countChanges, findNearest, suggest } from '../../src/model/nearest.ts';

describe('single changes', () => {
  test.each([
    ['', '', 0],
    ['', 'abc', 3],
    ['abc', '', 3],
    ['status', 'status', 0],
    ['stauts', 'status', 1],
    ['jsno', 'json', 1],
    ['bakups', 'backups', 1],
    ['backupss', 'backups', 1],
    ['backubs', 'backups', 1],
    ['kitten', 'sitting', 3],
    ['ca', 'abc', 3],
  ])('between %j and %j: %i', (one, other, changes) => {
    expect(countChanges(one, other)).toBe(changes);
    expect(countChanges(other, one)).toBe(changes);
  });
});

describe('what was meant', () => {
  test.each([
    ['stauts', ['start', 'status', 'stop'], 'status'],
    ['STATUS', ['start', 'status'], 'status'],
    ['hist', ['history', 'list'], 'history'],
    ['st', ['start', 'status'], undefined],
    ['logical-sz', ['logical', 'logical-size'], 'logical-size'],
    ['x', ['y', 'xy'], undefined],
    ['ab', ['xy', 'cb'], undefined],
    ['abc', ['abd'], 'abd'],
    ['', ['a', 'ab'], undefined],
    ['anything', [], undefined],
    ['nosuch', ['mail', 'archive'], undefined],
  ])('by %j among %j: %j', (typed, candidates, nearest) => {
    expect(findNearest(typed, candidates)).toBe(nearest);
  });

  test('is told after what is not there', () => {
    expect(suggest('jsno', ['json'], '--')).toBe(' (did you mean --json?)');
    expect(suggest('nosuch', ['json'])).toBe('');
  });
});

test('what a command is called elsewhere is no command, and means one only', () => {
  const elsewhere = commands.flatMap(({ called = [] }) => called);
  const names = commands.map(({ name }) => name);
  expect(new Set([...elsewhere, ...names]).size).toBe(elsewhere.length + names.length);
  expect(elsewhere).toEqual(elsewhere.map((each) => each.toLowerCase()));
});
