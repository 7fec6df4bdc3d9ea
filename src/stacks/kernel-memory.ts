import type { Files } from '../host/host.ts';
import { blockBytes } from '../model/disk.ts';
import type { IndexSize } from '../model/index-size.ts';
import { usualIndex } from '../model/layout.ts';
import { refuse } from '../model/refuse.ts';

const mebibyte = 1024 ** 2;
const gibibyte = 1024 ** 3;
const tebibyte = 1024 ** 4;

/** The block map cache that every stack takes by default, and the least that the manager and LVM take. */
export const usualCacheBytes = 128 * mebibyte;

/** What a volume needs memory for while it runs. */
export interface MemoryDemand {
  readonly cacheBytes: number;
  readonly logicalBytes: number;
  readonly physicalBytes: number;
  /** `none` if it is not opened; undefined if its size is unknown, and the smallest is assumed. */
  readonly index: IndexSize | 'none' | undefined;
}

/**
 * By the kernel's documentation (vdo.rst, "Memory"): 38 MB, 1.15 times the block map cache (150 MB at the least),
 * 1.6 MB a TB of logical and 268 MB a TB of physical size, and the index.
 */
export function estimateMemory(demand: MemoryDemand): number {
  const cache = Math.max(150 * mebibyte, 1.15 * demand.cacheBytes);
  const logical = (demand.logicalBytes / tebibyte) * 1.6 * mebibyte;
  const physical = (demand.physicalBytes / tebibyte) * 268 * mebibyte;
  return Math.ceil(38 * mebibyte + cache + logical + physical + indexBytes(demand));
}

/**
 * What no start can do without: the cache is allocated whole, and each physical block has one byte that counts its
 * uses.
 */
export function leastMemory(demand: MemoryDemand): number {
  return demand.cacheBytes + demand.physicalBytes / blockBytes + indexBytes(demand);
}

function indexBytes({ index = usualIndex }: MemoryDemand): number {
  return index === 'none' ? 0 : index.memoryGibibytes * gibibyte;
}

/** Throws unless the host now has the memory that a new volume needs to run. */
export function guardMemory(files: Files, name: string, demand: MemoryDemand): void {
  const memory = readFreeMemory(files);
  const neededBytes = estimateMemory(demand);
  if (memory === undefined || memory.availableBytes >= neededBytes) return;
  refuse(name, 'not-enough-memory', { neededBytes, availableBytes: memory.availableBytes });
}

/**
 * Throws if an existing volume cannot be started for lack of memory: the kernel would fail, or kill programs for it.
 * Memory that can be swapped out counts as available, so that no start that would work is refused.
 */
export function guardMemoryOfStart(files: Files, name: string, demand: MemoryDemand): void {
  const memory = readFreeMemory(files);
  const neededBytes = leastMemory(demand);
  if (memory === undefined || memory.availableBytes + memory.swapBytes >= neededBytes) return;
  refuse(name, 'not-enough-memory-to-start', {
    neededBytes,
    cacheBytes: demand.cacheBytes,
    indexBytes: indexBytes(demand),
    availableBytes: memory.availableBytes,
    swapBytes: memory.swapBytes,
  });
}

interface Memory {
  readonly availableBytes: number;
  readonly swapBytes: number;
}

/** Undefined if the kernel does not tell how much memory is available. */
export function readFreeMemory(files: Files): Memory | undefined {
  const text = files.readText('/proc/meminfo');
  const valueOf = (key: string): number | undefined => {
    const match = text.kind === 'read' ? new RegExp(`^${key}:\\s+(\\d+) kB$`, 'm').exec(text.value) : null;
    return match === null ? undefined : Number(match[1]) * 1024;
  };
  const availableBytes = valueOf('MemAvailable');
  return availableBytes === undefined ? undefined : { availableBytes, swapBytes: valueOf('SwapFree') ?? 0 };
}
