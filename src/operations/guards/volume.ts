import type { Host, StorageArea } from '../../host/host.ts';
import type { BlockDevice } from '../../model/device.ts';
import { blockBytes, sectorBytes, type Geometry } from '../../model/disk.ts';
import { Failure } from '../../model/problem.ts';
import { refuse } from '../../model/refuse.ts';
import { findAnother } from '../../stacks/another-volume.ts';
import { findDevice, type Found } from '../../stacks/found-volume.ts';
import { guardMemoryOfStart, usualCacheBytes, type MemoryDemand } from '../../stacks/kernel-memory.ts';
import type { Look, Seen } from '../../stacks/host-look.ts';
import { isLent } from '../lent-pool.ts';
import { listOwnDevices, listTopmost } from '../../stacks/lvm/layers.ts';
import { requireOwnName } from '../../stacks/namesakes.ts';
import {
  isWiped,
  patienceMs,
  readMetadata,
  type Metadata,
  refuseHalfConverted,
  whyUnread,
} from '../../stacks/metadata.ts';
import { udevSettle } from '../../stacks/shared-steps.ts';
import { askOpenCount } from '../../stacks/ask-kernel.ts';
import { findOldJournal } from '../../stacks/kernel-log.ts';
import { findUsers, isUnused } from '../../stacks/volume-users.ts';

/** Everything that must be so before a stopped volume may be started; throws before anything is changed. */
export async function guardStart(host: Host, look: Look, seen: Seen): Promise<void> {
  requireOwnName(seen.found);
  guardStorage(look, seen);
  // In a dry run nothing puts it up: what the plan shows looks at it then.
  if (isLent(seen) && seen.metadata === undefined) return;
  const { geometry, superBlock } = requireMetadata(seen);
  guardIdentity(seen, geometry.uuid);
  guardSizes(seen, superBlock);
  guardExtents(host, look, seen);
  guardMemoryOfStart(host.files, seen.volume.name, demandOf(seen.found, { geometry, superBlock }));
  await guardTwins(host, look, seen, geometry);
  // A physical volume is used by other LVs too; LVM takes care of its own.
  if (seen.found.storage !== undefined && seen.volume.stack !== 'lvm') {
    await guardUnused(host, look, seen.volume.name, [seen.found.storage]);
  }
}

/** Of a pool LVM alone knows whether it deduplicates, and how large its cache is: the least is reckoned with. */
function demandOf(
  { remembered, managed }: Found,
  { geometry, superBlock }: Pick<Extract<Metadata, { kind: 'read' }>, 'geometry' | 'superBlock'>,
): MemoryDemand {
  const { logicalBytes, physicalBytes } = superBlock;
  const sizes = { logicalBytes, physicalBytes };
  if (remembered !== undefined) {
    const { blockMapCacheBlocks, options } = remembered.table;
    const opens = !options.some(([key, value]) => key === 'deduplication' && value === 'off');
    const index = opens ? geometry.index : 'none';
    return { ...sizes, cacheBytes: blockMapCacheBlocks * blockBytes, index };
  }
  const opens = managed?.deduplication === true;
  const cacheBytes = managed?.blockMapCacheBytes ?? usualCacheBytes;
  return { ...sizes, cacheBytes, index: opens ? geometry.index : 'none' };
}

/** Throws unless nobody uses a running volume: mounts, devices on top that are not LVM's own, processes. */
export async function guardNotInUse(host: Host, look: Look, { found, volume }: Seen): Promise<void> {
  if (found.target === undefined) return;
  const { target } = found;
  const own = listOwnDevices(look.devices, target);
  await guardUnused(host, look, volume.name, [target], own);
  for (const device of own.length > 0 ? listTopmost(own) : [target])
    await guardNotOpen(host, volume.name, device);
}

/** The kernel counts everybody; whoever is not found (in another container, say) holds it all the same. */
async function guardNotOpen(host: Host, name: string, { dm, path }: BlockDevice): Promise<void> {
  if (dm === undefined || (await askOpenCount(host, dm.name)) === 0) return;
  // It may be udev, which opened it after everybody was looked for.
  await host.run(udevSettle);
  const count = await askOpenCount(host, dm.name);
  if (count === 0) return;
  const who = `${path}, ${String(count)} times, by something that cannot be seen from here`;
  throw new Failure({ kind: 'in-use', name, mounts: [], devices: [], processes: [who] });
}

/** Throws when the kernel said that this volume's journal is in the old format: a rebuild would destroy mappings. */
export async function guardRebuild(host: Host, { volume, found }: Seen): Promise<void> {
  const line = await findOldJournal(host, found.target?.deviceNumber);
  if (line !== undefined) refuse(volume.name, 'old-journal', { line });
}

/** Throws unless nobody uses these devices. @param own devices of the volume itself that may lie on them. */
export async function guardUnused(
  host: Host,
  { devices }: Look,
  name: string,
  used: readonly BlockDevice[],
  own: readonly BlockDevice[] = [],
): Promise<void> {
  let users = findUsers(host.files, devices, used, own);
  if (users.processes.length > 0) {
    // udev probes what was just used; it is gone in a moment.
    await host.run(udevSettle);
    users = findUsers(host.files, devices, used, own);
  }
  if (!isUnused(users)) throw new Failure({ kind: 'in-use', name, ...users });
}

/** Throws unless the stopped volume's storage is there, answers, and is used by nobody. */
export async function guardStorageUnused(host: Host, look: Look, seen: Seen): Promise<void> {
  guardStorage(look, seen);
  if (seen.metadata?.kind === 'read') guardIdentity(seen, seen.metadata.geometry.uuid);
  if (seen.found.storage !== undefined && seen.volume.stack !== 'lvm')
    await guardUnused(host, look, seen.volume.name, [seen.found.storage]);
}

