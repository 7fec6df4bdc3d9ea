import { expect, test } from 'vitest';

import { makeTheme } from '../../ui/theme/theme.ts';
import { initialState } from '../../ui/state/state.ts';
import { reduce } from '../../ui/state/reduce.ts';
import { overviewLines } from '../../ui/views/overview.ts';
import { makeVolume } from '../unit/builders.ts';

const theme = makeTheme({ background: 'dark', reader: 'eyes' });
const host = { name: 'stor1', isRoot: true, kind: 'real', usualStack: 'dm' } as const;
const picture = { takenAtMs: 0, volumes: [makeVolume()], operations: new Map(), missing: [] };

/** The column heads on a screen of this width. */
function drawHeads(columns: number): string {
  const state = initialState(theme, host, { columns, rows: 24 }, 0);
  const [heads] = overviewLines(reduce(state, { kind: 'looked', picture, commands: [] }));
  return (heads ?? []).map(({ text }) => text).join('');
}

test('alerts have room on a screen of any width; a wider one leaves no column out that a narrower one has', () => {
  let before: string[] = [];
  for (let columns = 60; columns <= 260; columns += 1) {
    const heads = drawHeads(columns);
    const room = columns - heads.indexOf('ALERTS');
    expect(room, `${String(columns)} columns: ${heads}`).toBeGreaterThanOrEqual(16);
    const titles = heads.trim().split(/\s+/);
    expect(titles).toEqual(expect.arrayContaining(before));
    before = titles;
  }
});
