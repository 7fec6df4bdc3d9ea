import { logToKernel } from './kernel-log.ts';
import { blockBytes, sectorBytes } from '../../model/disk.ts';
import {
  checkStorage,
  dmNumber,
  findContent,
  findDevice,
  findSuspendedUnder,
  land,
  optionsOfLine,
  placeOf,
  storageOfLine,
  type KernelDevice,
} from './devices.ts';
import { superBlockAt } from '../../model/layout.ts';
import {
  type DmDevice,
  type SimulatedTableLine,
  type VdoImage,
  type VdoTarget,
  type World,
} from './world.ts';

/** Why the kernel does not take a table. */
export type Refusal = 'EIO' | 'EINVAL' | 'ENOENT' | 'ENXIO' | 'EBUSY';

export type StartOfVdo =
  | { readonly kind: 'refused'; readonly refusal: Refusal }
  | { readonly kind: 'starting'; readonly durationMs: number }
  /** The storage, or something beneath it, is suspended. */
  | { readonly kind: 'hangs' };

/** The kernel's `table load` of a vdo target: everything that happens before the volume is up. */
export function startVdo(world: World, dm: DmDevice, line: SimulatedTableLine): StartOfVdo {
  const instance = world.nextInstance;
  const log = (text: string): void => {
    logToKernel(world, `device-mapper: vdo${String(instance)}:dmsetup: ${text}`);
  };
  world.nextInstance += 1;
  log(`table line: ${line.parameters}`);
  const storage = findDevice(world, storageOfLine(line));
  if (storage === undefined || isReadOnly(storage)) {
    return refuse(world, dm, 'EINVAL', 'Unable to open storage device', log);
  }
  log(`loading device '${dmNumber(dm)}'`);
  if (usesSameDevice(world, dm, storage.deviceNumber)) {
    log(`Existing vdo already uses device ${storageOfLine(line)}`);
    return refuse(world, dm, 'EIO', 'Cannot share storage device with already-running VDO', log);
  }
  dm.starting = { lines: [line], instance, abandoned: false, andThen: [] };
  return continueVdoStart(world, dm);
}

/** The part of the start that reads the storage; it waits while the storage is suspended. */
export function continueVdoStart(world: World, dm: DmDevice): StartOfVdo {
  const [line] = dm.starting?.lines ?? [];
  const storage = line === undefined ? undefined : findDevice(world, storageOfLine(line));
  if (dm.starting === undefined || line === undefined || storage === undefined)
    return { kind: 'refused', refusal: 'EIO' };
  if (findSuspendedUnder(world, storage) !== undefined) return { kind: 'hangs' };
  const { instance } = dm.starting;
  const log = (text: string): void => {
    logToKernel(world, `device-mapper: vdo${String(instance)}:dmsetup: ${text}`);
  };
  const image = findImage(world, storage);
  const mismatch = image === undefined ? 'no-geometry' : findMismatch(world, storage, image, line);
  if (mismatch !== undefined || image === undefined) {
    delete dm.starting;
    return refuseMetadata(world, dm, mismatch ?? 'no-geometry', instance);
  }
  log(threads);
  log(`starting device '${dmNumber(dm)}'`);
  logLoading(world, image, instance);
  const durationMs = loadDuration(image);
  // The table is live, and the device suspended, while the kernel replays the journal.
  dm.live = dm.starting.lines;
  dm.suspended = true;
  dm.starting.finishAt = world.now + durationMs;
  return { kind: 'starting', durationMs };
}

function refuse(
  world: World,
  dm: DmDevice,
  refusal: Refusal,
  reason: string,
  log: (text: string) => void,
): StartOfVdo {
  if (refusal === 'EIO') log(`Could not create VDO device. (VDO error 1487, message ${reason})`);
  logToKernel(world, `device-mapper: table: ${dmNumber(dm)}: vdo: ${reason} (-${refusal})`);
  return { kind: 'refused', refusal };
}

type Mismatch = 'no-geometry' | { readonly reason: string };

const threads = 'zones: 0 logical, 0 physical, 0 hash; total threads: 8';

function refuseMetadata(world: World, dm: DmDevice, mismatch: Mismatch, instance: number): StartOfVdo {
  const log = (text: string): void => {
    logToKernel(world, `device-mapper: vdo${String(instance)}:dmsetup: ${text}`);
  };
  const status = 'vdo_status_to_errno: mapping internal status code';
  if (mismatch === 'no-geometry') {
    log('Could not create VDO device. (VDO error 1487, message Could not load geometry block)');
    log(`${status} 1487 (VDO_BAD_MAGIC: VDO Status: Bad magic number) to EIO`);
    logToKernel(world, `device-mapper: table: ${dmNumber(dm)}: vdo: Could not load geometry block (-EIO)`);
  } else {
    log(threads);
    logToKernel(world, `device-mapper: vdo: vdo${String(instance)}:reqQ: ${mismatch.reason}`);
    log('Could not start VDO device. (VDO error 1473, message Cannot load metadata from device)');
    log(`${status} 1473 (VDO_PARAMETER_MISMATCH: VDO Status: Parameters have conflicting values) to EIO`);
    logToKernel(world, `device-mapper: table: ${dmNumber(dm)}: vdo: Cannot load metadata from device (-EIO)`);
  }
  return { kind: 'refused', refusal: 'EIO' };
}

function isReadOnly(device: KernelDevice): boolean {
  return device.part.kind === 'dm' && device.part.dm.readOnly;
}

