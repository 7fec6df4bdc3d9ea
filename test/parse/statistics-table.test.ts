import { describe, expect, test } from 'vitest';
import type { VdoStatistics } from '../../src/model/kernel.ts';
import { statisticsGenerations, type StatisticsGeneration } from '../../src/model/statistics/row.ts';
import { isOf, statisticsTable, takenStatistics } from '../../src/model/statistics/table.ts';
import { parseKernelMessage, parseStatsMessage, type KernelMessage } from '../../src/parse/stats-message.ts';
import { parseVdostats } from '../../src/parse/vdostats.ts';
import { strictly, wholly } from './expect-failure.ts';
import { recorded, recordings, type Recording } from './recordings.ts';

/** The kernel that each directory was recorded on. */
const generations: Readonly<Record<string, StatisticsGeneration>> = {
  dm: '9.1',
  lvm: '9.1',
  manager: '9.1',
  'kvdo-6.2': '6.2',
  'kvdo-8.2': '8.2',
};
function generationOf({ name }: Recording): StatisticsGeneration {
  const generation = generations[name.split('/')[0] ?? ''];
  if (generation === undefined) throw new Error(`nobody says which kernel ${name} was recorded on`);
  return generation;
}

const recordedBy = (command: RegExp): readonly Recording[] =>
  recordings.filter(({ argv, code, stdout }) => code === 0 && stdout !== '' && command.test(argv.join(' ')));
const verbose = recordedBy(/^vdostats --verbose/);
const messages = recordedBy(/^dmsetup message \S+ 0 stats$/);
const managerStatus = recordedBy(/^vdo status/).filter(({ stdout }) => stdout.includes('bios in read'));

const rowsOf = (generation: StatisticsGeneration) => statisticsTable.filter((row) => isOf(row, generation));
const labelsOf = (generation: StatisticsGeneration): string[] =>
  rowsOf(generation).flatMap(({ label }) => (label === '' ? [] : [label]));
const pathsOf = (generation: StatisticsGeneration): string[] =>
  rowsOf(generation).flatMap(({ path }) => (path === '' ? [] : [path]));

/** Label and value of each line, unparsed. */
const readLines = (text: string): (readonly [string, string])[] =>
  Array.from(text.matchAll(/^ {2}(.+?) +: (.*)$/gm), ([, label = '', value = '']) => [label, value]);

/** Path and value of each field of a message. */
function readPaths(message: KernelMessage, before = ''): (readonly [string, string])[] {
  return [...message].flatMap(([key, value]) =>
    typeof value === 'string' ? [[`${before}${key}`, value] as const] : readPaths(value, `${before}${key}.`),
  );
}

describe('the table of statistics has what every recorded kernel tells, in its order, and nothing else', () => {
  test('there are recordings of each generation', () => {
    expect(new Set(verbose.map(generationOf))).toEqual(new Set(Object.keys(statisticsGenerations)));
    const answering = Object.keys(statisticsGenerations).filter((each) => each !== '6.2');
    expect(new Set(messages.map(generationOf))).toEqual(new Set(answering));
    // A pattern that overlooks some recordings would find fewer than these.
    for (const [kind, least] of [
      [verbose, 21],
      [messages, 5],
      [managerStatus, 6],
    ] as const)
      expect(kind.length).toBeGreaterThanOrEqual(least);
  });

  test.each(verbose)('vdostats in $name', (recording) => {
    const { stdout } = recording;
    expect(readLines(stdout).map(([label]) => label)).toEqual(labelsOf(generationOf(recording)));
  });

  test.each(messages)('the message stats in $name', (recording) => {
    const { stdout } = recording;
    const paths = readPaths(parseKernelMessage(stdout)).map(([path]) => path);
    expect(paths).toEqual(pathsOf(generationOf(recording)));
  });

  test.each(managerStatus)('vdo status in $name', (recording) => {
    const [, told = ''] = recording.stdout.split(/^ {4}VDO statistics:\n.*\n/m);
    const labels = Array.from(told.matchAll(/^ {8}(.+?): /gm), ([, label]) => label);
    expect(labels.length).toBeGreaterThan(100);
    expect(labels.filter((label) => !labelsOf(generationOf(recording)).includes(label ?? ''))).toEqual([]);
  });

  test.each([...verbose, ...messages])('the version in $name is that of its generation', (recording) => {
    const [, version] = /\bversion +: (\d+)/.exec(recording.stdout) ?? [];
    expect(Number(version)).toBe(statisticsGenerations[generationOf(recording)].version);
  });
});

describe('every number that is taken is the one that is told, or none', () => {
  const differences = (
    statistics: VdoStatistics | undefined,
    told: readonly (readonly [string, string])[],
    place: 'label' | 'path',
    generation: StatisticsGeneration,
  ) => {
    const values = new Map(told);
    return takenStatistics
      .filter(({ kind }) => kind !== 'mode')
      .map((row) => ({
        field: row.field,
        taken: statistics?.[row.field as keyof VdoStatistics],
        told: values.get(row[place]),
        mayLack: row.known !== undefined || !isOf(row, generation) || row[place] === '',
      }))
      .filter(({ taken, told: word, mayLack }) =>
        taken === undefined ? !mayLack : word !== undefined && taken !== Number(word),
      );
  };

  test.each(verbose)('vdostats in $name', (recording) => {
    const [statistics] = strictly(parseVdostats)(recording.stdout);
    const told = readLines(recording.stdout);
    expect(differences(statistics, told, 'label', generationOf(recording))).toEqual([]);
  });

  test.each(messages)('the message stats in $name', (recording) => {
    const statistics = wholly(parseStatsMessage('my-vdo', recording.stdout));
    const told = readPaths(parseKernelMessage(recording.stdout));
    expect(differences(statistics, told, 'path', generationOf(recording))).toEqual([]);
  });
});

test('both parsers take the same, where the same is told', () => {
  const [byLabel] = strictly(parseVdostats)(recorded('dm/21').stdout);
  expect(wholly(parseStatsMessage('my-vdo', recorded('dm/23').stdout))).toEqual(byLabel);
});

describe('the names of what is taken', () => {
  const asOneWord = (label: string): string =>
    label.toLowerCase().replaceAll(/ (.)/g, (_, letter: string) => letter.toUpperCase());

  test('are those of vdostats, but for the ones that were there before the table', () => {
    const others = takenStatistics
      .filter(({ field, label, kind }) => field !== asOneWord(label) + (kind === 'bytes' ? 'Bytes' : ''))
      .map(({ field, label }) => [label, field]);
    expect(others).toEqual([
      ['completed recovery count', 'completedRecoveries'],
      ['read-only recovery count', 'readOnlyRecoveries'],
      ['operating mode', 'mode'],
      ['recovery progress (%)', 'recoveryPercent'],
      ['no space error count', 'noSpaceErrors'],
      ['read only error count', 'readOnlyErrors'],
    ]);
  });

  test('are each of one row, and have a sentence of help', () => {
    expect(new Set(takenStatistics.map(({ field }) => field)).size).toBe(takenStatistics.length);
    expect(takenStatistics.filter(({ help }) => !/^[A-Z].*\.$/.test(help))).toEqual([]);
  });
});
