import { blockBytes } from '../../../model/disk.ts';
import { findKernelDevice, findSuspendedUnder, land, listDeviceLinks } from '../../world/devices.ts';
import { checkStorage } from '../../world/storage-health.ts';
import { superBlockAt } from '../../../model/layout.ts';
import { findSignature, wipeSignature } from '../../world/signatures.ts';
import type { Options } from '../getopt.ts';
import { storageOfLine } from '../../world/vdo-table.ts';
import { vdoformat } from '../vdoformat.ts';
import type { World } from '../../world/world.ts';
import { createSettings, type ManagerSettings } from './config.ts';
import { applyOptions, requireCache, requireZones } from './options.ts';
import { handlePreviousFailure, setOperationState } from './previous.ts';
import {
  managerExitCodes,
  IncompleteFailure,
  ManagerFailure,
  ManagerHangs,
  setting,
  type ManagerSession,
} from './session.ts';
import { formatManagerSize, parseManagerSize } from './size.ts';
import { announceReady, startVolume, stopVolume } from './start-stop.ts';

/** `vdo create`: if it is killed before its end, the volume stays recorded as begun. */
export function createVolume(session: ManagerSession, name: string, options: Options): void {
  const device = options.values.get('--device') ?? '';
  session.announce(`Creating VDO ${name}`);
  handlePreviousFailure(session, name);
  checkNew(session, name, device);
  const isForced = options.flags.has('--force');
  const settings = createSettings(name, findStableName(session.world, device));
  applyOptions(settings, options);
  requireZones(settings);
  requireCache(settings, name);
  // vdo records that it begins before it looks at the device.
  begin(session, name, settings, 'beginCreate');
  undoing(session, name, () => {
    if (!isForced) checkClean(session, device);
    formatStorage(session, settings, isForced);
  });
  const startFormatted = (): void => {
    const { image } = session.dumpConfig(device);
    const sizes = {
      physicalSize: formatManagerSize(image.physicalBlocks * blockBytes),
      logicalSize: formatManagerSize(image.logicalBlocks * blockBytes),
    };
    start(session, name, sizes);
  };
  undoing(session, name, startFormatted, setting(settings, 'device'));
  announceReady(session, name, 'created');
}

/** `vdo import`: adopts a volume that lies on the device already. */
export function importVolume(session: ManagerSession, name: string, options: Options): void {
  const device = options.values.get('--device') ?? '';
  session.announce(`Importing VDO ${name}`);
  handlePreviousFailure(session, name);
  const { image } = session.dumpConfig(device);
  checkNew(session, name, device);
  checkUuid(session, image.uuid);
  const settings = createSettings(name, findStableName(session.world, device));
  applyOptions(settings, options);
  settings.set('physicalSize', formatManagerSize(image.physicalBlocks * blockBytes));
  settings.set('logicalSize', formatManagerSize(image.logicalBlocks * blockBytes));
  settings.set('slabSize', formatManagerSize(image.slabBlocks * blockBytes));
  settings.set('uuid', image.uuid);
  begin(session, name, settings, 'beginImport');
  undoing(session, name, () => {
    start(session, name, {});
  });
  announceReady(session, name, 'created');
}

function begin(session: ManagerSession, name: string, settings: ManagerSettings, state: string): void {
  session.config.set(name, settings);
  setOperationState(session, name, state);
}

/** Starts the volume that was begun. The record says that it is finished only once the volume is up. */
function start(session: ManagerSession, name: string, sizes: Readonly<Record<string, string>>): void {
  const settings = session.volume(name);
  session.job = { records: { volume: name, settings: { ...sizes, _operationState: 'finished' } } };
  const begun = new Map(settings);
  for (const [key, value] of Object.entries(sizes)) settings.set(key, value);
  try {
    startVolume(session, name, { forceRebuild: false });
  } finally {
    session.config.set(name, begun);
  }
}

/** Undoes an action that fails. One that is killed stays as it is. */
function undoing(session: ManagerSession, name: string, action: () => void, clears?: string): void {
  try {
    action();
  } catch (error) {
    if (!(error instanceof ManagerFailure)) throw error;
    session.job = {};
    session.config.delete(name);
    session.persist();
    if (clears !== undefined) clearInVain(session, clears);
    throw error;
  }
}

/** Clears the metadata to undo a create. If that fails as well, `vdo` does not say so. */
function clearInVain(session: ManagerSession, device: string): void {
  try {
    clearMetadata(session, device);
  } catch (error) {
    if (!(error instanceof ManagerFailure)) throw error;
  }
}

function checkNew(session: ManagerSession, name: string, device: string): void {
  if (session.config.has(name))
    throw new ManagerFailure(managerExitCodes.user, `VDO volume ${name} already exists`);
  const wanted = findKernelDevice(session.world, device)?.deviceNumber;
  const isConfigured = [...session.config.values()].some((settings) => {
    const path = setting(settings, 'device');
    return path === device || (wanted ?? '') === findKernelDevice(session.world, path)?.deviceNumber;
  });
  if (isConfigured)
    throw new ManagerFailure(managerExitCodes.user, `Device ${device} already configured for VDO use`);
  if (session.isNameTaken(name))
    throw new ManagerFailure(
      managerExitCodes.state,
      `Name conflict with extant device mapper target ${name}`,
    );
}

