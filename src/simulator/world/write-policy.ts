import { findKernelDevice, listBelow, type KernelDevice } from './devices.ts';
import { readVdoTable, storageOfLine } from './vdo-table.ts';
import type { DmDevice, World } from './world.ts';

/** The write cache of the disks beneath a device, in the words of sysfs. */
export function writeCacheUnder(world: World, device: KernelDevice): string {
  if (device.part.kind === 'loop') return 'write back';
  if (device.part.kind !== 'dm') return device.part.disk.writeCache;
  const below = listBelow(world, device.part.dm).flatMap((number) => findKernelDevice(world, number) ?? []);
  return below.some((each) => writeCacheUnder(world, each) === 'write back') ? 'write back' : 'write through';
}

/** The write policy that an older module uses: the table's, or what `auto` means on this storage device. */
export function findPolicyInForce(world: World, dm: DmDevice): string {
  const [line] = dm.live ?? dm.starting?.lines ?? [];
  if (line === undefined) return 'sync';
  const { writePolicy = 'auto' } = readVdoTable(line);
  if (writePolicy !== 'auto') return writePolicy;
  const storage = findKernelDevice(world, storageOfLine(line));
  return storage !== undefined && writeCacheUnder(world, storage) === 'write back' ? 'async' : 'sync';
}
