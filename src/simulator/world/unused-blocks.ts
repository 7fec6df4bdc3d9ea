import { blockBytes } from '../../model/disk.ts';
import { findVolumeUnder } from '../programs/system-programs.ts';
import type { KernelDevice } from './devices.ts';
import type { VdoImage } from './image-schema.ts';
import { imageOf } from './vdo-start.ts';
import { readVolumeFiles } from './volume-files.ts';
import type { World } from './world.ts';

/** In blocks of 4 KiB. */
export interface UnusedBlocks {
  /** The first block that the files do not use. */
  readonly first: number;
  /** From here to the end lies what deleted files held: the volume still keeps it. */
  readonly firstHeld: number;
  readonly end: number;
}

/** What the filesystem on a device does not use: files lie at its beginning, deleted ones at its end. */
export function readUnused(world: World, device: KernelDevice): UnusedBlocks {
  const volume = findVolumeUnder(world, device);
  const image = volume === undefined ? undefined : imageOf(world, volume);
  const last = readVolumeFiles(world, device).at(-1);
  const end = Math.floor(device.sizeBytes / blockBytes);
  const first = last === undefined ? 1 : Math.ceil((last.atBytes + last.bytes) / blockBytes);
  return { first, firstHeld: Math.max(first, end - (image?.trimmableBlocks ?? 0)), end };
}

/**
 * The blocks right behind the files: a file that was deleted while it was open still has them until the replay is over,
 * which reads them.
 */
export const neededByReplay = 16;

/** Blocks are discarded; where a file lay, its data is lost. */
export function discardBlocks(
  image: VdoImage,
  { first, firstHeld, end }: UnusedBlocks,
  at: number,
  count: number,
): void {
  const firstFree = first + (image.fileSystemFailed === true ? neededByReplay : 0);
  if (at < firstFree || at + count > end) image.lost = 'blocks were discarded that a file used';
  const freed = Math.max(0, Math.min(end, at + count) - Math.max(firstHeld, at));
  image.dataBlocks -= freed;
  image.trimmableBlocks = (image.trimmableBlocks ?? 0) - freed;
}
