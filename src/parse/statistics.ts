/**
 * The figures that the kernel leaves to user space, worked out as `vdostats` does. Each is undefined when a part of
 * it is not known, or when the parts do not fit together.
 */
export interface BlocksInUse {
  readonly dataBlocksUsed: number | undefined;
  readonly overheadBlocksUsed: number | undefined;
  readonly logicalBlocksUsed: number | undefined;
  readonly physicalBlocks: number | undefined;
}

/** What a counter may be at most for the sum of two to be exact. */
export const greatestTerm = 2 ** 52;

/** Used physical blocks of all, in percent, rounded to the nearest. */
export function usedPercentOf(blocks: Omit<BlocksInUse, 'logicalBlocksUsed'>): number | undefined {
  const { dataBlocksUsed, overheadBlocksUsed, physicalBlocks } = blocks;
  if (dataBlocksUsed === undefined || overheadBlocksUsed === undefined) return undefined;
  return shareInPercent(dataBlocksUsed + overheadBlocksUsed, physicalBlocks);
}

/** The same from the sum of both, as `dmsetup status` has it. */
export function shareInPercent(
  usedBlocks: number | undefined,
  physicalBlocks: number | undefined,
): number | undefined {
  if (usedBlocks === undefined || physicalBlocks === undefined) return undefined;
  return usedBlocks > physicalBlocks || physicalBlocks === 0
    ? undefined
    : Math.round((100 * usedBlocks) / physicalBlocks);
}

/**
 * What deduplication and compression save, in percent of the logical blocks in use, rounded down. Undefined when
 * more data blocks than logical blocks are in use: `vdostats` subtracts without a sign there, and what it prints
 * means nothing.
 */
export function savingPercentOf(
  blocks: Pick<BlocksInUse, 'dataBlocksUsed' | 'logicalBlocksUsed'>,
): number | undefined {
  const { dataBlocksUsed, logicalBlocksUsed } = blocks;
  if (dataBlocksUsed === undefined || logicalBlocksUsed === undefined) return undefined;
  if (dataBlocksUsed > logicalBlocksUsed) return undefined;
  if (logicalBlocksUsed === 0) return 0;
  return Math.floor((100 * (logicalBlocksUsed - dataBlocksUsed)) / logicalBlocksUsed);
}
