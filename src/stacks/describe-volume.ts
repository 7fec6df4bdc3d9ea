import type { BlockDevice, BlockDevices } from '../model/device.ts';
import { blockBytes, sectorBytes } from '../model/disk.ts';
import type { Mount } from '../model/kernel.ts';
import type { SpaceThresholds } from '../model/settings.ts';
import { countersFields, statisticsFields } from '../model/statistics/table.ts';
import type { LogicalVolume, OnDisk, Volume } from '../model/volume.ts';
import { shareInPercent } from '../parse/statistics.ts';
import { runsWell } from './another-volume.ts';
import { findAlerts } from './alerts/alert-rules.ts';
import { listStorage, type Found } from './found-volume.ts';
import { copyOf, type Copies } from './geometry/copies.ts';
import { describeLvs, listOwnDevices, listStanding } from './lvm/layers.ts';
import { diskStateMeanings, type Metadata } from './metadata.ts';

/** The surroundings of a volume on its host. */
export interface Around {
  readonly devices: BlockDevices;
  readonly mounts: readonly Mount[];
  readonly thresholds: SpaceThresholds;
  /** The kept copies of volumes' metadata. */
  readonly copies?: Copies;
}

/** Puts a volume into the words and numbers of `status`. */
export function describeVolume(found: Found, metadata: Metadata | undefined, around: Around): Volume {
  // If another volume runs on the storage, the disk tells about that one; if this one works, about its last start.
  const speaks = found.sharer === undefined && !runsWell(found);
  const onDisk = metadata?.kind === 'read' && speaks ? describeOnDisk(metadata) : null;
  const logicalVolumes = describeLogicalVolumes(found, around.devices);
  const described: Omit<Volume, 'alerts'> = {
    name: found.name,
    aliases: listAliases(found, logicalVolumes),
    stack: found.stack,
    state: stateOf(found),
    mode: found.status?.mode ?? null,
    onDisk,
    recovery: describeRecovery(found),
    index: found.status?.index ?? null,
    compression: found.status?.compression ?? null,
    dmName: found.dmName,
    storage: describeStorage(found, around.devices),
    logicalVolumes,
    sizes: describeSizes(found, onDisk),
    counters: describeCounters(found, onDisk),
    statistics: pickNumbers(statisticsFields, found.statistics),
    mounts: describeMounts(found.target, around),
    holders: runs(found) ? listHolders(found, logicalVolumes, around.devices) : [],
    remembered: found.remembered !== undefined,
    manager: describeManager(found),
    geometryCopy: describeCopy(found, metadata, around.copies),
    rehearsal: describeRehearsal(found),
    tunables: null,
    lastBackup: null,
  };
  const { devices, thresholds, copies = new Map() } = around;
  return { ...described, alerts: findAlerts(described, { found, metadata, copies, devices, thresholds }) };
}

function describeRehearsal({ rehearsal }: Found): Volume['rehearsal'] {
  if (rehearsal === undefined) return null;
  return {
    devices: rehearsal.devices.map(({ path }) => path),
    mounts: rehearsal.mounts.map(({ path }) => path),
    changes: rehearsal.changes ?? null,
  };
}

/** A device without a table, or one that is still being started, is not a running volume. */
function runs({ target, status, starter }: Found): boolean {
  if (starter !== undefined) return false;
  return status !== undefined || (target !== undefined && target.sizeBytes > 0);
}

/** Whether the volume runs, as far as device-mapper says. */
export function stateOf(found: Found): Volume['state'] {
  if (!runs(found)) return 'stopped';
  return found.target?.dm?.suspended === true ? 'suspended' : 'running';
}

/** Other names for a volume: paths, and the LVs of its pool. */
export function listAliases({ name, stack, dmName }: Found, lvs: readonly LogicalVolume[]): string[] {
  if (stack !== 'lvm') return [`/dev/mapper/${dmName}`];
  const ofLvs = lvs.flatMap((lv) => [lv.name, `/dev/${lv.name}`, lv.device]);
  return [dmName, `/dev/mapper/${dmName}`, `/dev/${name}`, ...ofLvs];
}

