import type { DiskState } from '../model/disk.ts';
import { findKernelDevice, findDm } from './world/devices.ts';
import { imageAt } from './arrange.ts';
import { removeDevice } from './world/dm.ts';
import { imageOf } from './world/vdo-start.ts';
import { findVolumeUnder } from './programs/system-programs.ts';
import type { DmDevice, World } from './world/world.ts';

/** What has happened to a host when its story begins. In a lab somebody would do it by hand. */

export function requireDm(world: World, name: string): DmDevice {
  const dm = findDm(world, name);
  if (dm === undefined) throw new Error(`no device ${name}`);
  return dm;
}

/** Writes another state to the super block of a stopped volume. */
export function setDiskState(world: World, storage: string, state: DiskState): void {
  imageAt(world, storage).state = state;
}

/** Stops a device without asking, as long as nothing is on it. */
export function stopDevice(world: World, name: string): void {
  removeDevice(world, requireDm(world, name));
}

/** Mounts a device by its path. @param namespace 1 is everybody's. */
export function mountDevice(world: World, device: string, path: string, namespace = 1): void {
  const found = findKernelDevice(world, device);
  if (found === undefined) throw new Error(`no device ${device}`);
  const source = found.part.kind === 'dm' ? `/dev/mapper/${found.part.dm.name}` : device;
  const volume = findVolumeUnder(world, found);
  const type = (volume === undefined ? undefined : imageOf(world, volume)?.fileSystem) ?? 'ext4';
  const { deviceNumber } = found;
  world.mounts.push({ namespace, deviceNumber, path, type, source, options: 'rw,relatime' });
}
