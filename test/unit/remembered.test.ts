import fc from 'fast-check';
import { expect, test } from 'vitest';
import { rememberedSchema } from '../../src/model/remembered.ts';
import { readRemembered } from '../../src/parse/remembered.ts';

const good = {
  schemaVersion: 1,
  kind: 'volume-file',
  name: 'my-vdo',
  storage: '/dev/vdb',
  uuid: null,
  table: {
    version: 'V4',
    logicalSectors: 41_943_040,
    physicalBlocks: 2_621_440,
    minimumIoBytes: 4096,
    blockMapCacheBlocks: 32_768,
    blockMapPeriod: 16_380,
    options: [
      ['deduplication', 'on'],
      ['compression', 'off'],
    ],
  },
};
const values = [
  undefined,
  null,
  '',
  'x',
  '/dev/x',
  0,
  -1,
  1,
  1.5,
  2 ** 60,
  true,
  [],
  {},
  ['a'],
  [['a', 'b', 'c']],
];
const places = [
  [],
  ['extra'],
  ...Object.keys(good).map((key) => [key]),
  ...[...Object.keys(good.table), 'extra'].map((key) => ['table', key]),
  ['table', 'options', 0],
  ['table', 'options', 1, 1],
  ['table', 'options', 1, 2],
];

function change(data: unknown, place: readonly (string | number)[], value: unknown): unknown {
  const [key, ...rest] = place;
  if (key === undefined) return value;
  if (typeof data !== 'object' || data === null) return data;
  const copy = structuredClone(data);
  if (value === undefined && rest.length === 0) Reflect.deleteProperty(copy, key);
  else Reflect.set(copy, key, change(Reflect.get(copy, key), rest, value));
  return copy;
}

test('what is read, and where it is wrong, is as the published schema has it', () => {
  const edit = fc.tuple(fc.constantFrom(...places), fc.constantFrom(...values));
  fc.assert(
    fc.property(fc.array(edit, { maxLength: 3 }), (edits) => {
      let data: unknown = good;
      for (const [place, value] of edits) data = change(data, place, value);
      const { success, data: expected, error } = rememberedSchema.safeParse(data);
      const wrongAt = error?.issues[0]?.path.map(String).join('.');
      expect(readRemembered(data)).toEqual(success ? expected : { wrongAt });
    }),
    { numRuns: 3000 },
  );
});

test('the only word of the schema about what is wrong', () => {
  const wrong = rememberedSchema.safeParse({ ...good, storage: 'x', table: { ...good.table, extra: 1 } });
  expect(wrong.error?.issues.map(({ message }) => message)).toEqual(['Invalid input', 'Invalid input']);
});
