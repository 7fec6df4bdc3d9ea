import type { Host, StorageArea } from '../../host/host.ts';
import type { BlockDevice } from '../../model/device.ts';
import { blockBytes, type Geometry } from '../../model/disk.ts';
import { Failure } from '../../model/problem.ts';
import { refuse } from '../../model/refuse.ts';
import { askOpenCount } from '../../stacks/ask-kernel.ts';
import type { Found } from '../../stacks/found-volume.ts';
import type { Look, Seen } from '../../stacks/host-look.ts';
import { findOldJournal } from '../../stacks/kernel-log.ts';
import { guardMemoryOfStart, usualCacheBytes, type MemoryDemand } from '../../stacks/kernel-memory.ts';
import { listOwnDevices, listTopmost } from '../../stacks/lvm/layers.ts';
import { patienceMs, readMetadata, type Metadata } from '../../stacks/metadata.ts';
import { udevSettle } from '../../stacks/shared-steps.ts';
import { findUsers, isUnused } from '../../stacks/volume-users.ts';

/**
 * Asks the host whether a stopped volume may be started, after the look has shown nothing against it (the rule
 * `startable`). Throws before anything is changed.
 */
export async function guardStart(host: Host, look: Look, seen: Seen): Promise<void> {
  const { found, metadata, volume } = seen;
  // In a dry run, nothing is known about a pool that only LVM can read: the plan shows the step that reads it.
  if (metadata?.kind !== 'read') return;
  guardMemoryOfStart(host.files, volume.name, demandOfStart(found, metadata));
  await guardTwins(host, look, seen, metadata.geometry);
  await guardStorageUnused(host, look, seen);
}

/**
 * What a stopped volume needs to start. Only LVM knows whether a pool deduplicates, and how large its cache is: the
 * least is assumed.
 */
export function demandOfStart(
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
  const cacheBytes = managed?.tunables['block-map-cache'] ?? usualCacheBytes;
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

/** The kernel counts every opener, even one that cannot be found, such as a process in another container. */
async function guardNotOpen(host: Host, name: string, { dm, path }: BlockDevice): Promise<void> {
  if (dm === undefined || (await askOpenCount(host, dm.name)) === 0) return;
  // It may be udev, which opened the device after the users were listed.
  await host.run(udevSettle);
  const count = await askOpenCount(host, dm.name);
  if (count === 0) return;
  const who = `${path}, ${String(count)} times, by something that cannot be seen from here`;
  throw new Failure({ kind: 'in-use', name, mounts: [], devices: [], processes: [who] });
}

/** Throws if the kernel said that this volume's journal has the old format: a rebuild would destroy mappings. */
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
    // udev probes what was just used, and is gone in a moment.
    await host.run(udevSettle);
    users = findUsers(host.files, devices, used, own);
  }
  if (!isUnused(users)) throw new Failure({ kind: 'in-use', name, ...users });
}

/** Throws unless nobody uses a stopped volume's storage. A physical volume is used by other LVs too; LVM takes care of its own. */
export async function guardStorageUnused(host: Host, look: Look, { volume, found }: Seen): Promise<void> {
  if (found.storage !== undefined && volume.stack !== 'lvm')
    await guardUnused(host, look, volume.name, [found.storage]);
}

/**
 * Throws if another volume holds the same VDO. Two volumes on one storage destroy each other, and the kernel refuses
 * only the very same device. Through any layers, the same storage shows the same UUID and nonce; so does a clone.
 */
async function guardTwins(host: Host, look: Look, seen: Seen, own: Geometry): Promise<void> {
  const others = look.seen.filter(({ volume }) => volume.state !== 'stopped');
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