function describeOnDisk({ geometry, superBlock }: Extract<Metadata, { kind: 'read' }>): OnDisk {
  const { state, completedRecoveries, readOnlyRecoveries, logicalBytes, physicalBytes, slabBytes } =
    superBlock;
  const numbers = { completedRecoveries, readOnlyRecoveries, logicalBytes, physicalBytes, slabBytes };
  return { state, meaning: diskStateMeanings[state], uuid: geometry.uuid, ...numbers };
}

function describeRecovery({ status, statistics }: Found): Volume['recovery'] {
  if (status?.mode !== 'recovering') return null;
  const percent = statistics?.recoveryPercent ?? null;
  const slabs = statistics?.slabCount ?? null;
  const slabsDone = percent === null || slabs === null ? null : Math.floor((percent * slabs) / 100);
  return { percent, slabs, slabsDone, ratePercentPerSecond: null, etaSeconds: null, stillSeconds: null };
}

function describeStorage(found: Found, devices: BlockDevices): Volume['storage'] {
  const disks = listStorage(found).flatMap((device) => devices.disksUnder(device));
  const paths = new Set(disks.map(({ path }) => path));
  return {
    path: found.storagePath,
    disks: [...paths].sort(),
    present: found.storage !== undefined && found.lack !== 'partial' && found.mishaps?.gone === undefined,
  };
}

function describeCopy(
  found: Found,
  metadata: Metadata | undefined,
  copies: Copies = new Map(),
): Volume['geometryCopy'] {
  const copy = copyOf(found, metadata, copies);
  if (copy === undefined) return null;
  const { uuid, geometry, superBlock } = copy;
  return { uuid, geometry, superBlock };
}

function describeManager({ managed }: Found): Volume['manager'] {
  if (managed === undefined) return null;
  const { operationState, activated, writePolicy, compression, deduplication } = managed;
  return { operationState, activated, writePolicy, compression, deduplication };
}

function describeSizes({ status, statistics, managed }: Found, onDisk: OnDisk | null): Volume['sizes'] {
  if (status === undefined)
    return { ...nothingUsed, ...(onDisk === null ? configured(managed) : pick(onDisk)) };
  const sizes = {
    logicalBytes: status.logicalSectors * sectorBytes,
    physicalBytes: toBytes(status.physicalBlocks),
    slabBytes: managed?.slabBytes ?? null,
  };
  if (status.mode !== 'normal') return { ...nothingUsed, ...sizes };
  const usedBytes = toBytes(status.usedBlocks);
  // Without vdostats, the kernel's own figures tell the same.
  const usedPercent =
    statistics === undefined
      ? shareInPercent(status.usedBlocks, status.physicalBlocks)
      : statistics.usedPercent;
  return {
    ...sizes,
    usedBytes,
    availableBytes:
      sizes.physicalBytes === null || usedBytes === null ? null : sizes.physicalBytes - usedBytes,
    usedPercent: usedPercent ?? null,
    savingPercent: statistics?.savingPercent ?? null,
  };
}

function toBytes(blocks: number | undefined): number | null {
  return blocks === undefined ? null : blocks * blockBytes;
}

/** Outside normal mode, used and saved figures mean nothing, whatever plain vdostats prints. */
const nothingUsed = { usedBytes: null, availableBytes: null, usedPercent: null, savingPercent: null };

type GivenSizes = Pick<Volume['sizes'], 'logicalBytes' | 'physicalBytes' | 'slabBytes'>;

function pick({ logicalBytes, physicalBytes, slabBytes }: OnDisk): GivenSizes {
  return { logicalBytes, physicalBytes, slabBytes };
}

