import type { Host } from '../host/host.ts';
import type { BlockDevice } from '../model/device.ts';
import { refuse } from '../model/refuse.ts';
import { findDevice, listStorage } from '../stacks/found-volume.ts';
import type { Look, Seen } from '../stacks/host-look.ts';
import { findDeviceUnder } from '../stacks/saving/room.ts';

/** Where data is copied to. */
export interface CopyPlace {
  readonly path: string;
  /** The next directory above it that exists, or itself. */
  readonly standing: string;
}

export function findStanding({ files }: Host, path: string): string {
  for (let each = path; each !== '/' && each !== ''; each = each.slice(0, each.lastIndexOf('/')))
    if (files.describe(each).kind === 'read') return each;
  return '/';
}

/** A copy on the volume, or on what it lies on, would be none. @throws Failure `refused` if it lies there */
export function guardNotOnVolume(
  host: Host,
  look: Look,
  { volume, found }: Seen,
  { path, standing }: CopyPlace,
): void {
  const { target } = found;
  const above = [
    ...(target === undefined ? [] : [target, ...look.devices.upFrom(target)]),
    ...(found.rehearsal?.devices ?? []),
  ];
  const isOwn = (device: BlockDevice): boolean => above.includes(device);
  const device = path.startsWith('/dev/')
    ? findDevice(host, look.devices, path)
    : findDeviceUnder(host, look, standing);
  if (device === undefined) return;
  const below = path.startsWith('/dev/')
    ? listStorage(found).flatMap((each) => look.devices.downFrom(each))
    : [];
  if (isOwn(device) || below.includes(device))
    refuse(volume.name, 'target-on-volume', { path, on: device.path });
}
