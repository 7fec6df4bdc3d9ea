/**
 * The figures that the kernel leaves to user space, worked out as `vdostats` does, and the rule that both sources of
 * statistics follow for a volume that is not in normal operation.
 */
export interface BlocksInUse {
  readonly dataBlocksUsed: number;
  readonly overheadBlocksUsed: number;
  readonly logicalBlocksUsed: number;
  readonly physicalBlocks: number;
}

/** Used physical blocks of all, in percent, rounded to the nearest. Undefined for no blocks at all. */
export function usedPercentOf(blocks: BlocksInUse): number | undefined {
  const { dataBlocksUsed, overheadBlocksUsed, physicalBlocks } = blocks;
  if (physicalBlocks === 0) return undefined;
  return Math.round((100 * (dataBlocksUsed + overheadBlocksUsed)) / physicalBlocks);
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
  if (dataBlocksUsed > logicalBlocksUsed) return undefined;
  if (logicalBlocksUsed === 0) return 0;
  return Math.floor((100 * (logicalBlocksUsed - dataBlocksUsed)) / logicalBlocksUsed);
}