/** The sizes in the manager's configuration, if it has any, for when the disk does not tell. */
function configured(managed: Found['managed']): GivenSizes {
  if (managed === undefined) return { logicalBytes: null, physicalBytes: null, slabBytes: null };
  const { logicalBytes, physicalBytes, slabBytes } = managed;
  return { logicalBytes, physicalBytes: physicalBytes === 0 ? null : physicalBytes, slabBytes };
}

/** The counters; for a stopped volume, those that its disk stores. */
function describeCounters({ statistics }: Found, onDisk: OnDisk | null): Volume['counters'] {
  return pickNumbers(countersFields, statistics ?? onDisk);
}

/** Unknown values are null; the result is null if all are unknown. */
function pickNumbers<F extends string>(
  fields: readonly F[],
  told: { readonly [K in F]?: number | undefined } | null | undefined,
): Record<F, number | null> | null {
  if (told === undefined || told === null) return null;
  const numbers: Partial<Record<F, number | null>> = {};
  for (const field of fields) numbers[field] = told[field] ?? null;
  return numbers as Record<F, number | null>;
}

/** The LVs that stand on it; none if it is no pool. */
export function describeLogicalVolumes(found: Found, devices: BlockDevices): LogicalVolume[] {
  const { stack, name, pool, target } = found;
  if (stack !== 'lvm') return [];
  const [vg = ''] = name.split('/');
  return describeLvs(devices, target, vg, pool === undefined ? [] : listStanding(pool.group, pool.pool));
}

/** What lies on the volume, without the layers that LVM makes for its own LVs. */
function listHolders(
  { target }: Found,
  logicalVolumes: readonly LogicalVolume[],
  devices: BlockDevices,
): string[] {
  const own = target === undefined ? [] : listOwnDevices(devices, target);
  const shown = new Set(logicalVolumes.map(({ device }) => device));
  const isLayer = (device: BlockDevice): boolean => own.includes(device) && !shown.has(device.path);
  return aboveOf(target, devices)
    .filter((device) => !isLayer(device))
    .map(dmNameOrKernelName);
}

/** The mounts of the volume itself and of everything on top of it. */
export function describeMounts(
  target: BlockDevice | undefined,
  { devices, mounts }: Omit<Around, 'thresholds'>,
): Volume['mounts'] {
  if (target === undefined) return [];
  const stack = [target, ...devices.upFrom(target)];
  const positions = indexMounts(mounts);
  const found = new Set(
    stack.flatMap(({ deviceNumber, path }) => [
      ...(positions.get(deviceNumber) ?? []),
      ...(positions.get(path) ?? []),
    ]),
  );
  return [...found]
    .sort((one, other) => one - other)
    .flatMap((position) => {
      const mount = mounts[position];
      const on = stack.find(
        (each) => each.deviceNumber === mount?.deviceNumber || each.path === mount?.source,
      );
      if (mount === undefined || on === undefined) return [];
      return [{ path: mount.path, device: on.path, type: mount.type, readOnly: mount.isReadOnly }];
    });
}

/** Positions in a list of mounts, by device number and by source. */
type MountIndex = ReadonlyMap<string, readonly number[]>;

const indexes = new WeakMap<readonly Mount[], MountIndex>();

/** Made once for each list of mounts: a thousand volumes may look for theirs among a thousand mounts. */
function indexMounts(mounts: readonly Mount[]): MountIndex {
  const known = indexes.get(mounts);
  if (known !== undefined) return known;
  const index = new Map<string, number[]>();
  for (const [position, { deviceNumber, source }] of mounts.entries()) {
    // A filesystem such as btrfs shows a device number of its own; its source still names the device.
    for (const key of [deviceNumber, source]) {
      const positions = index.get(key);
      if (positions === undefined) index.set(key, [position]);
      else positions.push(position);
    }
  }
  indexes.set(mounts, index);
  return index;
}

function aboveOf(target: BlockDevice | undefined, devices: BlockDevices): readonly BlockDevice[] {
  return target === undefined ? [] : devices.upFrom(target);
}

function dmNameOrKernelName(device: BlockDevice): string {
  return device.dm?.name ?? device.kernelName;
}
