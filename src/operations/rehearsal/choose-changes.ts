import type { Host } from '../../host/host.ts';
import type { BlockDevice } from '../../model/device.ts';
import { blockBytes } from '../../model/disk.ts';
import { estimateRebuildBlocks } from '../../model/layout.ts';
import { refuse } from '../../model/refuse.ts';
import { changesFile, changesLv, stateDirectory } from '../../model/rehearsal.ts';
import { findSignatures } from '../../stacks/create/signatures.ts';
import type { Look, Seen } from '../../stacks/host-look.ts';
import type { Metadata } from '../../stacks/metadata.ts';
import type { Changes } from '../../stacks/rehearsal/steps.ts';
import { askRoom, findDeviceUnder } from '../../stacks/saving/room.ts';
import { askGroupFree } from '../../stacks/saving/snapshots.ts';
import { requireDevice } from '../guards/device.ts';
import { guardUnused } from '../guards/volume.ts';

type ReadMetadata = Extract<Metadata, { kind: 'read' }>;

/** What the user wants of the changes. */
export interface ChangesWish {
  /** Path of the device that takes them. */
  readonly device?: string;
  readonly bytes?: number;
}

/** For the journals of what is mounted, and a margin of a quarter. */
const leastBytes = 64 * 1024 ** 2;
const margin = 1.25;

/** How much the changes may take, in bytes: what a forced rebuild of such a volume writes at most. */
export function estimateChanges({ geometry, superBlock }: ReadMetadata): number {
  const sizes = {
    physicalBlocks: superBlock.physicalBytes / blockBytes,
    slabBlocks: superBlock.slabBytes / blockBytes,
    superBlockAt: geometry.superBlockAt,
  };
  const blocks = estimateRebuildBlocks(sizes, superBlock.logicalBytes / blockBytes);
  const mebibyte = 1024 ** 2;
  return Math.ceil((leastBytes + margin * blocks * blockBytes) / mebibyte) * mebibyte;
}

/**
 * Where the changes go: to the device that was named, else to a sparse file below /var/lib/vdoctl, else to free space
 * of the pool's volume group.
 *
 * @throws Failure `refused` where nothing has the room for them.
 */
export async function chooseChanges(
  host: Host,
  look: Look,
  seen: Seen,
  metadata: ReadMetadata,
  wish: ChangesWish,
): Promise<Changes> {
  const { name } = seen.volume;
  const neededBytes = wish.bytes ?? estimateChanges(metadata);
  if (wish.device !== undefined) return takeDevice(host, look, seen, { path: wish.device, neededBytes });
  const file = { path: changesFile(seen.volume.dmName), bytes: neededBytes };
  const found = (await findRoomForFile(host, look, seen, file)) ?? (await takeGroup(host, seen, neededBytes));
  if (found !== undefined) return found;
  if (liesOnVolume(host, look, seen, stateRoot)) refuse(name, 'changes-on-itself', { where: stateDirectory });
  const { availableBytes: hasBytes } = await askRoom(host, stateRoot);
  refuse(name, 'no-room-for-changes', { where: stateDirectory, hasBytes, neededBytes });
}

/**
 * A sparse file for changes that may take `bytes`; undefined where there is no room for it, or it would lie on the
 * volume itself.
 */
export async function findRoomForFile(
  host: Host,
  look: Look,
  seen: Seen,
  { path, bytes }: { readonly path: string; readonly bytes: number },
): Promise<Changes | undefined> {
  if (liesOnVolume(host, look, seen, stateRoot)) return undefined;
  const { availableBytes } = await askRoom(host, stateRoot);
  return availableBytes < bytes ? undefined : { kind: 'file', path, bytes, loop: findFreeLoop(look) };
}

/** The state's own directory is made with the first journal. */
const stateRoot = '/var/lib';

/** Whether the filesystem with that path lies on the volume, or on what only the volume lies on. */
function liesOnVolume(host: Host, look: Look, seen: Seen, path: string): boolean {
  const device = findDeviceUnder(host, look, path);
  return device !== undefined && isOwn(seen, look.devices.downFrom(device));
}

/** Other LVs may lie on the physical volumes of a stopped pool. */
function isOwn({ found, volume }: Pick<Seen, 'found' | 'volume'>, below: readonly BlockDevice[]): boolean {
  const isShared = volume.stack === 'lvm' && volume.state === 'stopped';
  const own = [found.target, ...(isShared ? [] : [found.storage])];
  return own.some((each) => each !== undefined && below.includes(each));
}

/** The first loop device that has no file. */
function findFreeLoop({ devices }: Look): string {
  const taken = new Set(
    [...devices.all()].filter(({ sizeBytes }) => sizeBytes > 0).map(({ kernelName }) => kernelName),
  );
  let number = 0;
  while (taken.has(`loop${String(number)}`)) number += 1;
  return `/dev/loop${String(number)}`;
}

async function takeDevice(
  host: Host,
  look: Look,
  seen: Seen,
  { path, neededBytes }: { readonly path: string; readonly neededBytes: number },
): Promise<Changes> {
  const { name } = seen.volume;
  const device = requireDevice(host, look, path);
  if (isOwn(seen, look.devices.downFrom(device))) refuse(name, 'changes-on-itself', { where: path });
  await guardUnused(host, look, path, [device]);
  const holds = await findSignatures(host, device.path);
  if (holds.length > 0) refuse(name, 'device-holds-data', { device: path, holds });
  const { sizeBytes: hasBytes } = device;
  if (hasBytes < neededBytes) refuse(name, 'no-room-for-changes', { where: path, hasBytes, neededBytes });
  return { kind: 'device', path: device.path };
}

async function takeGroup(
  host: Host,
  { found: { pool } }: Seen,
  neededBytes: number,
): Promise<Changes | undefined> {
  if (pool === undefined) return undefined;
  const { vgName, extentBytes } = pool.group;
  const bytes = Math.ceil(neededBytes / extentBytes) * extentBytes;
  if ((await askGroupFree(host, vgName)) < bytes) return undefined;
  const lv = changesLv(vgName, pool.pool.lvName);
  return { kind: 'lv', name: lv, bytes, path: `/dev/${lv}` };
}
