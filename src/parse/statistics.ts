import type { StatisticField } from '../model/statistics/table.ts';
import { takenStatistics } from '../model/statistics/table.ts';
import type { TakenStatistic } from '../model/statistics/row.ts';

/** The numbers of one volume, by field. */
export type StatisticNumbers = Partial<Record<StatisticField, number | undefined>>;

/** A statistic that is a number. */
export interface NumberRow extends TakenStatistic {
  readonly field: StatisticField;
  /** The greatest value that makes sense. */
  readonly most: number;
}

export const numberRows: readonly NumberRow[] = takenStatistics
  .filter(({ kind }) => kind !== 'mode')
  .map((row) => ({
    ...row,
    field: row.field as StatisticField,
    most: row.kind === 'percent' ? 100 : Number.MAX_SAFE_INTEGER,
  }));

/** Metadata blocks read and written; undefined where their sum would not be exact. */
export function metadataBlocksOf(numbers: StatisticNumbers): number | undefined {
  const { biosMetaCompletedRead: read, biosMetaCompletedWrite: written } = numbers;
  if (read === undefined || written === undefined) return undefined;
  return Number.isSafeInteger(read + written) ? read + written : undefined;
}

/**
 * The counts from which vdoctl works out the figures that the kernel leaves to user space, as `vdostats` does. A figure
 * is undefined when one of its counts is not known, or when the counts do not fit together.
 */
export interface BlocksInUse {
  readonly dataBlocksUsed?: number | undefined;
  readonly overheadBlocksUsed?: number | undefined;
  readonly logicalBlocksUsed?: number | undefined;
  readonly physicalBlocks?: number | undefined;
}

/** Used physical blocks in percent of all physical blocks, rounded to the nearest. */
export function usedPercentOf(blocks: Omit<BlocksInUse, 'logicalBlocksUsed'>): number | undefined {
  const { dataBlocksUsed, overheadBlocksUsed, physicalBlocks } = blocks;
  if (dataBlocksUsed === undefined || overheadBlocksUsed === undefined) return undefined;
  return shareInPercent(dataBlocksUsed + overheadBlocksUsed, physicalBlocks);
}

/** The same from the number of used blocks that `dmsetup status` prints, overhead included. */
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
 * What deduplication and compression save, in percent of the logical blocks in use, rounded down. Undefined when more
 * data blocks than logical blocks are in use: there `vdostats` subtracts without a sign, and prints a number without
 * meaning.
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
