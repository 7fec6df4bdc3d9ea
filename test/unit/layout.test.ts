import { describe, expect, test } from 'vitest';
import type { IndexSize } from '../../src/model/index-size.ts';
import { chooseLogicalBlocks, countSlabs, isPhysicalGrowth, superBlockAt } from '../../src/model/layout.ts';

const gibibyte = 1024 ** 3;
const blocks = (bytes: number): number => bytes / 4096;
const dense = (memoryGibibytes: number): IndexSize => ({ memoryGibibytes, isSparse: false });
const smallSparse: IndexSize = { memoryGibibytes: 0.25, isSparse: true };

describe('as vdoformat 8.3.1 lays it out', () => {
  test.each([
    [undefined, 679_128],
    [dense(0.25), 679_128],
    [dense(0.5), 1_366_400],
    [dense(0.75), 2_053_670],
    [dense(1), 2_732_748],
    [dense(2), 5_496_230],
    [smallSparse, 5_822_252],
  ])('the super block behind an index of %j', (index, block) => {
    expect(superBlockAt({ index })).toBe(block);
  });

  test.each([
    [12, 13, undefined, 297, 2_362_808],
    [12, 15, undefined, 74, 2_404_445],
    [12, 17, undefined, 18, 2_351_590],
    [12, 19, undefined, 4, 2_092_975],
    [40, 17, undefined, 74, 9_668_208],
    [40, 19, undefined, 18, 9_419_017],
    [40, 17, dense(0.5), 69, 9_014_939],
    [40, 17, dense(1), 58, 7_577_746],
    [40, 17, smallSparse, 35, 4_572_706],
  ])('%i GiB in slabs of 2^%i blocks, index %j', (size, slabBits, index, slabs, logicalBlocks) => {
    const sizes = { physicalBlocks: blocks(size * gibibyte), slabBlocks: 2 ** slabBits, index };
    expect(countSlabs(sizes)).toBe(slabs);
    expect(chooseLogicalBlocks(sizes)).toBe(logicalBlocks);
  });
});

describe('what the kernel takes for a growth', () => {
  const small = { physicalBlocks: 2_097_152, slabBlocks: 2 ** 13 };

  test.each([
    ['two slabs, without room for another journal', small, 2_097_152 + 2 ** 14, false],
    ['six slabs', small, 2_097_152 + 3 * 2 ** 14, true],
    ['room for a journal, but no slab', { physicalBlocks: 1_833_984, slabBlocks: 2 ** 19 }, 1_870_000, false],
  ])('%s', (_what, sizes, physicalBlocks, isGrowth) => {
    expect(isPhysicalGrowth(sizes, physicalBlocks)).toBe(isGrowth);
  });
});
