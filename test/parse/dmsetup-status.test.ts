import { describe, expect, test } from 'vitest';
import type { VdoStatusLine } from '../../src/model/kernel.ts';
import {
  parseVdoStatus as readVdoStatus,
  parseVdoStatusOf as readVdoStatusOf,
} from '../../src/parse/dmsetup-status.ts';
import { failureOf, strictly, wholly } from './expect-failure.ts';
import { recorded } from './recordings.ts';

const good = '/dev/dm-0 normal - opening offline 957904 2097152';
const unknown = {
  inRecovery: undefined,
  index: undefined,
  compression: undefined,
  usedBlocks: undefined,
  physicalBlocks: undefined,
};

const parseVdoStatus = strictly(readVdoStatus);
const parseVdoStatusOf = (dmName: string, text: string) => wholly(readVdoStatusOf(dmName, text));

const slow: VdoStatusLine = {
  dmName: 'my-vdo',
  logicalSectors: 41943040,
  storage: '/dev/dm-0',
  mode: 'normal',
  inRecovery: false,
  index: 'opening',
  compression: 'offline',
  usedBlocks: 957904,
  physicalBlocks: 2097152,
};
const low: VdoStatusLine = { ...slow, usedBlocks: 774853, physicalBlocks: 2621440 };
const small: VdoStatusLine = {
  ...slow,
  logicalSectors: 50331648,
  usedBlocks: 1335692,
  physicalBlocks: 1638400,
};

describe('dmsetup status of one volume', () => {
  test.each<[string, VdoStatusLine]>([
    ['dm/09', { ...slow, mode: 'recovering', inRecovery: true, usedBlocks: 957895 }],
    ['dm/16', slow],
    ['dm/33', { ...slow, mode: 'read-only', index: 'closed', usedBlocks: 750898 }],
    ['dm/63', { ...low, index: 'suspended' }],
    ['dm/67', { ...low, mode: 'read-only', index: 'online' }],
    ['dm/86', { ...small, index: 'online', compression: 'online' }],
    ['dm/88', { ...small, index: 'closed', compression: 'online' }],
  ])('%s', (name, expected) => {
    expect(parseVdoStatusOf('my-vdo', recorded(name).stdout)).toEqual(expected);
  });

  test.each([
    ['', 'it printed nothing'],
    ['\n', 'my-vdo has no live table'],
    ['0 41943040 vdo /dev/dm-0 normal - online offline 1 2', 'the output ends in the middle of a line'],
    ['0 41943040 linear \n', 'my-vdo is not a vdo target'],
    ['0 8 vdo /dev/dm-0 normal - online offline 1 2\n8 8 linear \n', 'my-vdo has more than one target'],
    ['0 41943040 vdo \n', 'a vdo target has 7 fields, not 1'],
    ['8 41943040 vdo /dev/dm-0 normal - online offline 1 2\n', 'a vdo target starts at sector 0'],
    ['0 41943040 vdo dm-0 normal - online offline 1 2\n', 'the storage is not a path'],
    [
      '0 41943040 vdo /dev/dm-0 broken - online offline 1 2\n',
      'the operating mode is none of normal, recovering, read-only: "broken"',
    ],
    [
      '0 41943040 vdo /dev/dm-0 normal - online offline 1 9007199254740993\n',
      'total blocks is not a whole number in range: "9007199254740993"',
    ],
    [
      '0 41943040 vdo /dev/dm-0 normal - online offline -1 2\n',
      'used blocks is not a whole number in range: "-1"',
    ],
  ])('%j is not understood', (text, reason) => {
    expect(failureOf(() => parseVdoStatusOf('my-vdo', text))).toMatchObject({
      tool: 'dmsetup status',
      reason,
    });
  });
});

