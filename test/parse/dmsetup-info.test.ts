import { describe, expect, test } from 'vitest';
import { parseDeps } from '../../src/parse/dmsetup-deps.ts';
import { infoColumns, parseInfo } from '../../src/parse/dmsetup-info.ts';
import { failureOf } from './expect-failure.ts';
import { recorded, type Recording } from './recordings.ts';

/**
 * The columns that vdoctl asks for, cut from a recording of one device. Early recordings have more columns, and not the
 * one of loaded tables.
 */
function asked({ argv, stdout }: Recording, dmName: string): string {
  const columns = argv[argv.indexOf('-o') + 1]?.split(',') ?? [];
  const line = stdout.split('\n').find((each) => each.startsWith(`${dmName},`)) ?? '';
  const cells = new Map(line.split(',').map((cell, at) => [columns[at], cell]));
  return `${infoColumns
    .split(',')
    .map((column) => cells.get(column) ?? 'Live')
    .join(',')}\n`;
}

describe('dmsetup info', () => {
  const active = { openCount: 1, suspended: false, hasWaitingTable: false };

  test.each([
    ['dm/19', 'my-vdo', { ...active, openCount: 0 }],
    ['dm/64', 'low', active],
    ['dm/64', 'my-vdo', { ...active, suspended: true }],
    ['lvm/12', 'vg-lv1', { ...active, openCount: 0 }],
    ['lvm/12', 'vg-vpool-vpool', active],
    ['lvm/12', 'vg-vpool_vdata', active],
  ])('%s: %s', (name, dmName, expected) => {
    expect(parseInfo(asked(recorded(name), dmName))).toEqual(expected);
  });

  test.each([
    ['0,Active,None\n', { openCount: 0, suspended: false, hasWaitingTable: false }],
    ['0,Active,Live\n', { openCount: 0, suspended: false, hasWaitingTable: false }],
    ['0,Active,Inactive\n', { openCount: 0, suspended: false, hasWaitingTable: true }],
    ['12,Suspended,Both\n', { openCount: 12, suspended: true, hasWaitingTable: true }],
  ])('%j', (text, expected) => {
    expect(parseInfo(text)).toEqual(expected);
  });

  test.each([
    '',
    '\n',
    '0,Active\n',
    '0,Active,Live,\n',
    'x,Active,Live\n',
    '0,active,Live\n',
    '0,Active,live\n',
    '0,Active,Live',
    '0,Active,Live\n0,Active,Live\n',
    'No devices found\n',
    'Open,Suspended,Tables\n',
  ])('%j is not understood', (text) => {
    expect(failureOf(() => parseInfo(text)).tool).toBe('dmsetup info');
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
