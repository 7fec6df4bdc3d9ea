import { blockBytes } from '../model/disk.ts';
import { countSlabs, countUsableBlocks, mostPhysicalBlocks, mostSlabs, type Sizes } from '../model/layout.ts';
import { Failure } from '../model/problem.ts';
import { formatBytes } from '../model/size.ts';

/** Why no volume can have that storage with such slabs, as what is said of the storage; undefined when one can. */
export function describeExcess(sizes: Sizes): string | undefined {
  const { physicalBlocks, slabBlocks } = sizes;
  const has = formatBytes(physicalBlocks * blockBytes);
  const slabs = countSlabs(sizes);
  if (slabs > mostSlabs) {
    const slab = formatBytes(slabBlocks * blockBytes);
    const usable = formatBytes(countUsableBlocks(sizes) * blockBytes);
    return `makes ${String(slabs)} slabs of ${slab}, and a VDO has ${String(mostSlabs)} at the most: ${usable} of the ${has} can be used`;
  }
  if (physicalBlocks <= mostPhysicalBlocks) return undefined;
  return `has ${has}, and a VDO uses ${formatBytes(mostPhysicalBlocks * blockBytes)} at the most`;
}

/**
 * Throws when a volume would have more slabs, or more storage, than any kernel takes: it would say so only in its log.
 *
 * @param next what to do instead, given how many blocks can be used.
 */
export function guardLimits(name: string, sizes: Sizes, next: (usableBlocks: number) => string): void {
  const excess = describeExcess(sizes);
  if (excess === undefined) return;
  const reason = `it cannot grow to all of its storage, which ${excess}; the size of its slabs is for life`;
  throw new Failure({ kind: 'refused', name, reason, next: next(countUsableBlocks(sizes)) });
}

/** What to do about the storage of a volume that has outgrown what its slabs can hold. */
export function adviseSmallerStorage(device: string, usableBlocks: number): string {
  const usable = String(usableBlocks * blockBytes);
  return `nothing behind its first ${usable} bytes can be used: give ${device} back down to that size, or make a volume with larger slabs`;
}
