import { operatingModes, type VdoConfig, type VdoStatistics } from '../model/kernel.ts';
import { notUnderstood } from '../model/problem.ts';
import { parseKernelMessage, type KernelMessage } from './kernel-message.ts';
import {
  metadataBlocksOf,
  numberRows,
  savingPercentOf,
  usedPercentOf,
  type NumberRow,
  type StatisticNumbers,
} from './statistics.ts';
import { Oddities, toCount, toWord, type LineOrigin } from './text.ts';

export { parseKernelMessage, type KernelMessage } from './kernel-message.ts';

const tool = 'dmsetup message';

/**
 * The answer to `dmsetup message NAME 0 stats`, in the form that {@link parseVdostats} gives.
 *
 * The kernel prints a number for everything in every mode. Numbers without meaning in this mode are left out. A number
 * that is missing, or out of range, is left out too and stands in `odd`.
 *
 * @throws Failure `not-understood` when it is no message at all.
 */
export function parseStatsMessage(dmName: string, text: string): VdoStatistics {
  const message = parseKernelMessage(text);
  const place = placeOf(text);
  const oddities = new Oddities();
  const mode = oddities.attempt('mode', () =>
    toWord(place, 'mode', find(place, message, ['mode']), operatingModes),
  );
  // While it is unknown whether the volume recovers, no number that depends on it counts.
  const inRecovery = oddities.attempt('inRecoveryMode', () => readFlag(place, message, ['inRecoveryMode']));
  const hasMeaning = ({ known }: NumberRow): boolean => {
    if (known === undefined) return true;
    if (known === 'recovering') return inRecovery === true;
    // In other modes the kernel's subtraction can go below zero, and the result is printed without its sign.
    return inRecovery === false && (known !== 'normal' || mode === 'normal');
  };
  const numbers: StatisticNumbers = {};
  for (const row of numberRows) {
    const path = row.path.split('.');
    if (row.path === '' || !hasMeaning(row)) continue;
    if (seek(message, path) === undefined && row.needed !== true) continue;
    numbers[row.field] = oddities.attempt(row.path, () =>
      toCount(place, row.path, find(place, message, path), row.most),
    );
  }
  return {
    dmName,
    mode,
    ...numbers,
    usedPercent: usedPercentOf(numbers),
    savingPercent: savingPercentOf(numbers),
    metadataBlocksDone: metadataBlocksOf(numbers),
    ...oddities.asField,
  };
}

/** The answer to `dmsetup message NAME 0 config`. @throws Failure `not-understood` at any other text. */
export function parseConfigMessage(text: string): VdoConfig {
  const message = parseKernelMessage(text);
  const place = placeOf(text);
  const count = (key: string): number => toCount(place, key, find(place, message, [key]));
  toWord(place, 'version', find(place, message, ['version']), ['1']);
  return {
    physicalBytes: count('physicalSize'),
    logicalBytes: count('logicalSize'),
    slabBlocks: count('slabSize'),
    indexMemoryGiB: toIndexMemory(place, find(place, message, ['index', 'memorySize'])),
    indexIsSparse: readFlag(place, message, ['index', 'isSparse']),
  };
}

const fractions = ['0.25', '0.5', '0.50', '0.75'] as const;

/** Index memory is 0.25, 0.5 or 0.75 GiB, or a whole number of GiB up to 1024. */
function toIndexMemory(place: LineOrigin, word: string): number {
  if (word.includes('.')) return Number(toWord(place, 'memorySize', word, fractions));
  return toCount(place, 'memorySize', word, 1024);
}

function readFlag(place: LineOrigin, message: KernelMessage, path: readonly string[]): boolean {
  return toWord(place, path.join('.'), find(place, message, path), ['0', '1']) === '1';
}

function seek(message: KernelMessage, path: readonly string[]): string | KernelMessage | undefined {
  let value: string | KernelMessage | undefined = message;
  for (const key of path) value = typeof value === 'object' ? value.get(key) : undefined;
  return value;
}

function find(place: LineOrigin, message: KernelMessage, path: readonly string[]): string {
  const value = seek(message, path);
  return typeof value === 'string'
    ? value
    : notUnderstood(tool, place.line, `"${path.join('.')}" is missing`);
}

function placeOf(text: string): LineOrigin {
  return { tool, line: text.trim() };
}
