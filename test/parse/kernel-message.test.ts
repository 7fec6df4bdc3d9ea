import { describe, expect, test } from 'vitest';
import { parseConfigMessage, parseKernelMessage } from '../../src/parse/stats-message.ts';
import { failureOf } from './expect-failure.ts';
import { recorded } from './recordings.ts';

describe('the config message', () => {
  const config = {
    physicalBytes: 8589934592,
    logicalBytes: 21474836480,
    slabBlocks: 8192,
    indexMemoryGiB: 0.25,
    indexIsSparse: false,
  };
  const text = recorded('dm/22').stdout;

  test.each([
    [text, config],
    [
      text.replace('0.25', '2').replace('isSparse : 0', 'isSparse : 1'),
      { ...config, indexMemoryGiB: 2, indexIsSparse: true },
    ],
  ])('%s', (given, expected) => {
    expect(parseConfigMessage(given)).toEqual(expected);
  });

  test.each([
    ['version : 1', 'version : 2'],
    ['0.25', '0.3'],
    ['0.25', '-1'],
    ['8589934592', '8.5e9'],
  ])('with %s as %s is not understood', (from, to) => {
    expect(failureOf(() => parseConfigMessage(text.replace(from, to))).tool).toBe('dmsetup message');
  });
});

describe('the notation of messages', () => {
  test('nests', () => {
    expect(parseKernelMessage('{ a : 1, b :  { c : x, }, }')).toEqual(
      new Map<string, unknown>([
        ['a', '1'],
        ['b', new Map([['c', 'x']])],
      ]),
    );
    expect(parseKernelMessage('{ }\n')).toEqual(new Map());
  });

  test.each([
    ['', '"{" was expected at the beginning'],
    ['{ a : 1', '"," was expected at "{ a : 1"'],
    ['{ a : 1, ', 'a key or a value was expected at "a : 1 ,"'],
    ['{ a 1, }', '":" was expected at "{ a 1"'],
    ['{ a : , }', 'a key or a value was expected at "{ a : ,"'],
    ['{ a : 1 2, }', '"," was expected at "{ a : 1 2"'],
    ['{ a : 1, a : 2, }', '"a" is given twice at "1 , a : 2"'],
    ['{ a : 1, } x', 'the end was expected at ": 1 , } x"'],
    ['{ a : '.repeat(20), 'groups are nested too deeply at "{ a : { a"'],
  ])('%j is not understood', (text, reason) => {
    expect(failureOf(() => parseKernelMessage(text))).toEqual({
      kind: 'not-understood',
      tool: 'dmsetup message',
      line: text.trim(),
      reason,
    });
  });
});
