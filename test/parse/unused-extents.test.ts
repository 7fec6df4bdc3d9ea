import { describe, expect, test } from 'vitest';
import {
  cutExtents,
  intersectExtents,
  parseUnusedOfExt,
  parseUnusedOfXfs,
} from '../../src/parse/unused-extents.ts';

/** What filesystems do not use, as their programs told it of volumes in the lab (Linux 7.3, e2fsprogs 1.47.2). */

const kib = 1024;
const block = 4 * kib;

const dumpe2fs = `Filesystem volume name:   <none>
Filesystem features:      has_journal ext_attr resize_inode dir_index orphan_file filetype extent 64bit flex_bg
Filesystem state:         clean
Block count:              2097152
Free blocks:              1951087
First block:              0
Block size:               4096

Group 0: (Blocks 0-32767) csum 0x041d [ITABLE_ZEROED]
  Primary superblock at 0, Group descriptors at 1-1
  23001 free blocks, 8176 free inodes, 2 directories, 8176 unused inodes
  Free blocks: 9767-32767
  Free inodes: 17-8192
Group 1: (Blocks 32768-65535) csum 0xac72 [INODE_UNINIT, ITABLE_ZEROED]
  3 free blocks, 8192 free inodes, 0 directories, 8192 unused inodes
  Free blocks: 33793, 33800-33801
  Free inodes: 8193-16384
Group 2: (Blocks 65536-98303) csum 0xac72 [INODE_UNINIT]
  0 free blocks, 8192 free inodes, 0 directories, 8192 unused inodes
  Free blocks: 
  Free inodes: 16385-24576
`;

const freesp = `blocksize = 4096
agblocks = 524288
       0       10        1
       0    50185    23535
       1       24   524264
   from      to extents  blocks    pct blkcdf extcdf
      1       1      24      24   0.00 100.00 100.00
  16384   32767       1   23535   1.24  99.79  16.13
`;

describe('dumpe2fs', () => {
  test('names what the groups do not use, never the sum in its head', () => {
    expect(parseUnusedOfExt(dumpe2fs, 'replayed')).toEqual([
      { atBytes: 9767 * block, bytes: 23001 * block },
      { atBytes: 33793 * block, bytes: block },
      { atBytes: 33800 * block, bytes: 2 * block },
    ]);
  });

  test.each([
    ['needs_recovery', 'not replayed', dumpe2fs.replace('ext_attr', 'needs_recovery ext_attr')],
    ['bigalloc', 'bigalloc', dumpe2fs.replace('flex_bg', 'flex_bg bigalloc')],
    ['no block size', 'no block size', dumpe2fs.replace('Block size', 'Size')],
    ['a range in other words', 'a range of blocks', dumpe2fs.replace('33800-33801', '33800..33801')],
    ['nothing', 'no block size', ''],
  ])('is not read with %s', (_what, said, text) => {
    expect(() => parseUnusedOfExt(text, 'replayed')).toThrow(
      expect.objectContaining({
        problem: expect.objectContaining({ said: expect.stringContaining(said) as string }) as object,
      }) as Error,
    );
  });
});

test('of a filesystem before its replay it is read all the same', () => {
  const pending = dumpe2fs.replace('ext_attr', 'needs_recovery ext_attr');
  expect(parseUnusedOfExt(pending, 'pending')).toEqual(parseUnusedOfExt(dumpe2fs, 'replayed'));
});

test('where a name in the text looks like a size, nothing is read', () => {
  const twice = dumpe2fs.replace('<none>', '/x\nBlock size:               65536');
  expect(() => parseUnusedOfExt(twice, 'replayed')).toThrow();
});

describe('xfs_db', () => {
  test('names each stretch by its group; the table after them is none', () => {
    expect(parseUnusedOfXfs(freesp)).toEqual([
      { atBytes: 10 * block, bytes: block },
      { atBytes: 50185 * block, bytes: 23535 * block },
      { atBytes: (524288 + 24) * block, bytes: 524264 * block },
    ]);
  });

  test('is not read without the sizes', () => {
    expect(() => parseUnusedOfXfs(freesp.replace('agblocks', 'agcount'))).toThrow();
    expect(() => parseUnusedOfXfs('')).toThrow();
  });
});

test('what is in both counts alone', () => {
  const of = (...pairs: readonly (readonly [number, number])[]) =>
    pairs.map(([first, end]) => ({ atBytes: first, bytes: end - first }));
  expect(intersectExtents(of([0, 10], [20, 30], [40, 50]), of([5, 25], [28, 45]))).toEqual(
    of([5, 10], [20, 25], [28, 30], [40, 45]),
  );
  expect(intersectExtents(of([20, 30], [0, 10]), of([0, 10], [20, 30]))).toEqual(of([0, 10], [20, 30]));
  expect(intersectExtents(of([0, 10]), of([10, 20]))).toEqual([]);
  expect(intersectExtents([], of([0, 10]))).toEqual([]);
});

describe('pieces', () => {
  const cut = (atBytes: number, bytes: number, mostBytes = 1024 * kib) =>
    cutExtents([{ atBytes, bytes }], { blockBytes: block, mostBytes });

  test('hold no part of a block of the volume that something else uses', () => {
    expect(cut(kib, 11 * kib)).toEqual([{ atBytes: block, bytes: 2 * block }]);
    expect(cut(kib, 3 * kib)).toEqual([]);
    expect(cut(3 * kib, 6 * kib)).toEqual([{ atBytes: block, bytes: block }]);
    expect(cut(0, 2 * block)).toEqual([{ atBytes: 0, bytes: 2 * block }]);
  });

  test('are no longer than wanted, cover all, and come largest first', () => {
    expect(cut(0, 5 * block, 2 * block)).toEqual([
      { atBytes: 0, bytes: 2 * block },
      { atBytes: 2 * block, bytes: 2 * block },
      { atBytes: 4 * block, bytes: block },
    ]);
    const both = [
      { atBytes: 0, bytes: block },
      { atBytes: 9 * block, bytes: 3 * block },
    ];
    expect(cutExtents(both, { blockBytes: block, mostBytes: 1024 * kib }).map(({ bytes }) => bytes)).toEqual([
      3 * block,
      block,
    ]);
  });
});
