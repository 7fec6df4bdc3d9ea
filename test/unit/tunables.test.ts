import { describe, expect, test } from 'vitest';

import type { VdoTable } from '../../src/model/kernel.ts';
import { stackNames } from '../../src/model/stack-names.ts';
import { differing, listUntold, tunablesOf, withTunables } from '../../src/model/table-tunables.ts';
import {
  complainAboutTogether,
  complainAboutTunable,
  formatTunable,
  tunableKeys,
  tunables,
  usualTunables,
  type TunableKey,
} from '../../src/model/tunables.ts';
import { formatManagerTunables } from '../../src/stacks/manager/tunables.ts';
import { formatLvmTunables } from '../../src/stacks/lvm/tunables.ts';

const mebibyte = 1024 ** 2;
const gibibyte = 1024 ** 3;
const tebibyte = 1024 ** 4;

/** By dm-vdo-target.c of Linux 6.12, vdo_limits.h of LVM 2.03.31 and Defaults.py of the manager 6.2.11. */
const limits: readonly [key: TunableKey, least: number, most: number, step: number][] = [
  ['block-map-period', 1, 16_380, 1],
  ['max-discard', 4096, 4 * gibibyte - 4096, 4096],
  ['ack-threads', 0, 100, 1],
  ['bio-threads', 1, 100, 1],
  ['bio-rotation', 1, 1024, 1],
  ['cpu-threads', 1, 100, 1],
  ['hash-zone-threads', 0, 100, 1],
  ['logical-threads', 0, 60, 1],
  ['physical-threads', 0, 16, 1],
];

describe('the bounds of each', () => {
  test.each(limits)('%s: from %i to %i on every stack', (key, least, most, step) => {
    for (const stack of stackNames) {
      for (const value of [least, most, usualTunables(stack)[key]])
        expect(complainAboutTunable(key, value, stack)).toBeUndefined();
      for (const value of [least - step, most + step])
        expect(complainAboutTunable(key, value, stack)).toMatch(/^takes /);
    }
  });

  test.each([
    ['dm', 128 * mebibyte, 16 * tebibyte - 4096, 4096],
    ['lvm', 128 * mebibyte, 16 * tebibyte - mebibyte, mebibyte],
    ['manager', 128 * mebibyte, 16 * tebibyte - 4096, 4096],
  ] as const)('block-map-cache on %s', (stack, least, most, step) => {
    for (const value of [least, most, least + step])
      expect(complainAboutTunable('block-map-cache', value, stack)).toBeUndefined();
    for (const value of [least - step, most + step, least + step / 2])
      expect(complainAboutTunable('block-map-cache', value, stack)).toContain(`on the stack ${stack}`);
  });

  test('are told', () => {
    expect(complainAboutTunable('cpu-threads', 0, 'dm')).toBe('takes 1 to 100');
    expect(complainAboutTunable('max-discard', 1, 'lvm')).toBe(
      'takes a multiple of 4K from 4K to less than 4G on the stack lvm',
    );
  });
});

describe('what they need of one another', () => {
  const usual = usualTunables('dm');
  test.each([
    [{}, undefined],
    [{ 'hash-zone-threads': 1, 'logical-threads': 8, 'physical-threads': 1 }, undefined],
    [{ 'hash-zone-threads': 1 }, /are either all 0 or all more, and would be 1, 0, 0$/],
    [{ 'hash-zone-threads': 1, 'logical-threads': 1 }, /1, 1, 0$/],
    [
      { 'hash-zone-threads': 1, 'logical-threads': 9, 'physical-threads': 1 },
      /^9 logical-threads need a block-map-cache of at least 144M, and it would be 128M$/,
    ],
    // The kernel numbers the threads in one byte.
    [
      { 'bio-threads': 100, 'hash-zone-threads': 75, 'logical-threads': 8, 'physical-threads': 67 },
      undefined,
    ],
    [
      { 'bio-threads': 100, 'hash-zone-threads': 76, 'logical-threads': 8, 'physical-threads': 67 },
      /^all threads together would be 256 with those .* no more than 255$/,
    ],
  ] as const)('%j', (changes, complaint) => {
    const found = complainAboutTogether({ ...usual, ...changes });
    if (complaint === undefined) expect(found).toBeUndefined();
    else expect(found).toMatch(complaint);
  });
});

