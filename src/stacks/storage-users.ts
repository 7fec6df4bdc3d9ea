import type { BlockDevice, BlockDevices } from '../model/device.ts';
import { isMultipath } from './devices.ts';
import { findDevice, type Found, type Surroundings } from './found-volume.ts';

/** Who uses devices without a device of its own on them, in words, by the device. */
export type UsersByDevice = ReadonlyMap<BlockDevice, readonly string[]>;

/** Mounts, swap, loop devices whose file is the device, and groups of LVM that it is a physical volume of. */
export function listUsers({ host, devices, lvm, mounts }: Surroundings): UsersByDevice {
  const users = new Map<BlockDevice, string[]>();
  const add = (device: BlockDevice | undefined, words: string): void => {
    if (device !== undefined) users.set(device, [...(users.get(device) ?? []), words]);
  };
  const byPath = new Map([...devices.all()].map((device) => [device.path, device]));
  for (const { deviceNumber, source, path, type } of mounts)
    add(
      // What a file system in a process of any user's calls its source is no more than a word.
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
 * Who uses the storage of a running volume right beside it, in words: device-mapper lets several of its devices lie on
 * one, and a loop device asks nobody.
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

/** The devices on its storage, or on one of the paths of that, that are not the volume. */
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
      if (device === target || own.includes(device)) return false;
      // LVM keeps its own apart.
      if (stack === 'lvm' && device.dm?.uuid.startsWith('LVM-') === true) return false;
      // multipathd puts one over whatever path it finds: with nothing on it, it is another way to the same disk.
      if (isMultipath(device)) return device.above.length > 0 || users.has(device);
      return !isPartition(device) || device.above.length > 0 || users.has(device);
    });
}

/** Of the kernel, or of kpartx(8): by itself it is nobody's use. */
function isPartition({ dm, kernelName }: BlockDevice): boolean {
  return dm === undefined ? !kernelName.startsWith('md') : /^part\d+-/.test(dm.uuid);
}

function nameUser(device: BlockDevice, all: readonly Found[]): string {
  const volume = all.find(({ target }) => target === device);
  return volume === undefined ? `the device ${device.path}` : `the volume ${volume.name}`;
}
