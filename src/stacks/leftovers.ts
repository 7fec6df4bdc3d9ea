import type { BlockDevice, BlockDevices } from '../model/device.ts';
import { lvmDmName } from '../model/names.ts';
import type { Found, Leftover } from './found-volume.ts';

/**
 * Adds to each volume the devices that somebody has put up for it and not taken down. For a running volume, what lies
 * on its storage is told as shared storage.
 */
export function withLeftovers(devices: BlockDevices, found: readonly Found[]): readonly Found[] {
  return found.map((each) => {
    const leftovers = findLeftovers(devices, each);
    return leftovers.length === 0 ? each : { ...each, leftovers };
  });
}

function findLeftovers(devices: BlockDevices, found: Found): readonly Leftover[] {
  const { starter, unfinished = [], managed, sharer, rehearsal } = found;
  const isWorkedOn = starter !== undefined || unfinished.length > 0 || managed?.worker !== undefined;
  const isAtWork = isWorkedOn || rehearsal !== undefined;
  if (isAtWork || sharer !== undefined) return [];
  const copies = [...devices.all()].filter((device) => isCopyOnWrite(device, found));
  const isStopped = found.target === undefined || found.target.sizeBytes === 0;
  const data = findData(devices, found);
  const below = found.stack === 'lvm' ? data : found.storage;
  const above = below === undefined || !isStopped ? [] : devices.upFrom(below).filter(isMadeByHand);
  const own = isStopped && data !== undefined ? [data] : [];
  // What lies on others is removed before them.
  const all = [...new Set([...above.toReversed(), ...copies, ...own])].filter(
    ({ dm }) => dm?.name !== found.dmName,
  );
  return all.map((device) => ({ path: device.path, remove: tellRemoval(device, found) }));
}

/** The device of a pool's data LV. While the pool is stopped it should not be there: LVM puts up nothing over it. */
function findData(devices: BlockDevices, { pool }: Found): BlockDevice | undefined {
  const { vgName, dataName } = pool?.pool ?? {};
  if (vgName === undefined || dataName === undefined) return undefined;
  return devices.withDmName(lvmDmName(vgName, dataName));
}

/** Whether somebody made it with dmsetup: the tools mark their own devices. */
function isMadeByHand({ dm }: BlockDevice): boolean {
  return dm !== undefined && !/^(?:LVM|mpath|part\d+|CRYPT|DMRAID|VDO)-/.test(dm.uuid);
}

/** Whether it is named as the changes of a snapshot of the volume (`my-vdo-cow`), and no snapshot lies on it. */
function isCopyOnWrite(device: BlockDevice, { dmName, pool }: Found): boolean {
  const { dm, above } = device;
  if (dm === undefined || !isMadeByHand(device) || above.length > 0 || !/-cow$/.test(dm.name)) return false;
  const data = pool?.pool.dataName;
  const names = data === undefined ? [dmName] : [dmName, lvmDmName(pool?.pool.vgName ?? '', data)];
  return names.some((name) => dm.name.startsWith(`${name}-`));
}

function tellRemoval(device: BlockDevice, { pool }: Found): string {
  const { vgName = '', dataName = '' } = pool?.pool ?? {};
  if (!isMadeByHand(device)) return `lvchange -an ${vgName}/${dataName}`;
  return `dmsetup remove ${device.dm?.name ?? ''}`;
}
