import { describe, expect, test } from 'vitest';

import { formatCommand } from '../../src/model/command.ts';
import { formatDuration, parseDuration, readDuration, writeDuration } from '../../src/model/duration.ts';
import { combineExitCodes, exitCodes, type ExitCode } from '../../src/model/exit-code.ts';
import { formatBytes, parseSize, readSize } from '../../src/model/size.ts';
import { sizeSamples } from '../size-samples.ts';

describe('a duration', () => {
  test.each([
    ['500ms', 500],
    ['1s', 1000],
    ['90s', 90_000],
    ['15m', 900_000],
    ['2h', 7_200_000],
    ['007s', 7000],
    ['168h', 604_800_000],
    ['90', 90_000],
    ['1.5h', 5_400_000],
    ['1h30m', 5_400_000],
    ['1 h 05 min', 3_900_000],
    ['15min', 900_000],
    ['2 hours', 7_200_000],
    ['1d', 86_400_000],
    ['1w', 604_800_000],
    ['15 m', 900_000],
  ])('%s is %i ms', (text, ms) => {
    expect(parseDuration(text)).toBe(ms);
  });

  test.each([
    ...['', 's', '0', '0s', '0.1ms', '-1s', '+1s', '1e3s', '0x10s', ' 15m', '15m ', '15m\n', '1h,30m'],
    ...['15M', '1h30', '169h', '8d', '9999999999s', '99999999h', 'Infinity', '१s', '2 fortnights'],
  ])('%j is none', (text) => {
    expect(parseDuration(text)).toBeUndefined();
  });

  test.each([
    ['soon', 'it is not a number with a unit'],
    ['-5s', 'it is negative'],
    ['0', 'it is zero'],
    ['15M', 'M is no unit (ms, s, m, h, d and w are)'],
    ['1h30', '30 has no unit'],
    ['8d', 'it is too long (at most 168h)'],
  ])('%j: %s', (text, why) => {
    expect(readDuration(text)).toEqual({ kind: 'wrong', why });
  });

  test('may be longer where its reader says so', () => {
    expect(readDuration('30d', Infinity)).toEqual({ kind: 'duration', ms: 30 * 86_400_000 });
    expect(readDuration('61s', 60_000)).toEqual({ kind: 'wrong', why: 'it is too long (at most 1m)' });
  });

  test.each([500, 1000, 90_000, 900_000, 5_400_000, 86_400_000])('%i ms are read back as written', (ms) => {
    expect(parseDuration(writeDuration(ms))).toBe(ms);
  });

  test.each([
    [0, '0 ms'],
    [850, '850 ms'],
    [999.4, '999 ms'],
    [999.6, '1 s'],
    [1000, '1 s'],
    [12_400, '12 s'],
    [59_499, '59 s'],
    [59_500, '1 min 0 s'],
    [200_000, '3 min 20 s'],
    [3_599_499, '59 min 59 s'],
    [3_599_500, '1 h 00 min'],
    [3_900_000, '1 h 05 min'],
    [90_000_000, '25 h 00 min'],
  ])('%d ms read %s', (ms, text) => {
    expect(formatDuration(ms)).toBe(text);
  });
});

describe('a size', () => {
  test.each(sizeSamples)('%j is %j bytes', (text, bytes) => {
    expect(parseSize(text)).toBe(bytes);
  });

  test.each([
    ['much', 'it is not a number with a unit'],
    ['10', 'it has no unit'],
    ['-5G', 'it is negative'],
    ['10GB', 'GB is no unit (B, K, M, G, T, P and E are, in powers of 1024)'],
    ['0.9K', 'it is too small'],
    ['8P', 'it is too large'],
  ])('%j: %s', (text, why) => {
    expect(readSize(text)).toEqual({ kind: 'wrong', why });
  });

  test('with a plus is to be added', () => {
    expect(readSize('+1.5K')).toEqual({ kind: 'wrong', why: 'it is too small' });
    expect(readSize('+100G')).toEqual({ kind: 'size', bytes: 100 * 1024 ** 3, isMore: true });
  });

  test.each([
    [0, '0 B'],
    [1, '1 B'],
    [1023, '1023 B'],
    [1024, '1.00 KiB'],
    [4096, '4.00 KiB'],
    [10 * 1024, '10.0 KiB'],
    [100 * 1024, '100 KiB'],
    [9.999 * 1024 ** 3, '10.0 GiB'],
    [99.99 * 1024 ** 3, '100 GiB'],
    [1023 * 1024, '1023 KiB'],
    [1024 ** 2 - 1, '1.00 MiB'],
    [1.5 * 1024 ** 4, '1.50 TiB'],
    [4 * 1024 ** 5, '4.00 PiB'],
    [2000 * 1024 ** 6, '2000 EiB'],
  ])('of %d bytes reads %s', (bytes, text) => {
    expect(formatBytes(bytes)).toBe(text);
  });
});

describe('the exit code of several volumes', () => {
  const order = [1, 9, 11, 8, 7, 6, 5, 12, 10, 4, 3, 0] as const;
  const pairs = order.flatMap((one, index) => order.slice(index).map((other) => [one, other] as const));

  test.each(pairs)('%i comes before %i, in whichever order they occurred', (one, other) => {
    expect(combineExitCodes([one, other])).toBe(one);
    expect(combineExitCodes([other, one])).toBe(one);
  });

  test.each([...order])('%i after many that went well', (code) => {
    expect(combineExitCodes([0, 0, code, 0])).toBe(code);
  });

  test('none is well', () => {
    expect(combineExitCodes([])).toBe(0);
  });

  test.each([130, 143] as const)('an interruption, %i, ends them all', (code) => {
    expect(combineExitCodes([1, 0, code])).toBe(code);
  });

  test.each(Object.entries(exitCodes))('%s is never lost', (_name, code: ExitCode) => {
    expect(combineExitCodes([0, code])).toBe(code);
  });
});

describe('a command as a line', () => {
  test.each([
    [['dmsetup', 'status', '--target', 'vdo'], 'dmsetup status --target vdo'],
    [
      ['dmsetup', 'create', 'x', '--table', '0 8 linear /dev/vdb 0'],
      "dmsetup create x --table '0 8 linear /dev/vdb 0'",
    ],
    [['a', ''], "a ''"],
    [['a', "it's"], String.raw`a 'it'\''s'`],
    [['a', '$(reboot)'], "a '$(reboot)'"],
    [['a', 'b\nc'], String.raw`a $'b\nc'`],
    [['a', "\u001b1'\\\u009b"], String.raw`a $'\0331\'\\\302\233'`],
    [['a', '\u202e'], String.raw`a $'\342\200\256'`],
    [['a', '*'], "a '*'"],
    [['a', '~'], "a '~'"],
    [['a', '#x'], "a '#x'"],
    [['a', 'x;y', 'x&y', 'x|y', '"x"', '`x`', '\\'], "a 'x;y' 'x&y' 'x|y' '\"x\"' '`x`' '\\'"],
    [
      ['lvs', '-o', 'lv_name,vg_name', '+1', '50%FREE', 'a=b', 'a@b:c'],
      'lvs -o lv_name,vg_name +1 50%FREE a=b a@b:c',
    ],
    [['a', 'größe'], "a 'größe'"],
  ])('%j can be pasted into a shell', ([file = '', ...args], line) => {
    expect(formatCommand({ file, args })).toBe(line);
  });
});
