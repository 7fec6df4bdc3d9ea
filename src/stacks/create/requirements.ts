import type { Host } from '../../host/host.ts';
import { blockBytes } from '../../model/disk.ts';
import { countSlabs, leastPhysicalBlocks, mostPhysicalBlocks, mostSlabs } from '../../model/layout.ts';
import { Failure } from '../../model/problem.ts';
import { formatBytes } from '../../model/size.ts';
import type { VolumeSpec } from '../../model/volume-spec.ts';
import { describeExcess } from '../limits.ts';

const mebibyte = 1024 ** 2;
const tebibyte = 1024 ** 4;
const smallestIndexBytes = 0.25 * 1024 ** 3;
/** 2 GiB, and 32 GiB at the most. */
const usualSlabBlocks = 2 ** 19;
const largestSlabBlocks = 2 ** 23;
/** The block map cache that every stack takes by default. */
const cacheBytes = 128 * mebibyte;

/**
 * What shall be made, with the smallest slab size with which the whole device can be used; where the default of every
 * stack will do, none is named.
 */
export function withSlabSize(spec: VolumeSpec, sizeBytes: number): VolumeSpec {
  if (spec.slabBytes !== undefined) return spec;
  const sizes = { physicalBlocks: Math.floor(sizeBytes / blockBytes), index: spec.index };
  let slabBlocks = usualSlabBlocks;
  while (slabBlocks < largestSlabBlocks && countSlabs({ ...sizes, slabBlocks }) > mostSlabs) slabBlocks *= 2;
  return slabBlocks === usualSlabBlocks ? spec : { ...spec, slabBytes: slabBlocks * blockBytes };
}

export function slabBlocksOf({ slabBytes }: VolumeSpec): number {
  return slabBytes === undefined ? usualSlabBlocks : slabBytes / blockBytes;
}

/** Throws unless the device holds the index, the journals and one slab, and is not more than a volume can have. */
export function guardSpace(spec: VolumeSpec, sizeBytes: number): void {
  const { name, device, index } = spec;
  const slabBlocks = slabBlocksOf(spec);
  const leastBytes = leastPhysicalBlocks({ slabBlocks, index }) * blockBytes;
  if (sizeBytes < leastBytes) {
    const slab = formatBytes(slabBlocks * blockBytes);
    const reason = `${device} is too small: it has ${formatBytes(sizeBytes)}, and the index, the journals and one slab of ${slab} need ${formatBytes(leastBytes)}`;
    const next = 'take a larger device, or a smaller --slab-size';
    throw new Failure({ kind: 'refused', name, reason, next });
  }
  const physicalBlocks = Math.floor(sizeBytes / blockBytes);
  const excess = describeExcess({ physicalBlocks, slabBlocks, index });
  if (excess === undefined) return;
  const most = formatBytes(mostPhysicalBlocks * blockBytes);
  const reason =
    physicalBlocks > mostPhysicalBlocks
      ? `${device} has ${formatBytes(sizeBytes)}, and a VDO uses ${most} at the most: take a partition or LV of that size`
      : `${device} ${excess}`;
  const next = physicalBlocks > mostPhysicalBlocks ? {} : { next: 'take a larger --slab-size' };
  throw new Failure({ kind: 'refused', name, reason, ...next });
}

/**
 * The memory that the kernel takes for a running volume, by its documentation (vdo.rst, "Memory"): 38 MB, 1.15 times
 * the block map cache (150 MB at the least), 1.6 MB a TB of logical and 268 MB a TB of physical size, and the index.
 */
export function estimateMemory(spec: VolumeSpec, sizeBytes: number): number {
  const cache = Math.max(150 * mebibyte, 1.15 * cacheBytes);
  const logical = ((spec.logicalBytes ?? sizeBytes) / tebibyte) * 1.6 * mebibyte;
  const physical = (sizeBytes / tebibyte) * 268 * mebibyte;
  const index = spec.index === undefined ? smallestIndexBytes : spec.index.memoryGibibytes * 1024 ** 3;
  return Math.ceil(38 * mebibyte + cache + logical + physical + index);
}

/** Throws unless the host has that memory to give right now. */
export function guardMemory({ files }: Host, spec: VolumeSpec, sizeBytes: number): void {
  const text = files.readText('/proc/meminfo');
  const match = text.kind === 'read' ? /^MemAvailable:\s+(\d+) kB$/m.exec(text.value) : null;
  if (match === null) return;
  const availableBytes = Number(match[1]) * 1024;
  const neededBytes = estimateMemory(spec, sizeBytes);
  if (availableBytes >= neededBytes) return;
  const reason = `it needs about ${formatBytes(neededBytes)} of memory while it runs, and ${formatBytes(availableBytes)} are available`;
  throw new Failure({
    kind: 'refused',
    name: spec.name,
    reason,
    next: 'free memory, or take a smaller --index-memory',
  });
}
