import { describe, expect, test } from 'vitest';
import type { VdoStatistics } from '../../src/model/kernel.ts';
import { parseStatsMessage as readStatsMessage } from '../../src/parse/stats-message.ts';
import { parseVdostats as readVdostats } from '../../src/parse/vdostats.ts';
import { failureOf, strictly, wholly } from './expect-failure.ts';
import { recorded } from './recordings.ts';

const parseVdostats = (text: string) => strictly(readVdostats)(text).map(pick);
const parseStatsMessage = (dmName: string, text: string) => pick(wholly(readStatsMessage(dmName, text)));

const normal: VdoStatistics = {
  dmName: 'my-vdo',
  mode: 'normal',
  recoveryPercent: undefined,
  dataBlocksUsed: 206447,
  overheadBlocksUsed: 751457,
  logicalBlocksUsed: 285795,
  physicalBlocks: 2097152,
  logicalBlocks: 5242880,
  usedPercent: 46,
  savingPercent: 27,
  completedRecoveries: 1,
  readOnlyRecoveries: 0,
  slabCount: 169,
  noSpaceErrors: 0,
  readOnlyErrors: 0,
  metadataBlocksDone: 100,
};
/** The fields that this file checks; statistics-table.test.ts shows that every other number is taken too. */
function pick(statistics: VdoStatistics): VdoStatistics {
  const fields = [...Object.keys(normal), 'odd'] as (keyof VdoStatistics)[];
  return Object.fromEntries(fields.map((field) => [field, statistics[field]])) as unknown as VdoStatistics;
}

const unknownUse = { dataBlocksUsed: undefined, usedPercent: undefined, savingPercent: undefined };
const pool: VdoStatistics = {
  ...normal,
  dmName: 'vg-vpool-vpool',
  dataBlocksUsed: 0,
  overheadBlocksUsed: 787140,
  logicalBlocksUsed: 0,
  physicalBlocks: 1835008,
  logicalBlocks: 5243136,
  usedPercent: 43,
  savingPercent: 0,
  completedRecoveries: 0,
  slabCount: 2,
  metadataBlocksDone: 6,
};

describe('vdostats --verbose', () => {
  test.each<[string, Partial<VdoStatistics>]>([
    [
      'dm/11',
      {
        ...normal,
        ...unknownUse,
        mode: 'recovering',
        recoveryPercent: 89,
        overheadBlocksUsed: undefined,
        logicalBlocksUsed: undefined,
        metadataBlocksDone: 2091,
      },
    ],
    ['dm/21', normal],
    ['dm/35', { ...normal, ...unknownUse, mode: 'read-only', metadataBlocksDone: 16 }],
    ['dm/45', { ...normal, completedRecoveries: 2, readOnlyRecoveries: 1, metadataBlocksDone: 806 }],
    [
      'dm/68',
      {
        ...unknownUse,
        mode: 'read-only',
        overheadBlocksUsed: 765604,
        logicalBlocksUsed: 42586,
        physicalBlocks: 2621440,
        slabCount: 233,
        readOnlyErrors: 3583,
        metadataBlocksDone: 1255,
      },
    ],
    [
      'dm/76',
      { mode: 'normal', dataBlocksUsed: 596535, usedPercent: 100, savingPercent: 0, noSpaceErrors: 457 },
    ],
    ['lvm/09', pool],
    [
      'lvm/34',
      {
        ...pool,
        ...unknownUse,
        mode: 'read-only',
        overheadBlocksUsed: 787383,
        logicalBlocksUsed: 43610,
        metadataBlocksDone: 16,
      },
    ],
    [
      'lvm/47',
      {
        ...pool,
        dataBlocksUsed: 7949,
        overheadBlocksUsed: 787383,
        logicalBlocksUsed: 43610,
        savingPercent: 81,
        completedRecoveries: 1,
        readOnlyRecoveries: 1,
        metadataBlocksDone: 565,
      },
    ],
  ])('%s', (name, expected) => {
    expect(parseVdostats(recorded(name).stdout)).toMatchObject([expected]);
  });

  test('any number of volumes', () => {
    expect(parseVdostats('')).toEqual([]);
    const texts = ['dm/21', 'lvm/09'].map((name) => recorded(name).stdout);
    expect(parseVdostats(texts.join('')).map(({ dmName }) => dmName)).toEqual(['my-vdo', 'vg-vpool-vpool']);
    expect(failureOf(() => parseVdostats([...texts, ...texts].join('')))).toMatchObject({
      line: 'my-vdo : ',
      reason: 'the volume is told twice',
    });
  });

  test('the classic form of a header', () => {
    const [, ...lines] = recorded('dm/21').stdout.split('\n');
    const under = (header: string): string => [header, ...lines].join('\n');
    expect(parseVdostats(under('/dev/mapper/my-vdo : '))).toEqual([normal]);
    expect(failureOf(() => parseVdostats(under('/dev/dm-1 : '))).line).toBe('/dev/dm-1 : ');
  });

  /** The recording of a normal volume with the value of one statistic replaced. */
  const withValue = (key: string, value: string): string =>
    recorded('dm/21').stdout.replace(new RegExp(`^(  ${key} +: ).*$`, 'm'), `$1${value}`);

  test('a saving that was subtracted below zero is not shown', () => {
    expect(parseVdostats(withValue('data blocks used', '285796'))).toEqual([
      { ...normal, dataBlocksUsed: 285796, savingPercent: undefined },
    ]);
  });

  test('figures that mean nothing are not shown even where they are given', () => {
    expect(parseVdostats(withValue('operating mode', 'read-only'))).toEqual([
      { ...normal, ...unknownUse, mode: 'read-only' },
    ]);
  });

  test.each([
    ['physical blocks', 'N/A'],
    ['slab count', '-1'],
    ['used percent', '101'],
    ['logical blocks', '1.5'],
    ['operating mode', 'asleep'],
    ['bios meta completed read', '18446744073709551615'],
    ['dedupe advice stale', 'N/A'],
    ['version', 'new'],
  ])('%s: %s is not understood', (key, value) => {
    const problem = failureOf(() => parseVdostats(withValue(key, value)));
    expect(problem.line).toMatch(new RegExp(`^  ${key} +: ${value}$`));
  });

  test.each([
    ['  version : 36\n', 'it stands under no volume'],
    ['my-vdo : \nsomething else\n', 'not of the form KEY : VALUE under a volume'],
    ['my-vdo : \n  slab count : 36\n  slab count : 36\n', '"slab count" is given twice'],
    ['my-vdo : \n  version : 99\n', '"operating mode" and 12 more are missing'],
    ['my-vdo : \n  version : 3', 'the output ends in the middle of a line'],
  ])('%j is not understood', (text, reason) => {
    expect(failureOf(() => parseVdostats(text)).reason).toBe(reason);
  });
});

