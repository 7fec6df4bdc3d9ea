import { generationOf } from './generation.ts';
import { logOfVdo } from './kernel-log.ts';
import { blockBytes, sectorBytes } from '../../model/disk.ts';
import {
  dmNumber,
  findContent,
  findDisk,
  findKernelDevice,
  findSuspendedUnder,
  isReadOnly,
  land,
  diskPlaceOf,
  type KernelDevice,
} from './devices.ts';
import { checkStorage } from './storage-health.ts';
import { findOverlayUnder, writeToOverlay } from './overlay.ts';
import { formatZeroed } from './vdo-format-at-start.ts';
import {
  logAborted,
  logLoading,
  logUp,
  needsRebuild,
  needsReplay,
  needsScrub,
  refuseMetadata,
  refuseTable,
  type Mismatch,
  type KernelErrno,
} from './vdo-start-log.ts';
import {
  countsOf,
  findBadTable,
  loggedName,
  optionsOfLine,
  readVdoTable,
  storageOfLine,
} from './vdo-table.ts';
import { countSlabs, superBlockAt } from '../../model/layout.ts';
import {
  type DmDevice,
  type SimulatedTableLine,
  type VdoImage,
  type SimulatedTarget,
  type World,
} from './world.ts';

export type StartOfVdo =
  | { readonly kind: 'refused'; readonly refusal: KernelErrno }
  | { readonly kind: 'starting'; readonly durationMs: number }
  /** The storage device, or something beneath it, is suspended. */
  | { readonly kind: 'hangs' };

/** The kernel's `table load` of a vdo target: everything that happens before the volume is up. */
export function startVdo(world: World, dm: DmDevice, line: SimulatedTableLine): StartOfVdo {
  const { table } = generationOf(world);
  const instance = world.nextInstance;
  const log = (text: string): void => {
    logOfVdo(world, instance, 'dmsetup', text);
  };
  const refuse = (refusal: KernelErrno, reason: string): StartOfVdo => {
    refuseTable(world, dm, refusal, reason);
    return { kind: 'refused', refusal };
  };
  const bad = findBadTable(world, line);
  if (bad !== undefined) return refuse('EINVAL', bad);
  world.nextInstance += 1;
  if (table.isLogged) log(`table line: ${line.parameters}`);
  logOldTable(world, instance, line);
  const storage = findKernelDevice(world, storageOfLine(line));
  if (storage === undefined || isReadOnly(storage)) return refuse('EINVAL', 'Unable to open storage device');
  log(`loading device '${loggedName(world, line, dmNumber(dm))}'`);
  if (usesSameDevice(world, dm, storage.deviceNumber)) {
    const reason = 'Cannot share storage device with already-running VDO';
    log(`Existing vdo already uses device ${storageOfLine(line)}`);
    log(`Could not create VDO device. (VDO error 1487, message ${reason})`);
    return refuse('EIO', reason);
  }
  dm.starting = { lines: [line], instance, abandoned: false, andThen: [] };
  return continueVdoStart(world, dm);
}

/** The module takes an older table, and logs that it is old. */
function logOldTable(world: World, instance: number, line: SimulatedTableLine): void {
  const { newest } = generationOf(world).table;
  const { version } = readVdoTable(line);
  if (version === newest) return;
  for (const text of [
    `Detected version mismatch between kernel module and tools kernel: ${String(newest)}, tool: ${String(version)}`,
    'Please consider upgrading management tools to match kernel.',
  ])
    logOfVdo(world, instance, 'dmsetup', text);
}