function checkUuid({ config, world }: ManagerSession, uuid: string): void {
  const devices = [...config.values()].map((settings) => setting(settings, 'device'));
  const running = world.dmDevices.flatMap(({ live }) =>
    (live ?? []).flatMap((line) => (line.target === 'vdo' ? [storageOfLine(line)] : [])),
  );
  const others = [...new Set([...running, ...devices])].filter((path) => {
    const device = findKernelDevice(world, path);
    const landing = device === undefined ? undefined : land(world, device, 0);
    return (
      landing?.kind === 'disk' &&
      landing.disk.contents.some(({ atBytes, vdo }) => atBytes === landing.atBytes && vdo?.uuid === uuid)
    );
  });
  if (others.length > 0)
    throw new ManagerFailure(
      managerExitCodes.state,
      `UUID ${uuid} already exists in VDO volume(s) stored on ${others.join(', ')}`,
    );
}

/** The manager asks LVM, in a trial run, what a create would overwrite. */
function checkClean({ world }: ManagerSession, path: string): void {
  const device = findKernelDevice(world, path);
  if (device === undefined)
    throw new ManagerFailure(managerExitCodes.unspecific, `No device found for ${path}.`, 'call');
  if (findSuspendedUnder(world, device) !== undefined) throw new ManagerHangs();
  const found = findSignature(world, device);
  if (found !== undefined)
    throw new ManagerFailure(
      managerExitCodes.state,
      `${found.type} signature detected on ${path} at offset ${String(found.magicAt)}; use --force to override`,
    );
}

/** A name of the device that stays the same from boot to boot, if it has one. */
function findStableName(world: World, path: string): string {
  const kernelName = findKernelDevice(world, path)?.kernelName;
  const aliases = listDeviceLinks(world)
    .filter(([link, to]) => to === kernelName && link.startsWith('/dev/disk/by-id/'))
    .map(([link]) => link);
  const byUuid = aliases.filter((link) => /\/(dm|md)-uuid-/.test(link));
  return [...(byUuid.length > 0 ? byUuid : aliases)].sort()[0] ?? path;
}

const usualSlabSize = '2G';

function formatStorage(session: ManagerSession, settings: ManagerSettings, isForced: boolean): void {
  const logical = setting(settings, 'logicalSize');
  const slab = setting(settings, 'slabSize');
  const slabBits = Math.log2((parseManagerSize(slab) ?? 0) / blockBytes);
  session.passMoment(() => {
    leaveHalfFormatted(session.world, setting(settings, 'device'));
  });
  const formatted = session.must(vdoformat, [
    `--uds-memory-size=${setting(settings, 'indexMemory')}`,
    ...(setting(settings, 'indexSparse') === 'enabled' ? ['--uds-sparse'] : []),
    ...(logical === '0M' ? [] : [`--logical-size=${logical}`]),
    ...(slab === usualSlabSize ? [] : [`--slab-bits=${String(slabBits)}`]),
    ...(isForced ? ['--force'] : []),
    setting(settings, 'device'),
  ]);
  for (const line of formatted.stdout.trimEnd().split('\n'))
    session.announce(`      ${line.replaceAll(/(\d+)\.\d\d /g, '$1 ')}`);
}

/** `vdoformat` clears the first block before everything else, and writes it at the end. */
function leaveHalfFormatted(world: World, path: string): void {
  const device = findKernelDevice(world, path);
  if (device !== undefined) wipeSignature(world, device);
}

export interface ManagerRemoveOptions {
  readonly force: boolean;
}

/** `vdo remove`: zeroes the first block whatever the device holds, for created and for imported volumes. */
export function removeVolume(session: ManagerSession, name: string, { force }: ManagerRemoveOptions): void {
  const device = setting(session.volume(name), 'device');
  session.announce(`Removing VDO ${name}`);
  if (!force && findKernelDevice(session.world, device) === undefined)
    throw new ManagerFailure(managerExitCodes.state, `Device ${device} not found. Remove VDO with --force.`);
  const steps: string[] = [];
  try {
    stopVolume(session, name, { force, steps });
  } catch (error) {
    if (error instanceof IncompleteFailure) explainCleanup(session, name, steps);
    throw error;
  }
  session.config.delete(name);
  // vdo zeroes the first block before it removes the entry, and removes the entry even if that fails.
  try {
    clearMetadata(session, device);
  } catch (error) {
    if (error instanceof ManagerFailure) session.persist();
    throw error;
  }
  session.persist();
}

function explainCleanup(session: ManagerSession, name: string, steps: readonly string[]): void {
  for (const line of [
    'A previous operation failed.',
    'Recovery from the failure either failed or was interrupted.',
    "Add '--force' to 'remove' to perform the following cleanup.",
    `Steps to clean up VDO ${name}:`,
    ...steps.map((step) => `    ${step}`),
  ])
    session.announce(line);
}

function clearMetadata(session: ManagerSession, path: string): void {
  const { world } = session;
  session.passMoment();
  const device = findKernelDevice(world, path);
  if (device === undefined) return;
  if (findSuspendedUnder(world, device) !== undefined) throw new ManagerHangs();
  const landing = land(world, device, 0);
  if (landing.kind !== 'disk' || checkStorage(world, device, superBlockAt({})) !== 'good')
    throw new ManagerFailure(
      managerExitCodes.unspecific,
      `dd: error writing '${path}': Input/output error`,
      'call',
    );
  // Zeroing the first 4096 bytes removes any signature in them.
  wipeSignature(world, device);
  session.passMoment();
}