test('what decisions rest on is due, any other statistic may be missing', () => {
  const [, ...lines] = recorded('dm/21').stdout.split(/(?<=\n)/);
  const without = (labels: RegExp) => `my-vdo : \n${lines.filter((line) => !labels.test(line)).join('')}`;
  expect(parseVdostats(without(/^ {2}(dedupe advice|bios in|entries)/))).toEqual([normal]);
  expect(failureOf(() => parseVdostats(without(/^ {2}(slab count|dedupe advice)/))).reason).toBe(
    '"slab count" is missing',
  );
});

describe('what is odd hides itself alone', () => {
  const [one, other] = ['dm/21', 'lvm/09'].map((name) => recorded(name).stdout) as [string, string];
  const parse = (text: string) => {
    const { rows: all, odd } = readVdostats(text);
    const rows = all.map(pick);
    const reasons = [...odd, ...rows.flatMap((row) => row.odd ?? [])].map(({ problem }) => problem.reason);
    return { rows, reasons };
  };

  test('a line before the first volume', () => {
    const { rows, reasons } = parse(`WARNING: something\n${one}`);
    expect(rows).toEqual([normal]);
    expect(reasons).toEqual(['not of the form KEY : VALUE under a volume']);
  });

  test('a statistic that is called otherwise, and one that is new', () => {
    const text = one.replace('  slab count  ', '  slab number ') + '  brand new : 7\n';
    const { rows, reasons } = parse(text + other);
    expect(rows).toMatchObject([{ dmName: 'my-vdo', slabCount: undefined, logicalBlocks: 5242880 }, {}]);
    expect(rows[1]?.odd).toBeUndefined();
    expect(reasons).toEqual(['"slab count" is missing']);
  });

  test('what follows a header that is not understood is nobody’s', () => {
    const { rows, reasons } = parse(one + other.replace(' : \n', ' ;\n'));
    expect(rows).toEqual([normal]);
    expect(reasons).toEqual(['not of the form KEY : VALUE under a volume']);
  });

  test('a volume that is told twice: neither is true', () => {
    expect(parse(one + other + one).rows.map(({ dmName }) => dmName)).toEqual(['vg-vpool-vpool']);
  });
});

describe('the stats message', () => {
  const text = recorded('dm/23').stdout;

  test('agrees with vdostats', () => {
    expect(parseStatsMessage('my-vdo', text)).toEqual(normal);
  });

  test('leaves out what means nothing in read-only mode, where the difference is printed without its sign', () => {
    const readOnly = text
      .replace('mode : normal', 'mode : read-only')
      .replace('dataBlocksUsed : 206447', 'dataBlocksUsed : 18446744073709551057');
    expect(parseStatsMessage('my-vdo', readOnly)).toEqual({ ...normal, ...unknownUse, mode: 'read-only' });
  });

  test('leaves out more while it recovers', () => {
    const recovering = text
      .replace('mode : normal, inRecoveryMode : 0', 'mode : recovering, inRecoveryMode : 1')
      .replace('recoveryPercentage : 100', 'recoveryPercentage : 89');
    expect(parseStatsMessage('my-vdo', recovering)).toEqual({
      ...normal,
      ...unknownUse,
      mode: 'recovering',
      recoveryPercent: 89,
      overheadBlocksUsed: undefined,
      logicalBlocksUsed: undefined,
    });
  });

  test.each([
    ['slabCount : 169', 'slabCount : many', 'allocator.slabCount is not a whole number in range: "many"'],
    ['slabCount : 169, ', '', '"allocator.slabCount" is missing'],
    ['mode : normal', 'mode : { a : 1, }', '"mode" is missing'],
    ['inRecoveryMode : 0', 'inRecoveryMode : 2', 'inRecoveryMode is none of 0, 1: "2"'],
  ])('with %s as "%s" is not understood', (from, to, reason) => {
    expect(failureOf(() => parseStatsMessage('my-vdo', text.replace(from, to))).reason).toBe(reason);
  });
});