/** The part of the start that reads the storage device. It waits while the device is suspended. */
export function continueVdoStart(world: World, dm: DmDevice): StartOfVdo {
  const [line] = dm.starting?.lines ?? [];
  const storage = line === undefined ? undefined : findKernelDevice(world, storageOfLine(line));
  if (dm.starting === undefined || line === undefined || storage === undefined)
    return { kind: 'refused', refusal: 'EIO' };
  if (findSuspendedUnder(world, storage) !== undefined) return { kind: 'hangs' };
  const { instance } = dm.starting;
  if (generationOf(world).formatsZeroed) formatZeroed(world, storage, line);
  const image = findImage(world, storage);
  const mismatch = image === undefined ? 'no-geometry' : findMismatch(world, storage, image, line);
  if (mismatch !== undefined || image === undefined) {
    delete dm.starting;
    refuseMetadata(world, dm, mismatch ?? 'no-geometry', instance);
    return { kind: 'refused', refusal: 'EIO' };
  }
  logLoading(world, dm, image, instance);
  const durationMs = loadDuration(image);
  // The table is live, and the device suspended, while the kernel replays the journal.
  dm.live = dm.starting.lines;
  dm.suspended = true;
  dm.starting.finishAt = world.now + durationMs;
  return { kind: 'starting', durationMs };
}

function usesSameDevice(world: World, starting: DmDevice, storageNumber: string): boolean {
  return world.dmDevices.some((dm) => {
    if (dm === starting || (dm.vdo === undefined && dm.starting === undefined)) return false;
    const [line] = dm.live ?? dm.starting?.lines ?? [];
    return line !== undefined && findKernelDevice(world, storageOfLine(line))?.deviceNumber === storageNumber;
  });
}

/** The VDO whose geometry block is block 0 of the device; undefined if there is none or it cannot be read. */
export function findImage(world: World, device: KernelDevice): VdoImage | undefined {
  const landing = land(world, device, 0);
  if (landing.kind !== 'disk' || landing.disk.fault === 'fails') return undefined;
  return findContent(landing.disk, landing.atBytes)?.vdo;
}

/** The VDO that a running target runs on. */
export function imageOf(world: World, dm: DmDevice): VdoImage | undefined {
  const { vdo } = dm;
  if (vdo === undefined) return undefined;
  const disk = findDisk(world, vdo.place.disk);
  const content = disk === undefined ? undefined : findContent(disk, vdo.place.atBytes);
  // A running target does not look at its geometry block again, so a wiped one does not matter.
  return content?.vdo ?? content?.wiped;
}

function findMismatch(
  world: World,
  storage: KernelDevice,
  image: VdoImage,
  line: SimulatedTableLine,
): Mismatch | undefined {
  const { physicalBlocks = image.physicalBlocks } = readVdoTable(line);
  const logicalBlocks = Math.floor((line.sectors * sectorBytes) / blockBytes);
  if (checkStorage(world, storage, superBlockAt(image)) === 'fails' || image.damage !== undefined)
    return { reason: 'Could not load super block' };
  if (storage.sizeBytes < image.physicalBlocks * blockBytes)
    return {
      reason: `The storage device is smaller than the ${String(image.physicalBlocks)} blocks configured`,
    };
  if (physicalBlocks !== image.physicalBlocks)
    return {
      reason:
        `A physical size of ${String(physicalBlocks)} blocks was specified, ` +
        `not the ${String(image.physicalBlocks)} blocks configured in the vdo super block`,
    };
  const zones = countsOf(optionsOfLine(line)).get('physical') ?? 0;
  const slabs = countSlabs(image);
  if (zones > slabs) return { reason: `${String(zones)} physical zones exceeds slab count ${String(slabs)}` };
  if (logicalBlocks < image.logicalBlocks)
    return {
      reason:
        `A logical size of ${String(logicalBlocks)} blocks was specified, ` +
        `but that differs from the ${String(image.logicalBlocks)} blocks configured in the vdo super block`,
    };
  return undefined;
}

function loadDuration(image: VdoImage): number {
  if (needsReplay(image)) return image.recovery.replayMs;
  return needsRebuild(image) ? image.recovery.rebuildMs : image.loadMs;
}

