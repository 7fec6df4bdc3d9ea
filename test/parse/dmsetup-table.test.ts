import { describe, expect, test } from 'vitest';
import type { TableLine } from '../../src/model/kernel.ts';
import { formatVdoTable, parseTable, parseTableOf, parseVdoTable } from '../../src/parse/dmsetup-table.ts';
import { failureOf } from './expect-failure.ts';
import { recorded } from './recordings.ts';

const line: TableLine = {
  dmName: 'my-vdo',
  startSector: 0,
  sectors: 41943040,
  target: 'vdo',
  parameters: 'V4 /dev/mapper/slow 2097152 4096 32768 16380',
};

describe('dmsetup table', () => {
  test('of all devices', () => {
    const pool =
      'V4 /dev/dm-0 1835008 4096 32768 16380 deduplication on compression on maxDiscard 1 ack 1 bio 4 ' +
      'bioRotationInterval 64 cpu 2 hash 1 logical 1 physical 1';
    expect(parseTable(recorded('lvm/10').stdout)).toEqual([
      { dmName: 'vg-lv1', startSector: 0, sectors: 41943040, target: 'linear', parameters: '253:1 1024' },
      { dmName: 'vg-vpool-vpool', startSector: 0, sectors: 41945088, target: 'vdo', parameters: pool },
      {
        dmName: 'vg-vpool_vdata',
        startSector: 0,
        sectors: 14680064,
        target: 'linear',
        parameters: '254:16 2048',
      },
    ]);
  });

  test('of one device', () => {
    expect(parseTableOf('my-vdo', recorded('dm/18').stdout)).toEqual([line]);
    expect(parseTableOf('half-made', '\n')).toEqual([]);
    expect(parseTableOf('joined', '0 8 linear 8:0 0\n8 16 error \n')).toEqual([
      { dmName: 'joined', startSector: 0, sectors: 8, target: 'linear', parameters: '8:0 0' },
      { dmName: 'joined', startSector: 8, sectors: 16, target: 'error', parameters: '' },
    ]);
  });

  test('a name may hold what separates it', () => {
    expect(parseTable('a: b: 0 8 linear 8:0 0\nno table: \n')).toMatchObject([
      { dmName: 'a: b', sectors: 8 },
    ]);
    expect(parseTable('a: 0 8 linear b: 0 8 linear 8:0\n')).toMatchObject([{ dmName: 'a' }]);
    expect(parseTable('No devices found\n')).toEqual([]);
  });
});

describe('a vdo table', () => {
  const v4 = {
    version: 'V4',
    logicalSectors: 41943040,
    storage: '/dev/mapper/slow',
    physicalBlocks: 2097152,
    minimumIoBytes: 4096,
    blockMapCacheBlocks: 32768,
    blockMapPeriod: 16380,
    options: [],
  };

  test.each<[string, object]>([
    [line.parameters, v4],
    [
      `${line.parameters} deduplication off ack 1`,
      {
        ...v4,
        options: [
          ['deduplication', 'off'],
          ['ack', '1'],
        ],
      },
    ],
    [
      'V3 /dev/mapper/slow 2097152 512 32768 16380 async bio 4',
      {
        ...v4,
        version: 'V3',
        minimumIoBytes: 512,
        legacy: { writePolicy: 'async' },
        options: [['bio', '4']],
      },
    ],
    [
      'V2 /dev/mapper/slow 2097152 4096 32768 16380 on sync my-vdo maxDiscard 1',
      {
        ...v4,
        version: 'V2',
        legacy: { mdRaid5Mode: 'on', writePolicy: 'sync', poolName: 'my-vdo' },
        options: [['maxDiscard', '1']],
      },
    ],
  ])('%s', (parameters, expected) => {
    const table = parseVdoTable({ ...line, parameters });
    expect(table).toEqual(expected);
    expect(formatVdoTable(table)).toBe(parameters);
  });

  test('of V0, which says neither its version nor its physical size', () => {
    const parameters = '/dev/sda 4096 disabled 0 32768 16380 on auto my-vdo ack=1,bio=4';
    const table = parseVdoTable({ ...line, parameters });
    expect(table).toMatchObject({
      version: 'V0',
      storage: '/dev/sda',
      physicalBlocks: undefined,
      blockMapPeriod: 16380,
      legacy: { readCache: 'disabled', poolName: 'my-vdo', threads: 'ack=1,bio=4' },
    });
    expect(formatVdoTable(table)).toBe(parameters);
  });

  test.each([
    'V1 /dev/sda 2097152 4096 disabled 0 32768 16380 on auto my-vdo .',
    'V2 /dev/sda 2097152 4096 32768 16380 on fast my-vdo deduplication off',
    'V4 /dev/sda 2097152 4096 32768 16380 indexMemory 0.25 indexSparse on slabSize 8192',
    'V4 /dev/sda 2097152 4096 32768 16380 slabSize 8192 ack 1 compression on indexMemory 0.50',
    'V4 /dev/sda 2097152 4096 32768 16380 ack one tomorrow +3% ack 2',
  ])('%s: what is not known is handed back as it stands', (parameters) => {
    expect(formatVdoTable(parseVdoTable({ ...line, parameters }))).toBe(parameters);
  });

  test.each([
    ['/dev/sda 4096 disabled 0 32768 16380 on auto my-vdo', 'table version "/dev/sda" is not known'],
    ['V5 /dev/sda 2097152 4096 32768 16380', 'table version "V5" is not known'],
    ['V4 /dev/sda 2097152 4096 32768', 'the table has too few fields'],
    ['V4 /dev/sda 2097152 4096 032768 16380', 'the block map cache is not a whole number in range: "032768"'],
    ['V4 /dev/sda 2097152 4096 32768 16380 ack', 'an option of the table has no value'],
    ['V4  2097152 4096 32768 16380', 'a field of the table is empty'],
    ['V2 /dev/sda 2097152 4096 32768 16380 on', 'the table has too few fields'],
  ])('%s is not understood', (parameters, reason) => {
    expect(failureOf(() => parseVdoTable({ ...line, parameters })).reason).toBe(reason);
  });

  test('belongs to a vdo target that begins at sector 0', () => {
    expect(failureOf(() => parseVdoTable({ ...line, target: 'linear' })).reason).toBe('not a vdo target');
    expect(failureOf(() => parseVdoTable({ ...line, startSector: 8 })).reason).toContain('sector 0');
  });
});
