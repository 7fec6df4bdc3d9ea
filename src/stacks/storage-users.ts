import type { BlockDevice, BlockDevices } from '../model/device.ts';
import { isMultipath } from './devices.ts';
import { findDevice, type Found, type Surroundings } from './found-volume.ts';
import { isOfRehearsal } from './rehearsal/rehearsal-device.ts';

/** Who uses each device without a device of their own on top, in words. */
export type UsersByDevice = ReadonlyMap<BlockDevice, readonly string[]>;

/** Mounts, swap, loop devices that are backed by the device, and LVM groups in which it is a physical volume. */
export function listUsers({ host, devices, lvm, mounts }: Surroundings): UsersByDevice {
  const users = new Map<BlockDevice, string[]>();
  const add = (device: BlockDevice | undefined, words: string): void => {
    if (device !== undefined) users.set(device, [...(users.get(device) ?? []), words]);
  };
  const byPath = new Map([...devices.all()].map((device) => [device.path, device]));
  for (const { deviceNumber, source, path, type } of mounts)
    add(
      // A FUSE filesystem may belong to any user, and name any source.
      devices.withNumber(deviceNumber) ?? (/^fuse(?:\.|$)/.test(type) ? undefined : byPath.get(source)),
      path === '[SWAP]' ? 'swap' : `mounted on ${path} (${type})`,
    );
  for (const { kernelName, path, sizeBytes } of devices.all()) {
    if (!/^loop\d+$/.test(kernelName) || sizeBytes === 0) continue;
    const file = host.files.readText(`/sys/class/block/${kernelName}/loop/backing_file`);
    if (file.kind === 'read' && file.value.startsWith('/dev/'))
      add(findDevice(host, devices, file.value.trimEnd()), `the device ${path}`);
  }
  for (const { vgName, pvs } of lvm.groups)
    for (const { pvName } of pvs)
      if (pvName.startsWith('/'))
        add(findDevice(host, devices, pvName), `LVM, as a physical volume of ${vgName}`);
  return users;
}

/**
 * Who else uses the storage of a running volume, in words: device-mapper lets several of its devices lie on one, and a
 * loop device does not check.
 */
export function describeSharing(
  { devices }: Surroundings,
  users: UsersByDevice,
  found: Found,
  all: readonly Found[],
): string | undefined {
  const { storage } = found;
  if (storage === undefined) return undefined;
  const beside = findDevicesBeside(devices, users, found, storage).map((device) => nameUser(device, all));
  const others = [...new Set([...beside, ...(users.get(storage) ?? [])])];
  return others.length === 0
    ? undefined
    : `its storage ${storage.path} is in use by something else while it runs: ${others.join('; ')}`;
}

/** The devices other than the volume on its storage, or on one of the paths to that. */
function findDevicesBeside(
  devices: BlockDevices,
  users: UsersByDevice,
  { stack, target }: Found,
  storage: BlockDevice,
): BlockDevice[] {
  const resolve = (names: readonly string[]): BlockDevice[] =>
    names.flatMap((name) => devices.get(name) ?? []);
  const own = [storage, ...(isMultipath(storage) ? resolve(storage.below) : [])];
  return own
    .flatMap(({ above }) => resolve(above))
    .filter((device) => {
      if (device === target || own.includes(device) || isOfRehearsal(device)) return false;
      // LVM keeps its own devices apart.
      if (stack === 'lvm' && device.dm?.uuid.startsWith('LVM-') === true) return false;
      // multipathd puts a device over every path it finds: with nothing on top, that is only another way to the same
      // disk.
      if (isMultipath(device)) return device.above.length > 0 || users.has(device);
      return !isPartition(device) || device.above.length > 0 || users.has(device);
    });
}

/** Whether the device is a partition, from the kernel or from kpartx(8): by itself, it is not a use. */
function isPartition({ dm, kernelName }: BlockDevice): boolean {
  return dm === undefined ? !kernelName.startsWith('md') : /^part\d+-/.test(dm.uuid);
}

function nameUser(device: BlockDevice, all: readonly Found[]): string {
  const volume = all.find(({ target }) => target === device);
  return volume === undefined ? `the device ${device.path}` : `the volume ${volume.name}`;
}
