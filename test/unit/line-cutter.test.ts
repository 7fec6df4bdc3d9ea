import { expect, test } from 'vitest';

import { LineCutter, longestLine, mostLinesASecond } from '../../src/host/real/line-cutter.ts';

/** The lines cut from these pieces, which are printed `everyMs` milliseconds apart. */
function cut(pieces: readonly string[], everyMs = 0): string[] {
  const told: string[] = [];
  let nowMs = 0;
  const cutter = new LineCutter(
    (line) => told.push(line),
    () => nowMs,
  );
  for (const piece of pieces) {
    cutter.push(piece);
    nowMs += everyMs;
  }
  cutter.end();
  return told;
}

test.each<[string, readonly string[], readonly string[]]>([
  ['by newlines', ['a\nb\n'], ['a', 'b']],
  ['by carriage returns, as progress is printed', ['10 %\r20 %\r'], ['10 %', '20 %']],
  ['by both, without the empty line between', ['a\r\nb\n\n\nc\n'], ['a', 'b', 'c']],
  ['wherever the pieces are cut', ['a', 'b\rc', '', 'd', '\re'], ['ab', 'cd', 'e']],
  ['the last one without an end', ['a\nb'], ['a', 'b']],
  ['nothing where nothing is printed', [], []],
])('lines are cut %s', (_how, pieces, lines) => {
  expect(cut(pieces)).toEqual(lines);
});

test('of a line without end only the beginning is kept, and the next one is whole', () => {
  const piece = 'x'.repeat(1000);
  const told = cut([...Array.from({ length: 100 }, () => piece), '\nnext\n']);
  expect(told).toEqual(['x'.repeat(longestLine), 'next']);
  expect(cut(['a\n' + 'y'.repeat(2 * longestLine)])).toEqual(['a', 'y'.repeat(longestLine)]);
});

test('lines beyond so many a second are left out, however they are cut; the next second has its own', () => {
  const flood = Array.from({ length: 10 * mostLinesASecond }, (_none, index) => `${String(index)}\n`);
  expect(cut([flood.join('')])).toHaveLength(mostLinesASecond);
  expect(cut(flood)).toHaveLength(mostLinesASecond);
  const calm = flood.slice(0, 3 * mostLinesASecond);
  expect(cut(calm, 1000 / mostLinesASecond)).toHaveLength(calm.length);
  expect(cut(calm, 500 / mostLinesASecond)).toHaveLength(2 * mostLinesASecond);
});