const plain: VdoTable = {
  version: 'V4',
  logicalSectors: 41_943_040,
  storage: '/dev/vdb',
  physicalBlocks: 2_621_440,
  minimumIoBytes: 4096,
  blockMapCacheBlocks: 32_768,
  blockMapPeriod: 16_380,
  options: [['deduplication', 'on']],
};

describe('in a table', () => {
  test('what it does not say is as the kernel has it', () => {
    expect(tunablesOf(plain)).toEqual(usualTunables('dm'));
  });

  test('each is written where it is read, and nothing else is touched', () => {
    for (const key of tunableKeys) {
      const value = 2 * 4096;
      const changed = withTunables(plain, { [key]: value });
      expect(tunablesOf(changed)).toEqual({ ...usualTunables('dm'), [key]: value });
      expect(changed.options[0]).toEqual(['deduplication', 'on']);
      expect(differing(tunablesOf(changed), tunablesOf(plain))).toEqual({ [key]: value });
    }
  });

  test('a value takes the place of the old one, and nothing changes the text', () => {
    const options: VdoTable['options'] = [
      ['ack', '2'],
      ['bio', '4'],
      ['deduplication', 'off'],
    ];
    const table = { ...plain, options };
    expect(withTunables(table, { 'ack-threads': 3 }).options).toEqual([['ack', '3'], ...options.slice(1)]);
    expect(withTunables(table, {})).toEqual(table);
  });

  test('a word that is no number is unknown', () => {
    expect(tunablesOf({ ...plain, options: [['bio', 'many']] })).not.toHaveProperty('bio-threads');
  });

  test('a table before V2 has its threads in one word, and no place to set them one by one', () => {
    const old: VdoTable = { ...plain, version: 'V0', options: [], legacy: { threads: 'ack=2,bio=7' } };
    expect(tunablesOf(old)).toMatchObject({ 'ack-threads': 2, 'bio-threads': 7, 'cpu-threads': 1 });
    expect(tunablesOf({ ...old, legacy: { threads: '.' } })).toEqual(usualTunables('dm'));
    const wanted = { 'bio-threads': 1, 'block-map-cache': 4096, 'block-map-period': 1, 'max-discard': 4096 };
    expect(listUntold(old, wanted)).toEqual(['max-discard', 'bio-threads']);
    expect(listUntold(plain, wanted)).toEqual([]);
  });
});

describe('for the tools of a stack', () => {
  const wanted = {
    'block-map-cache': 256 * mebibyte,
    'max-discard': 8192,
    'bio-threads': 8,
    'bio-rotation': 32,
  };

  test('LVM counts in mebibytes and in blocks', () => {
    expect(formatLvmTunables(wanted)).toEqual([
      'vdo_block_map_cache_size_mb=256',
      'vdo_max_discard=2',
      'vdo_bio_threads=8',
      'vdo_bio_rotation=32',
    ]);
  });

  test('the manager takes kibibytes', () => {
    expect(formatManagerTunables(wanted)).toEqual([
      '--blockMapCacheSize=262144K',
      '--maxDiscardSize=8K',
      '--vdoBioThreads=8',
      '--vdoBioRotationInterval=32',
    ]);
  });
});

test('each has a name of its own, wherever it is named', () => {
  const named = [
    tunableKeys.map((key) => tunables[key].field),
    tunableKeys.map((key) => tunables[key].lvm.setting),
    tunableKeys.map((key) => tunables[key].manager.option),
    tunableKeys.map((key) => tunables[key].manager.key),
  ];
  for (const names of named) expect(new Set(names).size).toBe(tunableKeys.length);
});

test('a value is told as it is typed', () => {
  expect(formatTunable('block-map-cache', 1536 * mebibyte)).toBe('1536M');
  expect(formatTunable('max-discard', 4096)).toBe('4K');
  expect(formatTunable('bio-threads', 4096)).toBe('4096');
});