function usesSameDevice(world: World, starting: DmDevice, storageNumber: string): boolean {
  return world.dmDevices.some((dm) => {
    if (dm === starting || (dm.vdo === undefined && dm.starting === undefined)) return false;
    const [line] = dm.live ?? dm.starting?.lines ?? [];
    return line !== undefined && findDevice(world, storageOfLine(line))?.deviceNumber === storageNumber;
  });
}

/** The VDO whose geometry block is block 0 of the device; undefined when it cannot be read or there is none. */
export function findImage(world: World, device: KernelDevice): VdoImage | undefined {
  const landing = land(world, device, 0);
  if (landing.kind !== 'disk' || landing.disk.fault === 'fails') return undefined;
  return findContent(landing.disk, landing.atBytes)?.vdo;
}

/** The VDO that a running target runs on. */
export function imageOf(world: World, dm: DmDevice): VdoImage | undefined {
  const { vdo } = dm;
  if (vdo === undefined) return undefined;
  const disk = world.disks.find(({ name }) => name === vdo.place.disk);
  return disk === undefined ? undefined : findContent(disk, vdo.place.atBytes)?.vdo;
}

function findMismatch(
  world: World,
  storage: KernelDevice,
  image: VdoImage,
  line: SimulatedTableLine,
): Mismatch | undefined {
  const physicalBlocks = Number(line.parameters.split(' ')[2]);
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
  if (logicalBlocks < image.logicalBlocks)
    return {
      reason:
        `A logical size of ${String(logicalBlocks)} blocks was specified, ` +
        `but that differs from the ${String(image.logicalBlocks)} blocks configured in the vdo super block`,
    };
  return undefined;
}

const needsReplay: readonly VdoImage['state'][] = ['dirty', 'replaying'];
const needsScrub: readonly VdoImage['state'][] = ['dirty', 'replaying', 'recovering'];
const needsRebuild: readonly VdoImage['state'][] = ['force-rebuild', 'rebuild-for-upgrade'];

function loadDuration(image: VdoImage): number {
  if (needsReplay.includes(image.state)) return image.recovery.replayMs;
  return needsRebuild.includes(image.state) ? image.recovery.rebuildMs : image.loadMs;
}

function logLoading(world: World, image: VdoImage, instance: number): void {
  const rebuild = needsRebuild.includes(image.state);
  if (!rebuild && !needsReplay.includes(image.state)) return;
  const lines = rebuild
    ? ['Rebuilding reference counts to clear read-only mode', 'Finished reading recovery journal']
    : ['Device was dirty, rebuilding reference counts', 'Finished reading recovery journal'];
  for (const text of lines) logToKernel(world, `device-mapper: vdo: vdo${String(instance)}:reqQ: ${text}`);
}

/** What the kernel does when the metadata is loaded: the volume is up. */
export function finishVdoStart(world: World, dm: DmDevice): void {
  const { starting } = dm;
  if (starting === undefined) return;
  delete dm.starting;
  dm.suspended = false;
  const [line] = starting.lines;
  const storage = line === undefined ? undefined : findDevice(world, storageOfLine(line));
  const image = storage === undefined ? undefined : findImage(world, storage);
  const place = storage === undefined ? undefined : placeOf(world, storage);
  if (starting.abandoned || line === undefined || storage === undefined || place === undefined) {
    delete dm.live;
    return;
  }
  const options = optionsOfLine(line);
  const cameReadOnly = image === undefined || image.state === 'read-only';
  const scrubs = image !== undefined && needsScrub.includes(image.state);
  const scrub = { startedAt: world.now, fromPercent: image?.recovery.fromPercent ?? 0 };
  dm.vdo = {
    instance: starting.instance,
    place,
    startedAt: world.now,
    readOnly: cameReadOnly ? 'loaded' : 'no',
    ...(cameReadOnly ? { index: 'closed' } : openIndexAtStart(world, image, options)),
    deduplicates: !cameReadOnly && asksFor(options).deduplication,
    compression: !cameReadOnly && asksFor(options).compression,
    readOnlyErrors: 0,
    noSpaceErrors: 0,
    ...(scrubs ? { scrub } : {}),
  };
  if (image !== undefined) settleImage(world, dm, image, place);
  logUp(world, dm, { scrubs, cameReadOnly });
}

/** What a table says of the data reduction: the index is asked unless it says no, nothing is compressed unless it says so. */
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
): Pick<VdoTarget, 'index' | 'indexOnlineAt'> {
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
  const [line] = dm.live ?? [];
  // A table that promises more than the disk says is taken at its word.
  if (line !== undefined) image.logicalBlocks = Math.floor((line.sectors * sectorBytes) / blockBytes);
  if (needsRebuild.includes(image.state)) {
    image.readOnlyRecoveries += 1;
    image.completedRecoveries += 1;
  } else if (needsReplay.includes(image.state)) image.completedRecoveries += 1;
  image.state = 'dirty';
}

function logUp(
  world: World,
  dm: DmDevice,
  facts: { readonly scrubs: boolean; readonly cameReadOnly: boolean },
): void {
  const name = `vdo${String(dm.vdo?.instance ?? 0)}`;
  const say = (thread: string, text: string): void => {
    const prefix = thread === 'dmsetup' ? 'device-mapper' : 'device-mapper: vdo';
    logToKernel(world, `${prefix}: ${name}:${thread}: ${text}`);
  };
  if (facts.scrubs) say('reqQ', 'Entering recovery mode');
  if (!facts.cameReadOnly) say('reqQ', 'Setting UDS index target state to online');
  for (const text of ['started', 'resuming', 'resumed'] as const)
    say(
      'dmsetup',
      text === 'resuming' ? `resuming device '${dmNumber(dm)}'` : `device '${dmNumber(dm)}' ${text}`,
    );
}
