import { expect, test } from 'vitest';

import { makeLiveDraw } from '../../src/cli/live-lines.ts';

test('a line that ends in a blank, as one cut to the width can, is not redrawn once another follows it', () => {
  const written: string[] = [];
  const write = (text: string): void => void written.push(text);
  const draw = makeLiveDraw({ isTerminal: true, columns: 80, write });
  draw.update(['first ']);
  draw.update(['first ', 'second']);
  draw.end();
  expect(written.join('').split('first')).toHaveLength(2);
  expect(written.join('')).toContain('second');
});
