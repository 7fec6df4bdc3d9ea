import { sectorBytes } from '../../model/disk.ts';
import { diskPlaceOf, findDisk, findKernelDevice, land, type KernelDevice } from './devices.ts';
import { logToKernel } from './kernel-log.ts';
import type { Content, DmDevice, Overlay, World } from './world.ts';

/** dm-snapshot over a device that nobody writes to: what it shows is a copy, made when it is put up. */

/** Gives a new dm-snapshot device what its origin holds. Does nothing for a device of another target. */
export function addOverlay(world: World, device: DmDevice): void {
  const [line] = device.live ?? [];
  if (line?.target !== 'snapshot') return;
  const [origin, changes] = line.parameters
    .split(' ')
    .slice(0, 2)
    .map((number) => findKernelDevice(world, number));
  const name = `overlay ${device.name}`;
  world.overlays = [
    ...(world.overlays ?? []),
    {
      dm: device.name,
      disk: {
        ...{ name, minor: 0, sizeBytes: line.sectors * sectorBytes, writeCache: 'write back', fault: 'none' },
        partitions: [],
        contents: origin === undefined ? [] : copyContents(world, origin),
      },
      usedBytes: 0,
      roomBytes: changes?.sizeBytes ?? 0,
      isInvalid: false,
    },
  ];
}

/** What lies on the device, by its own offsets. */
function copyContents(world: World, origin: KernelDevice): Content[] {
  const place = diskPlaceOf(world, origin);
  const disk = place === undefined ? undefined : findDisk(world, place.disk);
  if (place === undefined || disk === undefined) return [];
  return disk.contents
    .filter(({ atBytes }) => atBytes >= place.atBytes && atBytes < place.atBytes + origin.sizeBytes)
    .map((content) => ({ ...structuredClone(content), atBytes: content.atBytes - place.atBytes }));
}

export function removeOverlay(world: World, { name }: DmDevice): void {
  if (world.overlays === undefined) return;
  const left = world.overlays.filter(({ dm }) => dm !== name);
  if (left.length > 0) world.overlays = left;
  else delete world.overlays;
}

/** The overlay that the device is. */
export function findOverlay(world: World, { part }: KernelDevice): Overlay | undefined {
  return part.kind === 'dm' ? world.overlays?.find(({ dm }) => dm === part.dm.name) : undefined;
}

/** The overlay that block 0 of the device lies on, if any. */
export function findOverlayUnder(world: World, device: KernelDevice): Overlay | undefined {
  const landing = land(world, device, 0);
  return landing.kind === 'disk' ? world.overlays?.find(({ disk }) => disk === landing.disk) : undefined;
}

/** Takes room for changes. Without enough of it, the kernel makes the whole overlay invalid. */
export function writeToOverlay(world: World, overlay: Overlay | undefined, bytes: number): void {
  if (overlay === undefined || overlay.isInvalid) return;
  overlay.usedBytes += bytes;
  if (overlay.usedBytes <= overlay.roomBytes) return;
  overlay.isInvalid = true;
  logToKernel(world, 'device-mapper: snapshots: Invalidating snapshot: Unable to allocate exception.');
}

/** What `dmsetup status` prints after `snapshot`. */
export function describeOverlay(world: World, { name }: DmDevice): string {
  const overlay = world.overlays?.find(({ dm }) => dm === name);
  if (overlay === undefined || overlay.isInvalid) return 'Invalid';
  const sectors = (bytes: number): string => String(Math.ceil(bytes / sectorBytes));
  return `${sectors(overlay.usedBytes)}/${sectors(overlay.roomBytes)} 0`;
}
