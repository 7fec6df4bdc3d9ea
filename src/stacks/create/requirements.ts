import { blockBytes } from '../../model/disk.ts';
import {
  countSlabs,
  findExcess,
  leastPhysicalBlocks,
  mostPhysicalBlocks,
  mostSlabs,
} from '../../model/layout.ts';
import type { Expectation } from '../../model/plan.ts';
import { refuse } from '../../model/refuse.ts';
import type { Tunables } from '../../model/tunables.ts';
import type { VolumeSpec } from '../../model/volume-spec.ts';
import { usualCacheBytes, type MemoryDemand } from '../kernel-memory.ts';

/** 2 GiB by default, 32 GiB at most. */
const usualSlabBlocks = 2 ** 19;
const largestSlabBlocks = 2 ** 23;

/** Adds the smallest slab size that can use the whole device; none if the default of every stack will do. */
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

/** Throws unless the device holds the index, the journals and one slab, and is no larger than a volume can be. */
export function guardSpace(spec: VolumeSpec, sizeBytes: number): void {
  const { name, device, index } = spec;
  const slabBlocks = slabBlocksOf(spec);
  const leastBytes = leastPhysicalBlocks({ slabBlocks, index }) * blockBytes;
  if (sizeBytes < leastBytes)
    refuse(name, 'device-too-small', {
      device,
      hasBytes: sizeBytes,
      needsBytes: leastBytes,
      slabBytes: slabBlocks * blockBytes,
    });
  const physicalBlocks = Math.floor(sizeBytes / blockBytes);
  guardPhysicalThreads(name, spec.tunables, countSlabs({ physicalBlocks, slabBlocks, index }));
  const excess = findExcess({ physicalBlocks, slabBlocks, index });
  if (excess === undefined) return;
  const mostBytes = mostPhysicalBlocks * blockBytes;
  if (physicalBlocks > mostPhysicalBlocks)
    refuse(name, 'device-too-large', { device, hasBytes: sizeBytes, mostBytes });
  refuse(name, 'slabs-too-small', { device, excess });
}

/** Throws if there are more physical threads than slabs: the kernel would start no such volume. */
export function guardPhysicalThreads(name: string, tunables: Tunables, slabs: number): void {
  const { 'physical-threads': threads = 0 } = tunables;
  if (threads > slabs) refuse(name, 'too-few-slabs', { threads, slabs });
}

/** What was asked for is what the kernel runs with; empty where nothing of the kind was asked for. */
export function promiseTunables(
  { tunables, logicalBlockBytes }: VolumeSpec,
  dmName: string,
): readonly Expectation[] {
  const values = {
    ...tunables,
    ...(logicalBlockBytes === 4096 ? {} : { 'logical-block-size': logicalBlockBytes }),
  };
  return Object.keys(values).length === 0 ? [] : [{ kind: 'runs-with', dmName, values }];
}

/** The memory that the volume needs to run. */
export function demandOf(spec: VolumeSpec, sizeBytes: number): MemoryDemand {
  const { logicalBytes = sizeBytes, index, tunables } = spec;
  const cacheBytes = tunables['block-map-cache'] ?? usualCacheBytes;
  return { cacheBytes, logicalBytes, physicalBytes: sizeBytes, index };
}
