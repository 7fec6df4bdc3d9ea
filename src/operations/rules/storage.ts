import type { BlockDevice } from '../../model/device.ts';
import { blockBytes, sectorBytes } from '../../model/disk.ts';
import type { Problem } from '../../model/problem.ts';
import { refusal } from '../../model/refusal.ts';
import { findAnother } from '../../stacks/another-volume.ts';
import type { Seen } from '../../stacks/host-look.ts';
import { listOwnDevices } from '../../stacks/lvm/layers.ts';
import { isWiped, whyUnread, type Metadata } from '../../stacks/metadata.ts';
import { findOtherByName } from '../../stacks/namesakes.ts';
import { findUsersSeen, isUnused, type VolumeUsers } from '../../stacks/volume-users.ts';
import { isLent } from '../lent-pool.ts';
import type { Condition } from './rule.ts';
import { answering, whole } from './state.ts';

export const ownName: Condition = (_look, { found }) => findOtherByName(found);

/** The storage of a stopped volume exists, is complete, and answers. */
export const storageAnswers: Condition = (look, seen, name) =>
  whole(look, seen, name) ?? present(look, seen, name) ?? answering('starting')(look, seen, name);

export const present: Condition = (_look, { volume: { name: storageOf, storage }, found }) =>
  found.storage === undefined
    ? { kind: 'no-such-device', device: storage.path, because: 'not-there', storageOf }
    : undefined;

/** The storage holds the VDO that belongs there. */
export const ownVdo: Condition = (_look, { volume, found, metadata }) => {
  if (metadata?.kind !== 'read') return undefined;
  const another = findAnother({ ...found, sharer: undefined }, metadata.geometry.uuid);
  return another === undefined ? undefined : refusal(volume.name, 'another-volume', another);
};

/**
 * The metadata allows a start of the stopped volume. For a pool that only LVM can read, nothing is known at this point.
 */
export const startable: Condition = (look, seen, name) => {
  const missing = ownName(look, seen, name) ?? storageAnswers(look, seen, name);
  if (missing !== undefined) return missing;
  if (isLent(seen) && seen.metadata === undefined) return undefined;
  return findUnreadMetadata(seen) ?? ownVdo(look, seen, name) ?? findOddSizes(seen) ?? findShortPv(seen);
};

/** Why the storage of the stopped volume holds no readable VDO. */
function findUnreadMetadata({ volume: { name, storage }, metadata }: Seen): Problem | undefined {
  const device = storage.path;
  if (isWiped(metadata)) return { kind: 'first-block-wiped', name, device };
  switch (metadata?.kind) {
    case 'read':
      return undefined;
    case 'not-understood':
    case 'not-read':
      return metadata.failure.problem;
    case 'failed':
    case 'no-answer':
      return refusal(name, 'storage-unreadable', { device, why: whyUnread(metadata) });
    case 'not-vdo':
    case 'half-converted':
      return noVdoProblem(name, device, metadata);
    case undefined:
      return refusal(name, 'storage-unreadable', { device, why: 'this look did not read it' });
  }
}

/** The storage is readable, but holds no VDO that anything could start. */
export function noVdoProblem(
  name: string,
  device: string,
  metadata: Extract<Metadata, { kind: 'not-vdo' | 'half-converted' }>,
): Problem {
  if (metadata.kind === 'not-vdo') return refusal(name, 'not-a-vdo', { device });
  const { uuid, offsetBytes } = metadata;
  return refusal(name, 'half-converted', { device, uuid, offsetBytes });
}

/** The kernel refuses a table whose sizes differ from the super block's, and says why only in its log. */
function findOddSizes({ volume, found, metadata }: Seen): Problem | undefined {
  if (metadata?.kind !== 'read') return undefined;
  const { storage, remembered, managed } = found;
  const { path: device } = volume.storage;
  const { logicalBytes: logical, physicalBytes: physical } = metadata.superBlock;
  const superBlockBytes = { logical, physical };
  const short =
    storage !== undefined && volume.stack !== 'lvm'
      ? findShortage(volume.name, storage, physical)
      : undefined;
  if (short !== undefined) return short;
  if (managed !== undefined && managed.logicalBytes !== logical) {
    // The manager takes the physical size from the disk.
    const configuredBytes = { logical: managed.logicalBytes, physical: null };
    return refusal(volume.name, 'sizes-differ', { by: 'manager', device, configuredBytes, superBlockBytes });
  }
  if (remembered === undefined) return undefined;
  const { physicalBlocks, logicalSectors } = remembered.table;
  const configuredBytes = { logical: logicalSectors * sectorBytes, physical: physicalBlocks * blockBytes };
  const isSame = configuredBytes.physical === physical && configuredBytes.logical === logical;
  if (isSame) return undefined;
  return refusal(volume.name, 'sizes-differ', { by: 'memory', device, configuredBytes, superBlockBytes });
}

/** LVM notices a physical volume that has shrunk only when it activates what lies at its end. */
function findShortPv({ volume: { name }, found: { shortPv } }: Seen): Problem | undefined {
  return shortPv === undefined ? undefined : findShortage(name, shortPv.device, shortPv.needsBytes);
}

function findShortage(
  name: string,
  { path, sizeBytes }: BlockDevice,
  needsBytes: number,
): Problem | undefined {
  return sizeBytes < needsBytes
    ? refusal(name, 'storage-too-small', { device: path, hasBytes: sizeBytes, needsBytes })
    : undefined;
}

/** The look sees no use of a running volume. The operation itself checks again, and closer, in `guards/volume.ts`. */
export const notInUse: Condition = (look, { volume: { name }, found: { target } }) => {
  if (target === undefined) return undefined;
  return describeUse(name, findUsersSeen(look, [target], listOwnDevices(look.devices, target)));
};

/** The look sees no use of a stopped volume's storage. On a physical volume, other LVs are legitimate users. */
export const storageNotInUse: Condition = (look, { volume: { name, stack }, found: { storage } }) =>
  storage === undefined || stack === 'lvm' ? undefined : describeUse(name, findUsersSeen(look, [storage]));

function describeUse(name: string, users: VolumeUsers): Problem | undefined {
  return isUnused(users) ? undefined : { kind: 'in-use', name, ...users };
}
