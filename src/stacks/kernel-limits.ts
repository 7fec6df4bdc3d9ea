import { blockBytes } from '../model/disk.ts';
import { countSlabs, countUsableBlocks, mostPhysicalBlocks, mostSlabs, type Sizes } from '../model/layout.ts';
import { refuse } from '../model/refuse.ts';
import { formatBytes } from '../model/size.ts';

/**
 * Why a volume with slabs of this size cannot use all of the storage, in words that follow the storage's name;
 * undefined if it can.
 */
export function describeExcess(sizes: Sizes): string | undefined {
  const { physicalBlocks, slabBlocks } = sizes;
  const has = formatBytes(physicalBlocks * blockBytes);
  const slabs = countSlabs(sizes);
  if (slabs > mostSlabs) {
    const slab = formatBytes(slabBlocks * blockBytes);
    const usable = formatBytes(countUsableBlocks(sizes) * blockBytes);
    return `makes ${String(slabs)} slabs of ${slab}, but a VDO has at most ${String(mostSlabs)}: ${usable} of the ${has} can be used`;
  }
  if (physicalBlocks <= mostPhysicalBlocks) return undefined;
  return `has ${has}, but a VDO uses ${formatBytes(mostPhysicalBlocks * blockBytes)} at most`;
}

/** What to do instead: shrink the device to what can be used, or grow with commands of one's own. */
export type LimitRemedy =
  { readonly device: string } | { readonly commands: (usableBytes: number) => readonly string[] };

/**
 * Throws if a volume would have more slabs or more storage than any kernel takes: the kernel would say why only in its
 * log.
 */
export function guardLimits(name: string, sizes: Sizes, instead: LimitRemedy): void {
  const excess = describeExcess(sizes);
  if (excess === undefined) return;
  const usableBytes = countUsableBlocks(sizes) * blockBytes;
  refuse(name, 'beyond-limits', {
    device: 'device' in instead ? instead.device : null,
    physicalBytes: sizes.physicalBlocks * blockBytes,
    slabBytes: sizes.slabBlocks * blockBytes,
    usableBytes,
    excess,
    commands: 'commands' in instead ? instead.commands(usableBytes) : [],
  });
}
