import { findSwitch, answerRefusal } from '../programs/lvm-call.ts';
import type { Options } from '../programs/getopt.ts';
import type { Answer, ProgramCall } from '../programs/program-call.ts';
import { applyTuning, listBadTuning, plainName, tuningNames, tuningOf } from './lvm-tuning.ts';
import type { Lv, VdoImage } from './world.ts';

/** The settings with which LVM makes a pool. */
export interface PoolSettings {
  readonly reduces: NonNullable<Lv['reduces']>;
  readonly format: Pick<VdoImage, 'slabBlocks' | 'index'>;
  readonly tuned: NonNullable<Lv['tuned']>;
}

const mebibytesPerSlab = { usual: 2048, least: 128, most: 32_768 };
const blocksPerMebibyte = 256;

/** The settings of `--vdosettings 'vdo_slab_size_mb=128 …'` by their plain names. */
export function readSettings({ values }: Options): ReadonlyMap<string, string> {
  const words = (values.get('--vdosettings') ?? '').split(/[ ,]+/).filter((word) => word !== '');
  return new Map(
    words.map((word): [string, string] => {
      const [name = '', value = ''] = word.split('=');
      return [plainName(name), value];
    }),
  );
}

/** What LVM says of a setting that it does not know, or that is no number; undefined where there is none. */
export function findBadSetting(
  given: ReadonlyMap<string, string>,
  known: readonly string[],
): string | undefined {
  const plain = new Map(known.map((name) => [plainName(name), name]));
  for (const [name, value] of given) {
    const own = plain.get(name);
    if (own === undefined) return `Unknown VDO setting "${name}".`;
    if (!/^\d+$/.test(value)) return `Invalid argument for VDO setting "vdo_${own}".`;
  }
  return undefined;
}

/** Reads the options of `lvcreate --type vdo`. */
export function readPoolSettings(call: ProgramCall, options: Options): PoolSettings | Answer {
  const given = readSettings(options);
  const bad = findBadSetting(given, [...formatSettings, ...tuningNames]);
  if (bad !== undefined) return answerRefusal(bad);
  const tuned = applyTuning({}, given);
  const outOfRange = listBadTuning(tuningOf({ tuned }));
  if (outOfRange.length > 0) return answerRefusal(...outOfRange);
  const get = (name: string): string | undefined => given.get(plainName(name));
  const slab = Number(get('slab_size_mb') ?? mebibytesPerSlab.usual);
  const { least, most } = mebibytesPerSlab;
  if (!(slab >= least && slab <= most) || !Number.isInteger(Math.log2(slab)))
    return answerRefusal(
      `VDO slab size ${String(slab)} is out of range [${String(least)}..${String(most)}].`,
    );
  const memoryGibibytes = Number(get('index_memory_size_mb') ?? 256) / 1024;
  const isSparse = get('use_sparse_index') === '1';
  const isUsual = memoryGibibytes === 0.25 && !isSparse;
  return {
    reduces: {
      compression: (findSwitch(call, options, '--compression') ?? get('use_compression')) !== '0',
      deduplication: (findSwitch(call, options, '--deduplication') ?? get('use_deduplication')) !== '0',
    },
    format: {
      slabBlocks: slab * blocksPerMebibyte,
      ...(isUsual ? {} : { index: { memoryGibibytes, isSparse } }),
    },
    tuned,
  };
}

const formatSettings = [
  'slab_size_mb',
  'index_memory_size_mb',
  'use_sparse_index',
  'use_compression',
  'use_deduplication',
];

/** What `lvchange` says it cannot change in a pool that exists. */
export const fixedSettings: readonly string[] = [
  'index_memory_size_mb',
  'minimum_io_size',
  'slab_size_mb',
  'use_metadata_hints',
  'use_sparse_index',
];
