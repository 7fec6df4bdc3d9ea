import { describe, expect, test } from 'vitest';
import { parseDeps } from '../../src/parse/dmsetup-deps.ts';
import { infoColumns, parseInfo, parseInfoColumns, type InfoColumn } from '../../src/parse/dmsetup-info.ts';
import { failureOf } from './expect-failure.ts';
import { recorded } from './recordings.ts';

describe('dmsetup info', () => {
  const without = infoColumns.filter((column) => column !== 'tables_loaded');
  const active = { openCount: 1, suspended: false, readOnly: false };

  test.each<[string, readonly InfoColumn[], object[]]>([
    [
      'dm/19',
      infoColumns,
      [
        {
          dmName: 'my-vdo',
          uuid: '',
          ...active,
          openCount: 0,
          hasLiveTable: true,
          hasWaitingTable: false,
          deviceNumber: '253:1',
        },
      ],
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
    ['a,,0,Active,None,Writeable,253,1\n', { hasLiveTable: false, hasWaitingTable: false }],
    ['a,,0,Active,Inactive,Writeable,253,1\n', { hasLiveTable: false, hasWaitingTable: true }],
    [
      'a,,0,Suspended,Both,Read-only,253,1\n',
      { hasLiveTable: true, hasWaitingTable: true, suspended: true, readOnly: true },
    ],
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
