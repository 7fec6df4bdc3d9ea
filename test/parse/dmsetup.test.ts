import { describe, expect, test } from 'vitest';
import type { TableLine, VdoStatusLine } from '../../src/model/kernel.ts';
import { parseDeps } from '../../src/parse/dmsetup-deps.ts';
import { infoColumns, parseInfo, parseInfoColumns, type InfoColumn } from '../../src/parse/dmsetup-info.ts';
import { parseVdoStatus, parseVdoStatusOf } from '../../src/parse/dmsetup-status.ts';
import { formatVdoTable, parseTable, parseTableOf, parseVdoTable } from '../../src/parse/dmsetup-table.ts';
import { failureOf } from './expect-failure.ts';
import { recorded } from './recordings.ts';

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
    ['0 41943040 vdo /dev/dm-0 normal - online offline 1 2 3\n', 'a vdo target has 7 fields, not 8'],
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

  test('a vdo target without fields is no state of a volume', () => {
    expect(failureOf(() => parseVdoStatus('a: 0 8 vdo \n'))).toEqual({
      kind: 'not-understood',
      tool: 'dmsetup status',
      line: 'a: 0 8 vdo ',
      reason: 'a vdo target has 7 fields, not 1',
    });
  });
});

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

  test.each([
    [
      '/dev/sda 4096 disabled 0 32768 16380 on auto my-vdo ack=1',
      'table version "/dev/sda" is not V2, V3 or V4',
    ],
    ['V1 /dev/sda 1 4096 disabled 0 32768 16380 on auto my-vdo .', 'table version "V1" is not V2, V3 or V4'],
    ['V5 /dev/sda 2097152 4096 32768 16380', 'table version "V5" is not V2, V3 or V4'],
    ['V4 /dev/sda 2097152 4096 32768', 'the block map period is not a whole number in range: ""'],
    ['V4 /dev/sda 2097152 1024 32768 16380', 'the minimum I/O size is none of 512, 4096: "1024"'],
    ['V4 /dev/sda 2097152 4096 032768 16380', 'the block map cache is not a whole number in range: "032768"'],
    ['V4 /dev/sda 2097152 4096 32768 16380 ack', 'an option of the table has no value'],
    ['V4 /dev/sda 2097152 4096 32768 16380 ack one', 'ack is not a whole number in range: "one"'],
    ['V4 /dev/sda 2097152 4096 32768 16380 compression 1', 'compression is none of on, off: "1"'],
    ['V4  2097152 4096 32768 16380', 'a field of the table is empty'],
    ['V2 /dev/sda 2097152 4096 32768 16380 on', 'the table has too few fields'],
    [
      'V2 /dev/sda 2097152 4096 32768 16380 on fast my-vdo',
      'the write policy is none of sync, async, async-unsafe, auto: "fast"',
    ],
  ])('%s is not understood', (parameters, reason) => {
    expect(failureOf(() => parseVdoTable({ ...line, parameters })).reason).toBe(reason);
  });

  test('belongs to a vdo target that begins at sector 0', () => {
    expect(failureOf(() => parseVdoTable({ ...line, target: 'linear' })).reason).toBe('not a vdo target');
    expect(failureOf(() => parseVdoTable({ ...line, startSector: 8 })).reason).toContain('sector 0');
  });
});

describe('dmsetup info', () => {
  const without = infoColumns.filter((column) => column !== 'tables_loaded');
  const active = { openCount: 1, suspended: false, readOnly: false };

  test.each<[string, readonly InfoColumn[], object[]]>([
    [
      'dm/19',
      infoColumns,
      [{ dmName: 'my-vdo', uuid: '', ...active, openCount: 0, hasLiveTable: true, deviceNumber: '253:1' }],
    ],
    [
      'dm/64',
      without,
      [
        { dmName: 'low', uuid: '', ...active, deviceNumber: '253:0' },
        { dmName: 'my-vdo', uuid: '', ...active, suspended: true, deviceNumber: '253:1' },
      ],
    ],
    [
      'lvm/12',
      without,
      [
        {
          dmName: 'vg-lv1',
          uuid: 'LVM-N9Xx9OTxbXHQ3qzj4pDFAyFfJrDP1WcQq09AJvYPYpNswOtbZlTXF7J6LzS6s7Kr',
          ...active,
          openCount: 0,
          deviceNumber: '253:2',
        },
        {
          dmName: 'vg-vpool-vpool',
          uuid: 'LVM-N9Xx9OTxbXHQ3qzj4pDFAyFfJrDP1WcQsfhcm548QRiffVJUuTfJQhMfU8HcYvhV-vpool',
          ...active,
          deviceNumber: '253:1',
        },
        {
          dmName: 'vg-vpool_vdata',
          uuid: 'LVM-N9Xx9OTxbXHQ3qzj4pDFAyFfJrDP1WcQszTUQciLaA0MDR9l10i2OaOu6sfmRByX-vdata',
          ...active,
          deviceNumber: '253:0',
        },
      ],
    ],
  ])('%s', (name, columns, expected) => {
    expect(parseInfoColumns(recorded(name).stdout, columns)).toEqual(expected);
  });

  test.each([
    ['a,,0,Active,None,Writeable,253,1\n', { hasLiveTable: false }],
    ['a,,0,Active,Inactive,Writeable,253,1\n', { hasLiveTable: false }],
    ['a,,0,Suspended,Both,Read-only,253,1\n', { hasLiveTable: true, suspended: true, readOnly: true }],
    ['a,b,X,0,Active,Live,Writeable,253,1\n', { dmName: 'a,b', uuid: 'X' }],
  ])('%j', (text, expected) => {
    expect(parseInfo(text)).toMatchObject([expected]);
  });

  test('no devices', () => {
    expect(parseInfo('No devices found\n')).toEqual([]);
    expect(parseInfo('')).toEqual([]);
  });

  test('too few columns are not understood', () => {
    expect(failureOf(() => parseInfo('a,,0\n'))).toMatchObject({
      line: 'a,,0',
      reason: '8 columns were expected',
    });
  });

  test.each([
    'a,,0,Active,Live,Writeable,253\n',
    ',,0,Active,Live,Writeable,253,1\n',
    'a,,x,Active,Live,Writeable,253,1\n',
    'a,,0,active,Live,Writeable,253,1\n',
    'a,,0,Active,Live,Writeable,253,1',
    'Name,UUID,Open,Suspended,Tables,Read-only,Maj,Min\n',
  ])('%j is not understood', (text) => {
    expect(failureOf(() => parseInfo(text)).line).toBe(text.trimEnd());
  });
});

describe('dmsetup deps', () => {
  test.each([
    [recorded('dm/20').stdout, ['slow']],
    ['2 dependencies\t: (slow) (vdb)\n', ['slow', 'vdb']],
    ['2 dependencies\t: (253, 0) (8, 16)\n', ['253:0', '8:16']],
    ['0 dependencies\t:\n', []],
  ])('%j', (text, expected) => {
    expect(parseDeps(text)).toEqual(expected);
  });

  test.each([
    '',
    '2 dependencies\t: (slow)\n',
    '1 dependencies\t: slow\n',
    '1 dependencies\t: (slow)',
    '1 dependencies\t: (slow)\n1 dependencies\t: (slow)\n',
    'my-vdo: 1 dependencies\t: (slow)\n',
  ])('%j is not understood', (text) => {
    expect(failureOf(() => parseDeps(text)).tool).toBe('dmsetup deps');
  });
});
