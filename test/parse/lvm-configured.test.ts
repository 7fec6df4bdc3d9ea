import { expect, test } from 'vitest';

import { configuredColumns, parseConfigured } from '../../src/parse/lvm-configured.ts';
import { failureOf } from './expect-failure.ts';

const pool = {
  vg_name: 'vg',
  lv_name: 'pool',
  segtype: 'vdo-pool',
  vdo_compression: '1',
  vdo_deduplication: '0',
  vdo_minimum_io_size: '4096',
  vdo_block_map_cache_size: '134217728',
  vdo_block_map_era_length: '16380',
  vdo_max_discard: '1024',
  vdo_ack_threads: '1',
  vdo_bio_threads: '4',
  vdo_bio_rotation: '64',
  vdo_cpu_threads: '2',
  vdo_hash_zone_threads: '1',
  vdo_logical_threads: '1',
  vdo_physical_threads: '1',
};
type Row = Readonly<Record<string, string>>;

const empty: Row = Object.fromEntries(Object.keys(pool).map((column) => [column, '']));
const print = (rows: readonly Row[], kind = 'seg'): string =>
  JSON.stringify({ report: [{ [kind]: rows }], log: [] });

test('every column is asked for', () => {
  expect(configuredColumns.split(',').sort()).toEqual(Object.keys(pool).sort());
});

test.each(['lv', 'seg'])('the pools of a report of the kind %s', (kind) => {
  const others: Row[] = [
    { ...empty, vg_name: 'vg', lv_name: 'root', segtype: 'linear', vdo_compression: '-1' },
    { ...pool, lv_name: 'data', segtype: 'vdo' },
  ];
  const found = parseConfigured(print([...others, pool], kind));
  expect([...found.keys()]).toEqual(['vg/pool']);
  expect(found.get('vg/pool')).toEqual({
    tunables: {
      'block-map-cache': 128 * 1024 ** 2,
      'block-map-period': 16_380,
      'max-discard': 4 * 1024 ** 2,
      'ack-threads': 1,
      'bio-threads': 4,
      'bio-rotation': 64,
      'cpu-threads': 2,
      'hash-zone-threads': 1,
      'logical-threads': 1,
      'physical-threads': 1,
    },
    logicalBlockBytes: 4096,
    compression: 'on',
    deduplication: 'off',
  });
});

test('a switch that LVM does not tell is unknown', () => {
  expect(parseConfigured(print([{ ...pool, vdo_compression: '-1' }])).get('vg/pool')).not.toHaveProperty(
    'compression',
  );
});

test('without pools', () => {
  expect(parseConfigured(print([])).size).toBe(0);
});

const without: Row = Object.fromEntries(
  Object.entries(pool).filter(([column]) => column !== 'vdo_bio_threads'),
);

test.each([
  ['no JSON', 'lvs: what?'],
  ['nothing', ''],
  ['no report', '{"report": []}'],
  ['another word for a switch', print([{ ...pool, vdo_compression: 'enabled' }])],
  ['a size with a unit', print([{ ...pool, vdo_block_map_cache_size: '128m' }])],
  ['a column that is missing', print([without])],
])('%s is not understood', (_, output) => {
  expect(failureOf(() => parseConfigured(output)).tool).toBe('lvs');
});
