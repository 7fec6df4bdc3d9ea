import type { OperatingMode } from '../../model/kernel.ts';
import { dmNumber, findKernelDevice, findSuspendedUnder } from './devices.ts';
import { checkStorage } from './storage-health.ts';
import { countSlabs, superBlockAt } from '../../model/layout.ts';
import { imageOf } from './vdo-start.ts';
import { generationOf } from './generation.ts';
import { logOfVdo } from './kernel-log.ts';
import { loggedName, storageOfLine } from './vdo-table.ts';
import type { DmDevice, VdoImage, World } from './world.ts';

/** The storage of a running vdo target. */
export function findStorageOf(world: World, dm: DmDevice) {
  const [line] = dm.live ?? [];
  return line === undefined ? undefined : findKernelDevice(world, storageOfLine(line));
}

export function modeOf(dm: DmDevice): OperatingMode {
  if (dm.vdo === undefined || dm.vdo.readOnly !== 'no') return 'read-only';
  return dm.vdo.scrub === undefined ? 'normal' : 'recovering';
}

/** The progress of the scrubbing, 0 to 100 with fractions, by the clock alone. */
function percentByClock(
  scrub: { startedAt: number; fromPercent: number },
  image: VdoImage,
  at: number,
): number {
  const { scrubMs } = image.recovery;
  const share = scrubMs === 0 ? 1 : (at - scrub.startedAt) / scrubMs;
  return Math.min(100, scrub.fromPercent + (100 - scrub.fromPercent) * share);
}

/** How many slabs have right reference counts again: all of them if the volume does not recover. */
export function countScrubbedSlabs(world: World, dm: DmDevice): number {
  const image = imageOf(world, dm);
  if (image === undefined) return 0;
  const slabs = countSlabs(image);
  if (dm.vdo?.scrub === undefined) return slabs;
  const percent = percentByClock(dm.vdo.scrub, image, world.now);
  return Math.min(slabs - 1, Math.floor((slabs * percent) / 100));
}

/** The recovery progress in percent, as the kernel reports it. */
export function progressPercent(world: World, dm: DmDevice): number {
  const image = imageOf(world, dm);
  if (image === undefined || dm.vdo?.scrub === undefined) return 100;
  return Math.floor((100 * countScrubbedSlabs(world, dm)) / countSlabs(image));
}

/** When the running recovery ends if nothing stops it before; undefined if none runs, or it is held up. */
export function recoveryEndsAt(world: World, dm: DmDevice): number | undefined {
  if (dm.vdo?.scrub === undefined) return undefined;
  const image = imageOf(world, dm);
  if (image === undefined) return undefined;
  if (image.recovery.stallsAtPercent !== undefined || isHeldUp(world, dm)) return undefined;
  return dm.vdo.scrub.startedAt + image.recovery.scrubMs;
}

/** When the storage device starts failing under the running recovery; undefined if it does not. */
export function storageFailsAt(world: World, dm: DmDevice): number | undefined {
  if (dm.vdo?.scrub === undefined) return undefined;
  const image = imageOf(world, dm);
  const percent = image?.recovery.storageFailsAtPercent;
  if (image === undefined || percent === undefined) return undefined;
  if (isHeldUp(world, dm)) return undefined;
  const { startedAt, fromPercent } = dm.vdo.scrub;
  const share = fromPercent >= 100 ? 0 : Math.max(0, (percent - fromPercent) / (100 - fromPercent));
  return startedAt + image.recovery.scrubMs * share;
}

function isHeldUp(world: World, dm: DmDevice): boolean {
  const storage = findStorageOf(world, dm);
  return dm.suspended || (storage !== undefined && findSuspendedUnder(world, storage) !== undefined);
}

/** Lets time pass for a recovery that cannot go on: it keeps its progress. */
export function holdRecovery(world: World, dm: DmDevice, elapsedMs: number): void {
  const { vdo } = dm;
  if (vdo?.scrub === undefined) return;
  const image = imageOf(world, dm);
  if (image === undefined) return;
  const storage = findStorageOf(world, dm);
  const waits = dm.suspended || (storage !== undefined && findSuspendedUnder(world, storage) !== undefined);
  if (waits) {
    vdo.scrub.startedAt += elapsedMs;
    return;
  }
  const { stallsAtPercent, scrubMs } = image.recovery;
  if (stallsAtPercent === undefined) return;
  if (percentByClock(vdo.scrub, image, world.now) <= stallsAtPercent) return;
  const share = (stallsAtPercent - vdo.scrub.fromPercent) / (100 - vdo.scrub.fromPercent);
  vdo.scrub.startedAt = world.now - scrubMs * Math.max(0, share);
}

export function finishRecovery(world: World, dm: DmDevice): void {
  if (dm.vdo?.scrub === undefined) return;
  delete dm.vdo.scrub;
  logOfVdo(world, dm.vdo.instance, 'usual', 'Exiting recovery mode');
}

/** A volume that cannot write goes read-only. The super block says so only if it can still be written. */
export function enterReadOnly(world: World, dm: DmDevice): void {
  const { vdo } = dm;
  if (vdo === undefined || vdo.readOnly !== 'no') return;
  vdo.readOnly = 'entered';
  delete vdo.scrub;
  const storage = findStorageOf(world, dm);
  const image = imageOf(world, dm);
  const canWrite =
    storage !== undefined &&
    image !== undefined &&
    checkStorage(world, storage, superBlockAt(image)) === 'good';
  if (canWrite) image.state = 'read-only';
  const { inputOutput } = generationOf(world).log;
  const text = `Unrecoverable error, entering read-only mode: ${inputOutput}`;
  logOfVdo(world, vdo.instance, 'journal', text);
}

/** Volumes notice that their storage device fails, because they write all the time. */
export function noticeFailures(world: World): boolean {
  let noticed = false;
  for (const dm of world.dmDevices) {
    if (dm.vdo === undefined || dm.suspended || dm.vdo.readOnly !== 'no') continue;
    const storage = findStorageOf(world, dm);
    const image = imageOf(world, dm);
    const isGood =
      storage !== undefined && checkStorage(world, storage, superBlockAt(image ?? {})) === 'good';
    if (!isGood) {
      enterReadOnly(world, dm);
      dm.vdo.readOnlyErrors += 1;
      noticed = true;
    }
  }
  return noticed;
}

/** What a suspension, or the end of the target, writes to the disk. */
export function saveVdo(world: World, dm: DmDevice): void {
  const image = imageOf(world, dm);
  if (image === undefined || dm.vdo === undefined || dm.vdo.readOnly !== 'no') return;
  image.state = dm.vdo.scrub === undefined ? 'clean' : 'recovering';
}

/** Ends a running target. */
export function stopVdo(world: World, dm: DmDevice): void {
  const { vdo } = dm;
  if (vdo === undefined) return;
  const say = (text: string): void => {
    logOfVdo(world, vdo.instance, 'dmsetup', text);
  };
  const name = loggedName(world, dm.live?.[0], dmNumber(dm));
  say(`suspending device '${name}'`);
  if (!dm.suspended) saveVdo(world, dm);
  for (const text of [`device '${name}' suspended`, `stopping device '${name}'`]) say(text);
  say(`device '${name}' stopped`);
  delete dm.vdo;
}
