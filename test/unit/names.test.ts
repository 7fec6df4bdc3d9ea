import { describe, expect, test } from 'vitest';

import { checkName, isDmName, lvmDmName, splitLvmDmName } from '../../src/model/names.ts';

describe('a NAME', () => {
  test.each([
    'my-vdo',
    'a',
    '_x',
    '#1',
    'a@b=c:d+e.f',
    'vg/pool',
    'my-vg/my-lv',
    '...',
    'a'.repeat(127),
    '/dev/mapper/my-vdo',
    '/dev/vg/lv',
    '/dev/vdb',
    '/dev/disk/by-id/wwn-0x5000c500a1b2c3d4',
  ])('%j can be one', (name) => {
    expect(checkName(name)).toBeUndefined();
  });

  test.each([
    ['', 'empty'],
    ['/', 'is not a volume name'],
    ['..', 'is not a volume name'],
    ['control', 'device-mapper keeps it for itself'],
    ['/dev/mapper/control', 'device-mapper keeps it for itself'],
    ['.', 'is not a volume name'],
    ['../etc', 'is not a volume name'],
    ['vg/..', 'is not a volume name'],
    ['vg/', 'is not a volume name'],
    ['/pool', 'is not a volume name'],
    ['vg/pool/lv', 'NAME, VG/POOL or a path below /dev'],
    ['/etc/passwd', 'NAME, VG/POOL or a path below /dev'],
    ['/dev', 'is not a volume name'],
    ['/dev/', 'not a path below /dev'],
    ['/dev/../etc/shadow', 'not a path below /dev'],
    ['/dev/mapper/..', 'not a path below /dev'],
    ['/dev//x', 'not a path below /dev'],
    ['/dev/a/b/c/d', 'not a path below /dev'],
    ['my vdo', 'is not a volume name'],
    [' my-vdo', 'is not a volume name'],
    ['my-vdo\n', 'is not a volume name'],
    ['a\nb', 'is not a volume name'],
    ['a\0b', 'is not a volume name'],
    ['-rf', 'is not a volume name'],
    ['--all', 'is not a volume name'],
    ['vg/-lv', 'is not a volume name'],
    ['a'.repeat(128), 'is not a volume name'],
    ['a'.repeat(200), 'is not a volume name'],
    ['größe', 'is not a volume name'],
    ['卷', 'is not a volume name'],
    ['a\u202eb', 'is not a volume name'],
    ['$(reboot)', 'is not a volume name'],
    ["a'b", 'is not a volume name'],
    ['a;b', 'is not a volume name'],
    ['a\\b', 'is not a volume name'],
  ])('%j cannot', (name, reason) => {
    expect(checkName(name)).toContain(reason);
  });

  test.each(['a\nb\u001b[31m', 'x '.repeat(10_000)])('what is said of %j is one short line', (name) => {
    const sentence = checkName(name) ?? '';
    expect(sentence).toMatch(/^[\x20-\x7e]*$/);
    expect(sentence.length).toBeLessThan(300);
  });
});

test.each([
  ['my-vdo', true],
  ['control', false],
  ['#1', true],
  ['', false],
  ['a/b', false],
  ['-a', false],
  ['..', false],
  ['a b', false],
  ['a\n', false],
  ['a'.repeat(128), false],
])('%j as a name of device-mapper: %s', (name, good) => {
  expect(isDmName(name)).toBe(good);
});

describe('a dm name of LVM', () => {
  test.each([
    { vg: 'vg', lv: 'pool', dmName: 'vg-pool' },
    { vg: 'my-vg', lv: 'pool', dmName: 'my--vg-pool' },
    { vg: 'vg', lv: 'my-pool', dmName: 'vg-my--pool' },
    { vg: 'a-b', lv: 'c-d-e', dmName: 'a--b-c--d--e' },
    { vg: 'a--b', lv: 'c', dmName: 'a----b-c' },
  ])('$vg/$lv is $dmName, and back', ({ vg, lv, dmName }) => {
    expect(lvmDmName(vg, lv)).toBe(dmName);
    expect(splitLvmDmName(dmName)).toEqual({ vg, lv });
  });

  test('has its layer at the end, undoubled', () => {
    expect(lvmDmName('my-vg', 'my-pool', 'vpool')).toBe('my--vg-my--pool-vpool');
  });

  test.each(['', 'novg', '-a', 'vg-pool-vpool', 'my--vg'])('%j is none without a layer', (dmName) => {
    expect(splitLvmDmName(dmName)).toBeUndefined();
  });
});
