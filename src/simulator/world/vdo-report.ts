import { imageOf } from './vdo-start.ts';
import { countDataBlocksOfSlab, countFixedOverhead, countSlabs } from '../../model/layout.ts';
import { countScrubbedSlabs, findStorageOf, modeOf } from './vdo-running.ts';
import { readVdoTable } from './vdo-table.ts';
import type { DmDevice, VdoImage, World } from './world.ts';

/** What `dmsetup status` prints after `vdo`. */
export function describeTarget(world: World, dm: DmDevice): string {
  const image = imageOf(world, dm);
  const { vdo } = dm;
  const storage = findStorageOf(world, dm);
  if (vdo === undefined) return describeStarting(dm, storage?.kernelName ?? 'gone');
  const mode = modeOf(dm);
  return [
    `/dev/${storage?.kernelName ?? 'gone'}`,
    mode,
    mode === 'recovering' ? 'recovering' : '-',
    dm.suspended ? 'suspended' : vdo.index,
    vdo.compression ? 'online' : 'offline',
    String(image === undefined ? 0 : countUsedBlocks(world, dm, image)),
    String(image?.physicalBlocks ?? 0),
  ].join(' ');
}

/** While the kernel replays a volume's journal, it reports the volume as normal, with a closed index. */
function describeStarting({ starting }: DmDevice, storage: string): string {
  const [line] = starting?.lines ?? [];
  const blocks = String((line === undefined ? undefined : readVdoTable(line).physicalBlocks) ?? 0);
  return `/dev/${storage} normal - closed offline ${blocks} ${blocks}`;
}

/** USED of the status line. Unless the mode is normal it means nothing, but it is what the kernel says. */
export function countUsedBlocks(world: World, dm: DmDevice, image: VdoImage): number {
  // A volume that came up read-only has not loaded its reference counts.
  if (dm.vdo?.readOnly === 'loaded') return countFixedOverhead(image);
  const scrubbed = countScrubbedSlabs(world, dm);
  const missing = Math.floor((countSlabs(image) - scrubbed) / 2);
  return Math.min(image.physicalBlocks, countOverhead(image) + image.dataBlocks - missing);
}

/** Blocks used for anything but data. */
export function countOverhead(image: VdoImage): number {
  return countFixedOverhead(image) + image.blockMapBlocks;
}

/** The most data blocks that the volume can hold. */
export function countDataCapacity(image: VdoImage): number {
  return countSlabs(image) * countDataBlocksOfSlab(image.slabBlocks) - image.blockMapBlocks;
}