describe('dmsetup status of all devices', () => {
  const pool = {
    ...slow,
    dmName: 'vg-vpool-vpool',
    logicalSectors: 41945088,
    usedBlocks: 787140,
    physicalBlocks: 1835008,
  };

  test.each<[string, VdoStatusLine[]]>([
    ['dm/05', []],
    ['lvm/23', []],
    ['dm/65', [{ ...low, index: 'online' }]],
    ['lvm/11', [{ ...pool, index: 'online', compression: 'online' }]],
    ['lvm/33', [{ ...pool, mode: 'read-only', index: 'closed' }]],
  ])('%s', (name, expected) => {
    expect(parseVdoStatus(recorded(name).stdout)).toEqual(expected);
  });

  test('skips a device without a table, and tells any number of volumes', () => {
    const fields = '/dev/dm-0 normal - opening offline 957904 2097152';
    const text = `a: 0 41943040 vdo ${fields}\nhalf-made: \nb: 1 2: 0 41943040 vdo ${fields}\n`;
    expect(parseVdoStatus(text)).toEqual([
      { ...slow, dmName: 'a' },
      { ...slow, dmName: 'b: 1 2' },
    ]);
  });

  test.each([
    ['/dev/dm-0 normal - opening offline 957904 2097152 12 new', {}, []],
    ['/dev/dm-0 degraded - opening offline 957904 2097152', { mode: undefined }, ['the operating mode']],
    ['/dev/dm-0 normal - rebuilding offline 957904 2097152', { index: undefined }, ['the index state']],
    ['/dev/dm-0 normal - opening offline 957904 x', { physicalBlocks: undefined }, ['total blocks']],
    // With a word too many, no field after it can be trusted.
    [
      '/dev/dm-0 normal new - opening offline 957904 2097152',
      { mode: 'normal', ...unknown },
      ['the recovery field'],
    ],
    [
      '/dev/dm-0 normal - opening 957904 2097152',
      { storage: undefined, mode: undefined, ...unknown },
      ['a vdo target'],
    ],
  ])('%j: what is understood of it, and the line beside it whole', (fields, expected, whats) => {
    const { rows, odd } = readVdoStatus(`odd: 0 41943040 vdo ${fields}\nmy-vdo: 0 41943040 vdo ${good}\n`);
    const [{ odd: own = [], ...row } = { odd: [] }, beside] = rows;
    expect(row).toEqual({ ...slow, dmName: 'odd', ...expected });
    expect(own.map(({ what }) => what)).toEqual(whats);
    for (const { problem } of own) expect(problem.line).toBe(`odd: 0 41943040 vdo ${fields}`);
    expect(beside).toEqual(slow);
    expect(odd).toEqual([]);
  });

  test.each(['odd: 0 4x vdo /dev/dm-0', 'WARNING: something', 'odd: 8 41943040 vdo /dev/dm-0 normal'])(
    '%j is kept apart, with what is beside it whole',
    (line) => {
      const { rows, odd } = readVdoStatus(`${line}\nmy-vdo: 0 41943040 vdo ${good}\n`);
      expect(rows).toEqual([slow]);
      expect(odd.map(({ problem }) => problem.line)).toEqual([line]);
    },
  );

  test('of RHEL 7.5 tells the storage and the index', () => {
    const line = 'vdo1: 0 8370216 vdo /dev/sda3 albserver online cpu=2,bio=4,ack=1,bioRotationInterval=64\n';
    expect(parseVdoStatus(line)).toEqual([
      {
        ...{ dmName: 'vdo1', logicalSectors: 8370216, storage: '/dev/sda3', mode: undefined },
        ...{ ...unknown, index: 'online' },
      },
    ]);
  });

  test('a vdo target without fields is no state of a volume', () => {
    expect(failureOf(() => parseVdoStatus('a: 0 8 vdo \n'))).toEqual({
      kind: 'not-understood',
      tool: 'dmsetup status',
      line: 'a: 0 8 vdo ',
      reason: 'a vdo target has 7 fields, not 1',
    });
  });
});
