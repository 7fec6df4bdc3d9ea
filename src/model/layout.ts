/**
 * How VDO divides its storage (measured with `vdolistmetadata`; `vdoformat`'s own arithmetic). Units: blocks of 4096
 * bytes.
 */

import { blockBytes } from './disk.ts';
import { countIndexBlocks, type IndexSize } from './index-size.ts';

export const blockMapRoots = 60;
export const journalBlocks = 32_768;
export const slabSummaryBlocks = 64;
const slabJournalBlocks = 224;
const countsPerReferenceBlock = 4032;
const entriesPerBlockMapPage = 812;
/** Levels between the roots and the leaves: one page a level for each root, in volumes of up to tens of TB. */
const blockMapInnerPages = 3 * blockMapRoots;

/** The deduplication index of a volume; absent for the smallest dense one, which is the default. */
export interface WithIndex {
  readonly index?: IndexSize | undefined;
  /** Where the super block lies, as a disk says: this tells the size of the index, whatever its settings. */
  readonly superBlockAt?: number | undefined;
}

/** The sizes below a gibibyte that an index can have. */
export const indexMemories: readonly number[] = [0.25, 0.5, 0.75];

export const usualIndex: IndexSize = { memoryGibibytes: 0.25, isSparse: false };

/** What decides how the storage is divided. */
export interface Sizes extends WithIndex {
  readonly physicalBlocks: number;
  readonly slabBlocks: number;
}

/** The super block lies behind the geometry block and the index. */
export function superBlockAt({ index = usualIndex, superBlockAt: told }: WithIndex): number {
  return told ?? 1 + countIndexBlocks(index);
}

/** Blocks that belong to no slab. */
function countFixedBlocks(index: WithIndex): number {
  return superBlockAt(index) + 1 + blockMapRoots + journalBlocks + slabSummaryBlocks;
}

export function countSlabs(sizes: Sizes): number {
  return Math.max(0, Math.floor((sizes.physicalBlocks - countFixedBlocks(sizes)) / sizes.slabBlocks));
}

/** No kernel of any generation takes a volume beyond these limits. 2^36 blocks are 256 TiB. */
export const mostSlabs = 8192;
export const mostPhysicalBlocks = 2 ** 36;

/** The largest storage, in blocks, that a volume with slabs of that size can use in full. */
export function countUsableBlocks(sizes: WithIndex & Pick<Sizes, 'slabBlocks'>): number {
  return Math.min(mostPhysicalBlocks, countFixedBlocks(sizes) + mostSlabs * sizes.slabBlocks);
}

/** Why a volume cannot use all of its storage. */
export type Excess =
  | {
      readonly of: 'slabs';
      readonly slabs: number;
      readonly mostSlabs: number;
      readonly slabBytes: number;
      readonly usableBytes: number;
      readonly hasBytes: number;
    }
  | { readonly of: 'size'; readonly hasBytes: number; readonly mostBytes: number };

/** Why a volume with slabs of this size cannot use all of the storage; undefined if it can. */
export function findExcess(sizes: Sizes): Excess | undefined {
  const { physicalBlocks, slabBlocks } = sizes;
  const hasBytes = physicalBlocks * blockBytes;
  const slabs = countSlabs(sizes);
  if (slabs > mostSlabs) {
    const usableBytes = countUsableBlocks(sizes) * blockBytes;
    return { of: 'slabs', slabs, mostSlabs, slabBytes: slabBlocks * blockBytes, usableBytes, hasBytes };
  }
  if (physicalBlocks <= mostPhysicalBlocks) return undefined;
  return { of: 'size', hasBytes, mostBytes: mostPhysicalBlocks * blockBytes };
}

/** The smallest storage that holds one slab. */
export function leastPhysicalBlocks(sizes: WithIndex & Pick<Sizes, 'slabBlocks'>): number {
  return countFixedBlocks(sizes) + sizes.slabBlocks;
}

/** The least growth that the kernel accepts: it copies the journal and the slab summary behind the old end. */
export const leastGrowthBlocks = journalBlocks + slabSummaryBlocks;

/** Whether the kernel accepts the growth: there is room behind the old end, and at least one more slab. */
export function isPhysicalGrowth(sizes: Sizes, physicalBlocks: number): boolean {
  const hasRoom = physicalBlocks >= sizes.physicalBlocks + leastGrowthBlocks;
  return hasRoom && countSlabs({ ...sizes, physicalBlocks }) > countSlabs(sizes);
}

/** Blocks of a slab that hold data: all but its journal and its reference counts. */
export function countDataBlocksOfSlab(slabBlocks: number): number {
  let referenceBlocks = 1;
  while (slabBlocks - slabJournalBlocks - referenceBlocks > referenceBlocks * countsPerReferenceBlock) {
    referenceBlocks += 1;
  }
  return slabBlocks - slabJournalBlocks - referenceBlocks;
}

/**
 * The most blocks that a forced rebuild writes, data apart: the journal and the summary, and each slab's own journal and
 * reference counts.
 */
export function countRebuildBlocks(sizes: Sizes): number {
  const ofSlab = sizes.slabBlocks - countDataBlocksOfSlab(sizes.slabBlocks);
  return blockMapRoots + journalBlocks + slabSummaryBlocks + countSlabs(sizes) * ofSlab;
}

/** Each journal block holds that many entries, and each entry changes at most one page of the block map. */
const entriesPerJournalBlock = 217;

/** The same, with the pages of the block map that the journal has entries for. Measured on 9 GiB: 45,000 of 95,000. */
export function estimateRebuildBlocks(sizes: Sizes, logicalBlocks: number): number {
  const pages = Math.ceil(logicalBlocks / entriesPerBlockMapPage);
  return countRebuildBlocks(sizes) + Math.min(pages, journalBlocks * entriesPerJournalBlock);
}

/** Blocks that an empty volume uses. */
export function countFixedOverhead(sizes: Sizes): number {
  return sizes.physicalBlocks - countSlabs(sizes) * countDataBlocksOfSlab(sizes.slabBlocks);
}

/** Block map pages that this many used logical blocks need. */
export function countBlockMapPages(logicalUsedBlocks: number): number {
  if (logicalUsedBlocks === 0) return 0;
  return blockMapInnerPages + Math.ceil(logicalUsedBlocks / entriesPerBlockMapPage);
}

/** The logical size, in blocks, that `vdoformat` chooses when none is given: as much as fits without any saving. */
export function chooseLogicalBlocks(sizes: Sizes): number {
  const dataBlocks = countSlabs(sizes) * countDataBlocksOfSlab(sizes.slabBlocks);
  return dataBlocks - countForestPages(dataBlocks);
}

/** Levels of the block map that are allocated from slabs, unlike the roots and everything above them. */
const innerLevels = 3;

/** Pages of a block map that is full, as `vdoformat` reckons it. */
function countForestPages(dataBlocks: number): number {
  let pagesOfLevel = Math.ceil(Math.ceil(dataBlocks / entriesPerBlockMapPage) / blockMapRoots);
  let innerPages = 0;
  for (let level = 0; level < innerLevels; level += 1) {
    pagesOfLevel = Math.ceil(pagesOfLevel / entriesPerBlockMapPage);
    innerPages += pagesOfLevel * blockMapRoots;
  }
  return innerPages + Math.ceil((dataBlocks - innerPages) / entriesPerBlockMapPage);
}
