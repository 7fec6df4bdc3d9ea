import { expect, test } from 'vitest';
import { parseSwitches } from '../../src/parse/lvm-switches.ts';
import { failureOf } from './expect-failure.ts';

const print = (compression: string, deduplication: string): string =>
  JSON.stringify({ report: [{ lv: [{ vdo_compression: compression, vdo_deduplication: deduplication }] }] });

test.each([
  ['1', '0', { compression: 'on', deduplication: 'off' }],
  ['0', '1', { compression: 'off', deduplication: 'on' }],
  ['-1', '1', { deduplication: 'on' }],
])('%s and %s', (compression, deduplication, expected) => {
  expect(parseSwitches(print(compression, deduplication))).toEqual(expected);
});

test.each([
  ['no JSON', 'lvs: what?'],
  ['nothing', ''],
  ['no pool', '{"report": [{"lv": []}]}'],
  ['another word', print('enabled', '1')],
  ['a column that is missing', '{"report": [{"lv": [{"vdo_compression": "1"}]}]}'],
])('%s is not understood', (_, output) => {
  expect(failureOf(() => parseSwitches(output)).tool).toBe('lvs');
});