/** Throws where a part of the volume's data is missing: what is started, changed or removed then is not that volume. */
export function guardWhole({ volume: { name, storage }, found }: Seen): void {
  const [group = ''] = name.split('/');
  if (found.lack === 'partial') refuse(name, 'storage-missing', { device: storage.path, group });
}

function guardStorage({ devices }: Look, seen: Seen): void {
  const { volume, found } = seen;
  guardWhole(seen);
  const { path } = volume.storage;
  if (found.storage === undefined) {
    throw new Failure({
      kind: 'no-such-device',
      device: path,
      because: 'not-there',
      storageOf: volume.name,
    });
  }
  const suspended = devices.suspendedUnder(found.storage).map((device) => device.dm?.name ?? device.path);
  if (suspended.length > 0)
    refuse(volume.name, 'storage-suspended', { device: path, suspended, doing: 'starting' });
}

/** The metadata of the stopped volume; throws when its storage does not hold a VDO that can be read. */
function requireMetadata({ volume, metadata }: Seen): Extract<Metadata, { kind: 'read' }> {
  const { path } = volume.storage;
  if (isWiped(metadata)) throw new Failure({ kind: 'first-block-wiped', name: volume.name, device: path });
  switch (metadata?.kind) {
    case 'read':
      return metadata;
    case 'not-understood':
    case 'not-read':
      throw metadata.failure;
    case 'not-vdo':
      return refuse(volume.name, 'not-a-vdo', { device: path });
    case 'half-converted':
      return refuseHalfConverted(volume.name, path, metadata);
    case 'failed':
    case 'no-answer':
      return refuse(volume.name, 'storage-unreadable', { device: path, why: whyUnread(metadata) });
    case undefined:
      return refuse(volume.name, 'storage-unreadable', { device: path, why: 'this look did not read it' });
  }
}

function guardIdentity({ volume, found }: Seen, uuid: string): void {
  const another = findAnother({ ...found, sharer: undefined }, uuid);
  if (another !== undefined) refuse(volume.name, 'another-volume', another);
}

/** The kernel refuses a table whose sizes are not the super block's, but says so only in its log. */
function guardSizes(
  { volume, found }: Seen,
  superBlock: { logicalBytes: number; physicalBytes: number },
): void {
  const { storage, remembered, managed } = found;
  const { path } = volume.storage;
  const superBlockBytes = { logical: superBlock.logicalBytes, physical: superBlock.physicalBytes };
  if (storage !== undefined && volume.stack !== 'lvm')
    guardRoom(volume.name, storage, superBlock.physicalBytes);
  if (managed !== undefined && managed.logicalBytes !== superBlock.logicalBytes) {
    // Of the physical size it asks the disk.
    const configuredBytes = { logical: managed.logicalBytes, physical: null };
    refuse(volume.name, 'sizes-differ', { by: 'manager', device: path, configuredBytes, superBlockBytes });
  }
  if (remembered === undefined) return;
  const { physicalBlocks, logicalSectors } = remembered.table;
  const configuredBytes = { logical: logicalSectors * sectorBytes, physical: physicalBlocks * blockBytes };
  const isSame =
    configuredBytes.physical === superBlock.physicalBytes &&
    configuredBytes.logical === superBlock.logicalBytes;
  if (isSame) return;
  refuse(volume.name, 'sizes-differ', { by: 'memory', device: path, configuredBytes, superBlockBytes });
}

/** LVM does not mind a physical volume that has become smaller before it puts up what lies at its end. */
function guardExtents(host: Host, { devices }: Look, { volume, found }: Seen): void {
  for (const { device: path, startBytes, lengthBytes = 0 } of found.area?.extents ?? []) {
    const device = findDevice(host, devices, path);
    if (device !== undefined) guardRoom(volume.name, device, startBytes + lengthBytes);
  }
}

function guardRoom(name: string, { path, sizeBytes }: BlockDevice, needsBytes: number): void {
  if (sizeBytes < needsBytes)
    refuse(name, 'storage-too-small', { device: path, hasBytes: sizeBytes, needsBytes });
}

/**
 * Two volumes on one storage destroy each other, and the kernel only refuses the very same device. Whatever lies
 * between, the same storage holds the same UUID and nonce; so does a clone.
 */
async function guardTwins(host: Host, look: Look, seen: Seen, own: Geometry): Promise<void> {
  const others = look.seen.filter((other) => other !== seen && other.volume.state !== 'stopped');
  const hangs = (other: Seen): boolean =>
    other.found.storage === undefined || look.devices.suspendedUnder(other.found.storage).length > 0;
  const areas = others.flatMap((other): StorageArea[] =>
    other.found.area === undefined || hangs(other) ? [] : [other.found.area],
  );
  const read = await readMetadata(host, areas, patienceMs);
  for (const other of others) {
    const metadata = read.get(other.found.dmName);
    const shared = other.volume.storage.disks.filter((disk) => seen.volume.storage.disks.includes(disk));
    const isTwin =
      metadata?.kind === 'read' &&
      metadata.geometry.uuid === own.uuid &&
      metadata.geometry.nonce === own.nonce;
    if (isTwin)
      refuse(seen.volume.name, 'twin-runs', {
        twin: other.volume.name,
        uuid: own.uuid,
        sharedDisks: shared,
      });
    if (metadata?.kind === 'read' || shared.length === 0) continue;
    refuse(seen.volume.name, 'twin-not-ruled-out', { other: other.volume.name, sharedDisks: shared });
  }
}
