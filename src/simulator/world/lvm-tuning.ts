import type { Lv } from './lvm-schema.ts';

/** Numbers that LVM keeps of a pool, in the order in which it checks them, with its own words for each. */
const numbers = [
  {
    name: 'block_map_cache_size_mb',
    words: 'block map cache size',
    least: 128,
    most: 16_777_215,
    usual: 128,
  },
  { name: 'block_map_era_length', words: 'block map era length', least: 1, most: 16_380, usual: 16_380 },
  { name: 'max_discard', words: 'max discard', least: 1, most: 1_048_575, usual: 1 },
  { name: 'ack_threads', words: 'ack threads', least: 0, most: 100, usual: 1 },
  { name: 'bio_threads', words: 'bio threads', least: 1, most: 100, usual: 4 },
  { name: 'bio_rotation', words: 'bio rotation', least: 1, most: 1024, usual: 64 },
  { name: 'cpu_threads', words: 'cpu threads', least: 1, most: 100, usual: 2 },
  { name: 'hash_zone_threads', words: 'hash zone threads', least: 0, most: 100, usual: 1 },
  { name: 'logical_threads', words: 'logical threads', least: 0, most: 60, usual: 1 },
  { name: 'physical_threads', words: 'physical threads', least: 0, most: 16, usual: 1 },
] as const;

const usualIoBytes = 4096;

type PoolNumber = (typeof numbers)[number]['name'];
export type PoolTuning = Readonly<Record<PoolNumber | 'minimum_io_size', number>>;

/** What LVM has recorded of a pool, with its own defaults for the rest. */
export function tuningOf({ tuned = {} }: Pick<Lv, 'tuned'>): PoolTuning {
  const usual = numbers.map(({ name, usual: value }) => [name, value]);
  return { ...Object.fromEntries(usual), minimum_io_size: usualIoBytes, ...tuned } as PoolTuning;
}

/** The name of a setting as LVM compares it: without `vdo`, `use_` and underscores. */
export function plainName(name: string): string {
  return name
    .replace(/^vdo_?/i, '')
    .replace(/^use_/, '')
    .replaceAll('_', '');
}

/** The settings that `lvchange` takes, and that of the blocks, which only `lvcreate` takes. */
export const changeableNames: readonly string[] = [...numbers.map(({ name }) => name), 'block_map_period'];
export const tuningNames: readonly string[] = [...changeableNames, 'minimum_io_size'];

/** The pool's numbers with those that are given by their plain names. */
export function applyTuning(
  before: Lv['tuned'],
  given: ReadonlyMap<string, string>,
): NonNullable<Lv['tuned']> {
  const after = { ...before };
  for (const name of tuningNames) {
    const value = given.get(plainName(name));
    if (value !== undefined)
      after[name === 'block_map_period' ? 'block_map_era_length' : name] = Number(value);
  }
  return after;
}

/** What LVM says of numbers that it does not take; empty where it takes them. */
export function listBadTuning(tuning: PoolTuning): readonly string[] {
  const { minimum_io_size: ioBytes } = tuning;
  const ofIo = [512, 4096].includes(ioBytes)
    ? []
    : [`VDO minimum io size ${String(ioBytes)} is unsupported [512, 4096].`];
  const ofNumbers = numbers.flatMap(({ name, words, least, most }) => {
    const value = tuning[name];
    const unit = name.endsWith('_mb') ? ' MiB' : '';
    return value >= least && value <= most
      ? []
      : [`VDO ${words} ${String(value)}${unit} is out of range [${String(least)}..${String(most)}].`];
  });
  const zones = [tuning.hash_zone_threads, tuning.logical_threads, tuning.physical_threads];
  const [hash, logical, physical] = zones.map(String);
  const isMixed = zones.some((count) => count > 0) && zones.includes(0);
  const mixed =
    `Value of vdo_hash_zone_threads(${hash ?? ''}), vdo_logical_threads(${logical ?? ''}), ` +
    `vdo_physical_threads(${physical ?? ''}) must be all zero or all non-zero.`;
  return [...ofIo, ...ofNumbers, ...(isMixed ? [mixed] : [])];
}

/** The numbers in a pool's table, before and behind its words for the reduction. */
export function formatTuning(tuning: PoolTuning): { readonly head: string; readonly tail: string } {
  const blocksPerMebibyte = 256;
  const head = [
    tuning.minimum_io_size,
    tuning.block_map_cache_size_mb * blocksPerMebibyte,
    tuning.block_map_era_length,
  ];
  const tail = {
    maxDiscard: tuning.max_discard,
    ack: tuning.ack_threads,
    bio: tuning.bio_threads,
    bioRotationInterval: tuning.bio_rotation,
    cpu: tuning.cpu_threads,
    hash: tuning.hash_zone_threads,
    logical: tuning.logical_threads,
    physical: tuning.physical_threads,
  };
  return { head: head.join(' '), tail: Object.entries(tail).flat().join(' ') };
}

/** The columns of a report, in bytes where they are sizes. */
export function describeTuning(tuning: PoolTuning): Readonly<Record<string, string>> {
  const mebibyte = 1024 ** 2;
  const { block_map_cache_size_mb: cache, ...others } = tuning;
  const columns = { block_map_cache_size: cache * mebibyte, ...others };
  return Object.fromEntries(Object.entries(columns).map(([name, value]) => [`vdo_${name}`, String(value)]));
}
