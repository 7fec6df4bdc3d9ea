import type { Host } from '../../host/host.ts';
import { blockBytes } from '../../model/disk.ts';
import { countSlabs, leastPhysicalBlocks } from '../../model/layout.ts';
import { Failure } from '../../model/problem.ts';
import { formatBytes } from '../../model/size.ts';
import type { VolumeSpec } from '../../model/volume-spec.ts';

const mebibyte = 1024 ** 2;
const tebibyte = 1024 ** 4;
const smallestIndexBytes = 0.25 * 1024 ** 3;
const mostSlabs = 8192;
/** 2 GiB, and 32 GiB at the most. */
const usualSlabBlocks = 2 ** 19;
const largestSlabBlocks = 2 ** 23;
/** The block map cache that every stack takes by default. */
const cacheBytes = 128 * mebibyte;

/** The slab size asked for, else the usual one, or the smallest with which the whole device can be used. */
export function chooseSlabBlocks({ slabBytes, index }: VolumeSpec, physicalBlocks: number): number {
  if (slabBytes !== undefined) return slabBytes / blockBytes;
  let slabBlocks = usualSlabBlocks;
  while (slabBlocks < largestSlabBlocks && countSlabs({ physicalBlocks, slabBlocks, index }) > mostSlabs)
    slabBlocks *= 2;
  return slabBlocks;
}

/** Throws unless the device holds the index, the journals and one slab. */
export function guardSpace(spec: VolumeSpec, sizeBytes: number): void {
  const physicalBlocks = Math.floor(sizeBytes / blockBytes);
  const slabBlocks = chooseSlabBlocks(spec, physicalBlocks);
  const leastBytes = leastPhysicalBlocks({ slabBlocks, index: spec.index }) * blockBytes;
  const { name, device } = spec;
  if (sizeBytes < leastBytes) {
    const slab = formatBytes(slabBlocks * blockBytes);
    const reason = `${device} is too small: it has ${formatBytes(sizeBytes)}, and the index, the journals and one slab of ${slab} need ${formatBytes(leastBytes)}`;
    throw new Failure({
      kind: 'refused',
      name,
      reason,
      next: 'take a larger device, or a smaller --slab-size',
    });
  }
  const slabs = countSlabs({ physicalBlocks, slabBlocks, index: spec.index });
  if (slabs <= mostSlabs) return;
  const reason = `${device} would have ${String(slabs)} slabs of ${formatBytes(slabBlocks * blockBytes)}, and a VDO has ${String(mostSlabs)} at the most`;
  throw new Failure({ kind: 'refused', name, reason, next: 'take a larger --slab-size' });
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
