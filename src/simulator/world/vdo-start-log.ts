import { dmNumber } from './devices.ts';
import { generationOf } from './generation.ts';
import { logOfVdo, logToKernel } from './kernel-log.ts';
import { loggedName } from './vdo-table.ts';
import type { DmDevice, VdoImage, World } from './world.ts';

/** What the kernel logs about a start. The model logs fewer lines than a real kernel, and none of its own invention. */

/** Why the kernel refuses a table. */
export type KernelErrno = 'EIO' | 'EINVAL' | 'ENOENT' | 'ENXIO' | 'EBUSY';

export function refuseTable(world: World, dm: DmDevice, refusal: KernelErrno, reason: string): void {
  logToKernel(world, `device-mapper: table: ${dmNumber(dm)}: vdo: ${reason} (-${refusal})`);
}

export type Mismatch = 'no-geometry' | { readonly reason: string };

/** The error numbers are those of Linux 6.12. Nobody has recorded those of the older modules. */
export function refuseMetadata(world: World, dm: DmDevice, mismatch: Mismatch, instance: number): void {
  const { module, log: ofGeneration } = generationOf(world);
  const log = (text: string): void => {
    if (module.name === 'dm_vdo') logOfVdo(world, instance, 'dmsetup', text);
  };
  const status = 'vdo_status_to_errno: mapping internal status code';
  if (mismatch === 'no-geometry') {
    log('Could not create VDO device. (VDO error 1487, message Could not load geometry block)');
    log(`${status} 1487 (VDO_BAD_MAGIC: VDO Status: Bad magic number) to EIO`);
    refuseTable(world, dm, 'EIO', 'Could not load geometry block');
    return;
  }
  logOfVdo(world, instance, 'dmsetup', ofGeneration.zones);
  logOfVdo(world, instance, 'usual', mismatch.reason);
  log('Could not start VDO device. (VDO error 1473, message Cannot load metadata from device)');
  log(`${status} 1473 (VDO_PARAMETER_MISMATCH: VDO Status: Parameters have conflicting values) to EIO`);
  refuseTable(world, dm, 'EIO', 'Cannot load metadata from device');
}

export function needsReplay({ state }: VdoImage): boolean {
  return state === 'dirty' || state === 'replaying';
}

export function needsScrub(image: VdoImage): boolean {
  return needsReplay(image) || image.state === 'recovering';
}

export function needsRebuild({ state }: VdoImage): boolean {
  return state === 'force-rebuild' || state === 'rebuild-for-upgrade';
}

export function logLoading(world: World, dm: DmDevice, image: VdoImage, instance: number): void {
  const [line] = dm.starting?.lines ?? [];
  logOfVdo(world, instance, 'dmsetup', generationOf(world).log.zones);
  logOfVdo(world, instance, 'dmsetup', `starting device '${loggedName(world, line, dmNumber(dm))}'`);
  if (!needsRebuild(image) && !needsReplay(image)) return;
  const first = needsRebuild(image)
    ? 'Rebuilding reference counts to clear read-only mode'
    : 'Device was dirty, rebuilding reference counts';
  logOfVdo(world, instance, 'usual', first);
  logOfVdo(world, instance, needsRebuild(image) ? 'rebuild' : 'usual', 'Finished reading recovery journal');
}

/** A rebuild that cannot write: the volume comes up read-only. */
export function logAborted(world: World, dm: DmDevice): void {
  const { inputOutput } = generationOf(world).log;
  for (const text of [
    'Read-only rebuild aborted',
    `aborting load: ${inputOutput}`,
    `Entering read-only mode due to load error: ${inputOutput}`,
    `Unrecoverable error, entering read-only mode: ${inputOutput}`,
  ])
    logOfVdo(world, dm.vdo?.instance ?? 0, 'usual', text);
}

export function logUp(
  world: World,
  dm: DmDevice,
  facts: { readonly scrubs: boolean; readonly opensIndex: boolean },
): void {
  const instance = dm.vdo?.instance ?? 0;
  const name = loggedName(world, dm.live?.[0], dmNumber(dm));
  if (facts.scrubs) logOfVdo(world, instance, 'usual', 'Entering recovery mode');
  if (facts.opensIndex) logOfVdo(world, instance, 'index', 'Setting UDS index target state to online');
  for (const text of [`device '${name}' started`, `resuming device '${name}'`, `device '${name}' resumed`])
    logOfVdo(world, instance, 'dmsetup', text);
}
