import type { Host } from '../../host/host.ts';
import { refuse } from '../../model/refuse.ts';
import type { LeftContents } from '../../model/saving-refusals.ts';
import type { LogicalVolume } from '../../model/volume.ts';
import { describeContents } from '../../prose/contents.ts';
import type { Look, Seen } from '../../stacks/host-look.ts';
import { listContents, type DataDevice } from '../../stacks/saving/contents.ts';
import { isMountable, mountPointOf } from '../../stacks/saving/mounting.ts';
import { askUsedSpace, findDeviceUnder } from '../../stacks/saving/room.ts';
import { askGroupFree, snapshotOf } from '../../stacks/saving/snapshots.ts';
import { findStanding } from '../copy-place.ts';
import { leastSnapshotBytes, type BackupSource, type SnapshotSize } from './types.ts';

export interface ChosenSources {
  readonly sources: readonly BackupSource[];
  /** What is on the volume and is not backed up. */
  readonly left: readonly LeftContents[];
}

interface WantedSources {
  /** The only LV that is meant; absent: all. */
  readonly lv: LogicalVolume | undefined;
  readonly size: SnapshotSize | undefined;
  readonly freezeMs: number | undefined;
}

/**
 * The filesystems of a volume that can be backed up, each with the way to keep it from changing meanwhile.
 *
 * @throws Failure `refused` if there is none, if a mounted one can have no snapshot, or if there is no room for it.
 */
export async function chooseSources(
  host: Host,
  look: Look,
  seen: Seen,
  { lv, size, freezeMs }: WantedSources,
): Promise<ChosenSources> {
  const all = (await listContents(host, look, seen)).filter(({ of }) => lv === undefined || of === lv.device);
  const isTaken = ({ contents }: DataDevice): boolean =>
    contents.kind === 'filesystem' && isMountable(contents.type);
  const taken = all.filter(isTaken);
  const left = all
    .filter((each) => !isTaken(each) && !['nothing', 'swap'].includes(each.contents.kind))
    .map(({ device, contents }) => ({ device: device.path, holds: describeContents(contents) }));
  if (taken.length === 0) refuse(seen.volume.name, 'nothing-to-copy', { found: left });
  const sources: BackupSource[] = [];
  const room = new SnapshotRoom(host, seen);
  for (const each of taken)
    sources.push(
      await chooseSource(host, look, seen, each, { isOnly: taken.length === 1, size, room, freezeMs }),
    );
  return { sources, left };
}

interface Choosing {
  readonly isOnly: boolean;
  readonly size: SnapshotSize | undefined;
  readonly room: SnapshotRoom;
  readonly freezeMs: number | undefined;
}

async function chooseSource(
  host: Host,
  look: Look,
  seen: Seen,
  each: DataDevice,
  { isOnly, size, room, freezeMs }: Choosing,
): Promise<BackupSource> {
  const { device, contents, mounts, name: short } = each;
  const used = await askUsedSpace(host, each);
  const type = contents.kind === 'filesystem' ? contents.type : '';
  const within = isOnly ? '' : `/${short}`;
  const own = { type, within, usedBytes: used?.usedBytes };
  const { name: volume, logicalVolumes } = seen.volume;
  const lv = logicalVolumes.find((one) => one.device === device.path);
  const name = lv?.name ?? (isOnly ? volume : `${volume} (${short})`);
  if (mounts.length === 0) {
    if (used?.needsReplay === true) refuse(volume, 'needs-replay', { device: device.path });
    const mountPoint = mountPointOf(device.dm?.name ?? device.kernelName);
    return { ...own, name, device: device.path, mountPoint };
  }
  if (lv === undefined) {
    const frozen = { from: chooseMount(host, look, volume, each, freezeMs), ms: freezeMs ?? 0 };
    const mountPoint = mountPointOf(device.dm?.name ?? device.kernelName);
    return { ...own, name, device: device.path, mountPoint, frozen };
  }
  const snapshot = snapshotOf(lv.name);
  const taken = logicalVolumes.find((one) => one.name === snapshot.name);
  if (taken !== undefined) refuse(volume, 'has-snapshots', { origin: lv.name, snapshots: [taken.name] });
  const bytes = await room.take(lv.name, size, used?.usedBytes ?? device.sizeBytes);
  const mountPoint = mountPointOf(snapshot.dmName);
  return { ...own, name, device: snapshot.device, mountPoint, snapshot: { ...snapshot, bytes } };
}

/** Where vdoctl itself, and whoever logs what it does, writes: that would wait for the thaw, and vdoctl with it. */
const writtenMeanwhile = ['/run/vdoctl', '/var/lib/vdoctl', '/var/log', '/var/tmp', '/tmp', '/etc'] as const;

/** The mount of which everything is copied, if the filesystem can be frozen. @throws Failure `refused` */
function chooseMount(
  host: Host,
  look: Look,
  volume: string,
  { device, mounts }: DataDevice,
  freezeMs: number | undefined,
): string {
  const mountedOn = mounts.map(({ path }) => path);
  if (freezeMs === undefined) refuse(volume, 'no-snapshot', { device: device.path, mountedOn });
  const whole = mounts.find(({ subtree }) => subtree === undefined);
  if (whole === undefined) refuse(volume, 'cannot-freeze', { device: device.path, mountedOn, writes: null });
  const writes = writtenMeanwhile.find(
    (path) => findDeviceUnder(host, look, findStanding(host, path)) === device,
  );
  if (writes !== undefined) refuse(volume, 'cannot-freeze', { device: device.path, mountedOn, writes });
  return whole.path;
}

const usualShare = 20;

/** The free space of the pool's volume group, as snapshots take it. */
class SnapshotRoom {
  private readonly host: Host;
  private readonly seen: Seen;
  private freeBytes: number | undefined;

  constructor(host: Host, seen: Seen) {
    this.host = host;
    this.seen = seen;
  }

  /** How much one snapshot gets, in whole extents. @throws Failure `refused` if that is not free */
  async take(origin: string, size: SnapshotSize | undefined, usedBytes: number): Promise<number> {
    const [group = ''] = origin.split('/');
    this.freeBytes ??= await askGroupFree(this.host, group);
    const { extentBytes = 4 * 1024 ** 2 } = this.seen.found.pool?.group ?? {};
    const free = this.freeBytes;
    const wanted = Math.ceil(chooseBytes(size, usedBytes, free) / extentBytes) * extentBytes;
    if (wanted > free || wanted === 0) {
      const neededBytes = Math.max(wanted, extentBytes);
      refuse(this.seen.volume.name, 'no-room-for-snapshot', { origin, group, freeBytes: free, neededBytes });
    }
    this.freeBytes = free - wanted;
    return wanted;
  }
}

function chooseBytes(size: SnapshotSize | undefined, usedBytes: number, freeBytes: number): number {
  if (size?.kind === 'bytes') return size.bytes;
  if (size?.kind === 'used') return (usedBytes * size.percent) / 100;
  if (size?.kind === 'free') return Math.floor((freeBytes * size.percent) / 100);
  const usual = Math.max(leastSnapshotBytes, (usedBytes * usualShare) / 100);
  return freeBytes >= leastSnapshotBytes ? Math.min(usual, freeBytes) : usual;
}
