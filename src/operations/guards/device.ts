import type { Host } from '../../host/host.ts';
import type { BlockDevice } from '../../model/device.ts';
import { Failure } from '../../model/problem.ts';
import { refuse } from '../../model/refuse.ts';
import type { Volume } from '../../model/volume.ts';
import type { VolumeSpec } from '../../model/volume-spec.ts';
import { findDevice, listStorage } from '../../stacks/found-volume.ts';
import type { Look } from '../../stacks/host-look.ts';
import { guardUnused } from './volume.ts';

/** The device for a new volume. Throws unless it exists, is writable, answers, and nobody uses it. */
export async function guardDeviceFree(host: Host, look: Look, spec: VolumeSpec): Promise<BlockDevice> {
  const device = requireDevice(host, look, spec.device);
  const { name } = spec;
  const suspended = look.devices.namesOfSuspendedUnder(device);
  if (suspended.length > 0)
    refuse(name, 'storage-suspended', { device: spec.device, suspended, doing: 'creating' });
  const readOnly = host.files.readText(`/sys/class/block/${device.kernelName}/ro`);
  if (readOnly.kind === 'read' && readOnly.value.trim() === '1')
    refuse(name, 'device-read-only', { device: spec.device });
  guardNoVdo(look, spec, device);
  if (!isSharedByLvm(look, spec, device)) await guardUnused(host, look, spec.device, [device]);
  guardWholeDisk(look, spec.device, device);
  guardOtherVolumes(look, spec, device);
  return device;
}

/** Other volumes in an LVM group may lie on the same device; LVM keeps them apart. */
function isSharedByLvm({ devices }: Look, { stack }: VolumeSpec, device: BlockDevice): boolean {
  const above = device.above.flatMap((name) => devices.get(name) ?? []);
  return stack === 'lvm' && above.length > 0 && above.every(({ dm }) => dm?.uuid.startsWith('LVM-') === true);
}

/**
 * Refuses to put a VDO on a VDO: the second finds no duplicates that the first has already saved, and each costs its
 * own memory and journal.
 */
function guardNoVdo({ seen, devices }: Look, { name, device: path }: VolumeSpec, device: BlockDevice): void {
  const beneath = devices.downFrom(device);
  const lower = seen.find(({ found: { target } }) => target !== undefined && beneath.includes(target));
  if (lower === undefined) return;
  const { volume, found } = lower;
  const lies = found.target === device ? 'as' : 'on';
  refuse(name, 'on-a-vdo', { device: path, vdo: volume.name, stack: volume.stack, lies });
}

/** The block device at a path that a person typed. */
export function requireDevice(host: Host, look: Look, path: string): BlockDevice {
  const description = host.files.describe(path);
  if (description.kind !== 'read') {
    const found =
      description.kind === 'failed'
        ? ({ because: 'cannot-be-looked-at', why: description.reason } as const)
        : ({ because: 'not-there' } as const);
    throw new Failure({ kind: 'no-such-device', device: path, ...found });
  }
  const device = findDevice(host, look.devices, path);
  if (device === undefined)
    throw new Failure({ kind: 'no-such-device', device: path, because: 'not-a-block-device' });
  return device;
}

/** A partition, say, is not free if its whole disk is itself mounted. */
function guardWholeDisk({ devices, mounts }: Look, name: string, device: BlockDevice): void {
  const disks = devices.downFrom(device);
  const found = mounts.flatMap(({ deviceNumber, source, path, type }) => {
    const disk = disks.find((each) => each.deviceNumber === deviceNumber || each.path === source);
    return disk === undefined ? [] : [`${path} (${type}, ${disk.path})`];
  });
  if (found.length > 0)
    throw new Failure({ kind: 'in-use', name, mounts: found, devices: [], processes: [] });
}

/** LVM keeps volumes in the same group apart. A new group on another volume's device would destroy that volume. */
function isOfSameGroup(spec: VolumeSpec, volume: Volume): boolean {
  const [own, other] = [spec.name, volume.name].map((name) => name.split('/')[0]);
  return spec.stack === 'lvm' && volume.stack === 'lvm' && own === other;
}

/** Checks other volumes: a stopped volume does not show as a user of its storage. */
function guardOtherVolumes({ seen, devices }: Look, spec: VolumeSpec, device: BlockDevice): void {
  const others = seen.filter(({ volume, found }) => {
    if (volume.name === spec.name || isOfSameGroup(spec, volume)) return false;
    return listStorage(found).some(
      (storage) =>
        devices.downFrom(storage).includes(device) ||
        // Other LVs may lie on the same device as an LVM pool.
        (volume.stack !== 'lvm' && devices.downFrom(device).includes(storage)),
    );
  });
  const [other] = others;
  if (other === undefined) return;
  const { volume, found } = other;
  const isBeneath = listStorage(found).some((storage) => devices.downFrom(storage).includes(device));
  const { name: sharer, stack, state } = volume;
  refuse(spec.name, 'storage-shared', {
    device: spec.device,
    sharer,
    stack,
    state,
    lies: isBeneath ? 'under' : 'on',
    isNew: true,
  });
}
