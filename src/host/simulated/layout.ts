import type { VdoImage } from './world.ts';

/** How VDO divides its storage (measured with `vdolistmetadata`), for an index of 0.25 GiB. Units: blocks. */
export const superBlockAt = 679_128;
const blockMapRoots = 60;
const slabsStartAt = superBlockAt + 1 + blockMapRoots;
export const journalBlocks = 32_768;
const slabSummaryBlocks = 64;
const slabJournalBlocks = 224;
const countsPerReferenceBlock = 4032;
const entriesPerBlockMapPage = 812;
/** Levels between the roots and the leaves, one page each for every root of a volume of up to tens of TB. */
const blockMapInnerPages = 3 * blockMapRoots;

type Sizes = Pick<VdoImage, 'physicalBlocks' | 'slabBlocks'>;

export function countSlabs({ physicalBlocks, slabBlocks }: Sizes): number {
  return Math.max(
    0,
    Math.floor((physicalBlocks - slabsStartAt - journalBlocks - slabSummaryBlocks) / slabBlocks),
  );
}

/** The smallest storage that holds one slab. */
export function leastPhysicalBlocks(slabBlocks: number): number {
  return slabsStartAt + journalBlocks + slabSummaryBlocks + slabBlocks;
}

/** Blocks of a slab that hold data: all but its journal and its reference counts. */
export function countDataBlocksOfSlab(slabBlocks: number): number {
  let referenceBlocks = 1;
  while (slabBlocks - slabJournalBlocks - referenceBlocks > referenceBlocks * countsPerReferenceBlock) {
    referenceBlocks += 1;
  }
  return slabBlocks - slabJournalBlocks - referenceBlocks;
}

/** What an empty volume uses already. */
export function countFixedOverhead(sizes: Sizes): number {
  return sizes.physicalBlocks - countSlabs(sizes) * countDataBlocksOfSlab(sizes.slabBlocks);
}

/** Block map pages that so many used logical blocks need. */
export function countBlockMapPages(logicalUsedBlocks: number): number {
  if (logicalUsedBlocks === 0) return 0;
  return blockMapInnerPages + Math.ceil(logicalUsedBlocks / entriesPerBlockMapPage);
}

/** The logical size that `vdoformat` chooses when it is not told: as much as fits without any saving. */
export function chooseLogicalBlocks(sizes: Sizes): number {
  const dataBlocks = countSlabs(sizes) * countDataBlocksOfSlab(sizes.slabBlocks);
  return dataBlocks - blockMapInnerPages - Math.ceil(dataBlocks / entriesPerBlockMapPage);
}
