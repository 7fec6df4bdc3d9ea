import { expect, test } from 'vitest';

import { press } from '../../ui/keys/press.ts';
import { viewOf, type State } from '../../ui/state/state.ts';
import { linesOf } from '../../ui/views/lines.ts';
import { openWindow } from '../../ui/views/window.ts';
import { at, fine, readOnly, viewKinds } from './views-of.ts';
import { findBinding } from '../../ui/keys/press.ts';
import { seeing } from './states.ts';

const after = (state: State, ...keys: readonly string[]): State =>
  keys.reduce((before, key) => press(before, key).state, state);
const rowsOf = (state: State): string[] =>
  linesOf(state).map((line) => line.map(({ text }) => text).join(''));

test('an action is found by a part of its name or of what it does, and done by Enter', () => {
  const typed = after(seeing([fine]), ':', ...Array.from('mak new'));
  expect(rowsOf(typed)).toEqual([expect.stringMatching(/^▸ n +new +Make a new volume on a device\.$/)]);
  expect(viewOf(press(typed, 'enter').state)).toMatchObject({ kind: 'form', form: { kind: 'create' } });
  const examine = press(after(seeing([fine]), ':', ...Array.from('doctor')), 'enter');
  expect(examine.effects).toEqual([{ kind: 'examine', name: 'archive' }]);
});

test('what cannot be used now comes last, and says why', () => {
  const typed = after(seeing([readOnly]), ':', ...Array.from('recovery'));
  expect(rowsOf(typed).join('\n')).toMatch(/^. r +recover +not now: mail is read-only/m);
  const usable = rowsOf(press(seeing([readOnly]), ':').state).map((row) => !row.includes('not now:'));
  expect(usable).toEqual(usable.toSorted((one, other) => Number(other) - Number(one)));
  expect(new Set(usable).size).toBe(2);
  const refused = after(seeing([readOnly]), ':', ...Array.from('whatever is safe'), 'enter');
  expect([viewOf(refused).kind, refused.hint]).toEqual([
    'overview',
    expect.stringContaining('recover: mail'),
  ]);
});

test('up and down choose, and the chosen one is in sight; what is typed begins at the first', () => {
  const open = press(seeing([fine], { size: { columns: 60, rows: 15 } }), ':').state;
  const count = rowsOf(open).length;
  expect(count).toBeGreaterThan(20);
  const last = after(open, ...Array<string>(count + 5).fill('down'));
  expect(viewOf(last)).toMatchObject({ at: count - 1 });
  const seen = openWindow(last).lines.map((line) => line.map(({ text }) => text).join(''));
  expect(seen.some((row) => row.startsWith('▸'))).toBe(true);
  expect(viewOf(after(last, 'up'))).toMatchObject({ at: count - 2 });
  expect(viewOf(after(last, 'q'))).toMatchObject({ at: 0, filter: 'q' });
  expect(viewOf(after(open, 'up'))).toMatchObject({ at: 0 });
});

test('where nothing fits, Enter does nothing, and Esc goes back', () => {
  const typed = after(seeing([fine]), ':', 'x', 'y', 'z', 'z');
  expect(rowsOf(typed)).toEqual(['  No action has "xyzz".']);
  expect(press(typed, 'enter')).toMatchObject({ effects: [], state: { views: typed.views } });
  expect(viewOf(press(typed, 'escape').state).kind).toBe('overview');
});

test('every key of a view is among its actions', () => {
  for (const kind of viewKinds.filter((each) => findBinding(at(each), ':') !== undefined)) {
    const rows = rowsOf(press(at(kind), ':').state);
    expect(
      rows.some((row) => /Esc +back/.test(row)),
      kind,
    ).toBe(true);
    expect(
      rows.some((row) => row.includes('Find an action')),
      kind,
    ).toBe(false);
  }
});
