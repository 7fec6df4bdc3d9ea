import { findSwitch, answerRefusal } from '../programs/lvm-call.ts';
import type { Options } from '../programs/getopt.ts';
import { notModelled, type Answer, type ProgramCall } from '../programs/program-call.ts';
import type { Lv, VdoImage } from './world.ts';

/** The settings with which LVM makes a pool. */
export interface PoolSettings {
  readonly reduces: NonNullable<Lv['reduces']>;
  readonly format: Pick<VdoImage, 'slabBlocks' | 'index'>;
}

const mebibytesPerSlab = { usual: 2048, least: 128, most: 32_768 };
const blocksPerMebibyte = 256;

/** Reads the options and `--vdosettings 'vdo_slab_size_mb=128 …'`, with or without `vdo_`. */
export function readPoolSettings(call: ProgramCall, options: Options): PoolSettings | Answer {
  const given = new Map(
    (options.values.get('--vdosettings') ?? '')
      .split(/[ ,]+/)
      .filter((word) => word !== '')
      .map((word): [string, string] => {
        const [name = '', value = ''] = word.split('=');
        return [name.replace(/^vdo_/, ''), value];
      }),
  );
  const unknown = [...given.keys()].find((name) => !knownSettings.includes(name));
  if (unknown !== undefined) return notModelled(call, `the setting ${unknown}`);
  const slab = Number(given.get('slab_size_mb') ?? mebibytesPerSlab.usual);
  const { least, most } = mebibytesPerSlab;
  if (!(slab >= least && slab <= most) || !Number.isInteger(Math.log2(slab)))
    return answerRefusal(
      `VDO slab size ${String(slab)} is out of range [${String(least)}..${String(most)}].`,
    );
  const memoryGibibytes = Number(given.get('index_memory_size_mb') ?? 256) / 1024;
  const isSparse = given.get('use_sparse_index') === '1';
  const isUsual = memoryGibibytes === 0.25 && !isSparse;
  return {
    reduces: {
      compression: (findSwitch(call, options, '--compression') ?? given.get('use_compression')) !== '0',
      deduplication: (findSwitch(call, options, '--deduplication') ?? given.get('use_deduplication')) !== '0',
    },
    format: {
      slabBlocks: slab * blocksPerMebibyte,
      ...(isUsual ? {} : { index: { memoryGibibytes, isSparse } }),
    },
  };
}

const knownSettings = [
  'slab_size_mb',
  'index_memory_size_mb',
  'use_sparse_index',
  'use_compression',
  'use_deduplication',
];
