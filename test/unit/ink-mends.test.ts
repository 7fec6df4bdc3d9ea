import fs from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { mendInk, mends } from '../../build/ink.ts';
import wrapText from '../../node_modules/ink/build/wrap-text.js';

const cases = mends.map((mend) => [mend.file, String(mend.from), mend] as const);

test.each(cases)('%s: where it does not have %s any more, the build ends', (file, _, { from }) => {
  const place = path.resolve('node_modules', file);
  const text = fs.readFileSync(place, 'utf8');
  expect(mendInk(place)).not.toBe(text);
  expect(() => mendInk(place, () => text.split(from).join(''))).toThrow('any more');
});

test('a text and its width are not taken for another text and another width', () => {
  expect(wrapText('ab', 12, 'wrap')).toBe('ab');
  expect(wrapText('ab1', 2, 'wrap')).toBe('ab\n1');
});
