import { blockBytes } from '../model/disk.ts';
import { countUsableBlocks, findExcess, type Excess, type Sizes } from '../model/layout.ts';
import { refuse } from '../model/refuse.ts';
import { formatBytes } from '../model/size.ts';

/** Why not all of the storage can be used, in words that follow the storage's name. */
export function describeExcess(excess: Excess): string {
  const has = formatBytes(excess.hasBytes);
  if (excess.of === 'size') return `has ${has}, but a VDO uses ${formatBytes(excess.mostBytes)} at most`;
  const { slabs, mostSlabs, slabBytes, usableBytes } = excess;
  return `makes ${String(slabs)} slabs of ${formatBytes(slabBytes)}, but a VDO has at most ${String(mostSlabs)}: ${formatBytes(usableBytes)} of the ${has} can be used`;
}

/** What to do instead: shrink the device to what can be used, or grow with commands of one's own. */
export type LimitRemedy =
  { readonly device: string } | { readonly commands: (usableBytes: number) => readonly string[] };

/**
 * Throws if a volume would have more slabs or more storage than any kernel takes: the kernel would say why only in its
 * log.
 */
export function guardLimits(name: string, sizes: Sizes, instead: LimitRemedy): void {
  const excess = findExcess(sizes);
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
