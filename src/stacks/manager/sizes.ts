import { blockBytes, sectorBytes, type SuperBlock } from '../../model/disk.ts';
import type { OddSize } from '../../model/manager-facts.ts';
import { formatBytes } from '../../model/size.ts';
import type { Found } from '../found-volume.ts';
import type { Metadata } from '../metadata.ts';
import { isUnfinished, type Managed } from './config.ts';

type Sizes = Pick<SuperBlock, 'logicalBytes' | 'physicalBytes'>;

/**
 * Compares the manager's file with the kernel while the volume runs, else with the super block. Leaves out what is
 * unknown, or is still changing.
 */
export function findOddSizes(
  { managed, starter, sharer, status }: Found,
  metadata: Metadata | undefined,
): readonly OddSize[] {
  if (managed === undefined || isUnfinished(managed) || starter !== undefined || sharer !== undefined)
    return [];
  const onDisk = metadata?.kind === 'read' ? metadata.superBlock : undefined;
  const actual = status === undefined ? onDisk : sizesOf(status);
  return actual === undefined ? [] : compareSizes(managed, actual);
}

function sizesOf({ logicalSectors, physicalBlocks }: NonNullable<Found['status']>): Partial<Sizes> {
  return {
    logicalBytes: logicalSectors * sectorBytes,
    ...(physicalBlocks === undefined ? {} : { physicalBytes: physicalBlocks * blockBytes }),
  };
}

function compareSizes(managed: Managed, actual: Partial<Sizes>): OddSize[] {
  return (['logicalBytes', 'physicalBytes'] as const).flatMap((key) => {
    const actualBytes = actual[key];
    const configuredBytes = managed[key];
    if (actualBytes === undefined || configuredBytes === 0 || actualBytes === configuredBytes) return [];
    return [
      { what: key === 'logicalBytes' ? 'logical size' : 'physical size', configuredBytes, actualBytes },
    ];
  });
}

/** `its logical size is 40 GiB, but 20 GiB in the manager's configuration` */
export function describeOddSizes(sizes: readonly OddSize[]): string {
  const each = sizes.map(
    ({ what, configuredBytes, actualBytes }) =>
      `its ${what} is ${formatBoth(actualBytes, configuredBytes)} in the manager's configuration`,
  );
  return each.join('; ');
}

/** If both look the same, they are given in bytes. */
function formatBoth(actualBytes: number, configuredBytes: number): string {
  const [actual, configured] = [formatBytes(actualBytes), formatBytes(configuredBytes)];
  if (actual !== configured) return `${actual}, but ${configured}`;
  return `${String(actualBytes)} bytes, but ${String(configuredBytes)}`;
}

/**
 * Whether, by its sizes alone, the disk is the entry's after a growth: only one size differs, and is larger on the
 * disk.
 */
export function isGrown(
  managed: Managed,
  { slabBytes, ...actual }: Sizes & Pick<SuperBlock, 'slabBytes'>,
): boolean {
  const [odd, ...others] = compareSizes(managed, actual);
  if (odd === undefined || others.length > 0 || slabBytes !== managed.slabBytes) return false;
  return odd.actualBytes > odd.configuredBytes;
}