/** What the kernel does once the metadata is loaded: the volume comes up. */
export function finishVdoStart(world: World, dm: DmDevice): void {
  const { starting } = dm;
  if (starting === undefined) return;
  delete dm.starting;
  dm.suspended = false;
  const [line] = starting.lines;
  const storage = line === undefined ? undefined : findKernelDevice(world, storageOfLine(line));
  const image = storage === undefined ? undefined : findImage(world, storage);
  const place = storage === undefined ? undefined : diskPlaceOf(world, storage);
  if (starting.abandoned || line === undefined || storage === undefined || place === undefined) {
    delete dm.live;
    return;
  }
  const options = optionsOfLine(line);
  const isAborted = image !== undefined && needsRebuild(image) && !writeRebuild(world, storage, image);
  const cameReadOnly = image === undefined || image.state === 'read-only' || isAborted;
  const opensIndex = image !== undefined && (!cameReadOnly || generationOf(world).opensIndexReadOnly);
  const scrubs = image !== undefined && needsScrub(image);
  const scrub = { startedAt: world.now, fromPercent: image?.recovery.fromPercent ?? 0 };
  dm.vdo = {
    instance: starting.instance,
    place,
    startedAt: world.now,
    readOnly: cameReadOnly ? 'loaded' : 'no',
    ...(opensIndex ? openIndexAtStart(world, image, options) : { index: 'closed' }),
    deduplicates: opensIndex && asksFor(options).deduplication,
    compression: !cameReadOnly && asksFor(options).compression,
    readOnlyErrors: 0,
    noSpaceErrors: 0,
    ...(scrubs ? { scrub } : {}),
  };
  if (isAborted) logAborted(world, dm);
  else if (image !== undefined) settleImage(world, dm, image, place);
  logUp(world, dm, { scrubs, opensIndex });
}

/** What a forced rebuild wrote on 6.12 to a volume of 9 GiB. */
const usualRebuildBytes = 362_632 * sectorBytes;

/** Writes a forced rebuild. @returns whether there was room for it; only an overlay has too little. */
function writeRebuild(world: World, storage: KernelDevice, image: VdoImage): boolean {
  const overlay = findOverlayUnder(world, storage);
  writeToOverlay(world, overlay, image.rebuildWritesBytes ?? usualRebuildBytes);
  return overlay?.isInvalid !== true;
}

/** The data reduction that a table asks for. Default: deduplication on, compression off. */
export function asksFor(options: string): { readonly deduplication: boolean; readonly compression: boolean } {
  return {
    deduplication: !options.includes('deduplication off'),
    compression: options.includes('compression on'),
  };
}

function openIndexAtStart(
  world: World,
  image: VdoImage,
  options: string,
): Pick<SimulatedTarget, 'index' | 'indexOnlineAt'> {
  if (!asksFor(options).deduplication) return { index: 'closed' };
  return { index: 'opening', indexOnlineAt: world.now + image.indexOpensAfterMs };
}

/** What a start writes to the disk. */
function settleImage(
  world: World,
  dm: DmDevice,
  image: VdoImage,
  place: { readonly disk: string; readonly atBytes: number },
): void {
  const others = world.dmDevices.filter(
    ({ vdo }) => vdo !== undefined && vdo.place.disk === place.disk && vdo.place.atBytes === place.atBytes,
  );
  if (others.some((other) => other !== dm)) {
    image.lost = `two volumes ran on the same storage: ${others.map(({ name }) => name).join(' and ')}`;
  }
  if (image.state === 'read-only') return;
  // The journal is replayed, or a rebuild does it.
  for (const file of image.files) delete file.unreplayed;
  const [line] = dm.live ?? [];
  // A table with a larger logical size than the super block grows the volume.
  if (line !== undefined) image.logicalBlocks = Math.floor((line.sectors * sectorBytes) / blockBytes);
  if (needsRebuild(image)) {
    image.readOnlyRecoveries += 1;
    image.completedRecoveries += 1;
  } else if (needsReplay(image)) image.completedRecoveries += 1;
  image.state = 'dirty';
}
