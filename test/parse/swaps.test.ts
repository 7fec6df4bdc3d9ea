import { expect, test } from 'vitest';
import { parseSwaps } from '../../src/parse/swaps.ts';
import { failureOf } from './expect-failure.ts';

const head = 'Filename\t\t\t\tType\t\tSize\t\tUsed\t\tPriority\n';

test.each([
  ['nothing', '', []],
  ['no swap', head, []],
  [
    'a device',
    `${head}/dev/dm-0                               partition\t2097148\t\t0\t\t-2\n`,
    ['/dev/dm-0'],
  ],
  ['a file', `${head}/srv/swap\\040file                       file\t\t65532\t\t0\t\t-3\n`, []],
  ['a file with an odd name', `${head}/srv/\u00a0                       file\t\t65532\t\t0\t\t-3\n`, []],
  // As lxcfs shows it inside a container.
  ['a container', `${head}none${' '.repeat(36)}virtual\t\t1048572\t0\t0\n`, []],
])('%s', (_what, text, expected) => {
  expect(parseSwaps(text)).toEqual(expected);
});

test('a line that is not understood is an error with the line', () => {
  expect(failureOf(() => parseSwaps(`${head}/dev/dm-0 partition many\n`))).toMatchObject({
    line: '/dev/dm-0 partition many',
  });
});
