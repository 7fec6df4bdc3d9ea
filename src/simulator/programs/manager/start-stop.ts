import { blockBytes, sectorBytes } from '../../../model/disk.ts';
import { dmNumber, findDm } from '../../world/devices.ts';
import { listHolders } from '../../world/opens.ts';
import { createDevice, findWhyBusy, removeDevice } from '../../world/dm.ts';
import { dmsetup } from '../dmsetup.ts';
import { generationOf } from '../../world/generation.ts';
import { udevadm } from '../system-programs.ts';
import type { SimulatedMount, World } from '../../world/world.ts';
import { vdoforcerebuild } from '../vdo-programs.ts';
import type { ManagerSettings } from './config.ts';
import { requireCache } from './options.ts';
import { handlePreviousFailure, incomplete, isUnfinishedInConfig } from './previous.ts';
import {
  managerExitCodes,
  failureOf,
  IncompleteFailure,
  isEnabled,
  ManagerFailure,
  ManagerHangs,
  setting,
  type ManagerSession,
} from './session.ts';
import { parseManagerSize } from './size.ts';

function blocksOf(settings: ManagerSettings, key: string): number {
  return Math.floor((parseManagerSize(setting(settings, key)) ?? 0) / blockBytes);
}

/** The table with which `vdo start` makes the target. */
export function formatManagerTable(settings: ManagerSettings, physicalBlocks: number): string {
  const sectors = (blocksOf(settings, 'logicalSize') * blockBytes) / sectorBytes;
  const threads = [
    ['ack', 'ackThreads'],
    ['bio', 'bioThreads'],
    ['bioRotationInterval', 'bioRotationInterval'],
    ['cpu', 'cpuThreads'],
    ['hash', 'hashZoneThreads'],
    ['logical', 'logicalThreads'],
    ['physical', 'physicalThreads'],
  ];
  return [
    `0 ${String(sectors)} vdo V2 ${setting(settings, 'device')} ${String(physicalBlocks)}`,
    setting(settings, 'logicalBlockSize'),
    String(blocksOf(settings, 'blockMapCacheSize')),
    setting(settings, 'blockMapPeriod'),
    `on ${setting(settings, 'writePolicy')} ${setting(settings, 'name')}`,
    `maxDiscard ${String(blocksOf(settings, 'maxDiscardSize'))}`,
    ...threads.map(([word = '', key = '']) => `${word} ${setting(settings, key)}`),
  ].join(' ');
}

/** The messages that `vdo` sends to the target once it is up. */
export function listStartMessages(settings: ManagerSettings): string[] {
  return [
    ...(isEnabled(settings, 'deduplication') ? [] : ['index-close']),
    ...(isEnabled(settings, 'compression') ? ['compression on'] : []),
  ];
}

/** Starts a volume. A running volume stays as it is, whatever the options say: that is no failure. */
export function startVolume(
  session: ManagerSession,
  name: string,
  options: { readonly forceRebuild: boolean },
): void {
  const settings = session.volume(name);
  session.announce(`Starting VDO ${name}`);
  // Within a create or an import, the unfinished operation is the create or import itself.
  if (session.job.records === undefined) handlePreviousFailure(session, name);
  if (!isEnabled(settings, 'activated')) return;
  if (session.findRunning(name) !== undefined) {
    session.warn(`VDO service ${name} already started; no changes made`);
    return;
  }
  requireCache(settings, name);
  try {
    createTarget(session, name, settings, options);
  } catch (error) {
    if (error instanceof ManagerFailure) session.error(`Could not set up device mapper for ${name}`);
    throw error;
  }
  warnOfInstance(session, name);
  if (isEnabled(settings, 'compression')) session.announce(`Starting compression on VDO ${name}`);
}

function createTarget(
  session: ManagerSession,
  name: string,
  settings: ManagerSettings,
  { forceRebuild }: { readonly forceRebuild: boolean },
): void {
  const device = setting(settings, 'device');
  if (forceRebuild) {
    const ordered = session.run(vdoforcerebuild, [device]);
    if (ordered.durationMs === Infinity) throw new ManagerHangs();
    if (ordered.code !== 0) {
      session.error(`Device ${name} not read-only`);
      throw failureOf(ordered);
    }
  }
  const { image } = session.dumpConfig(device);
  const table = formatManagerTable(settings, image.physicalBlocks);
  const uuid = `VDO-${image.uuid}`;
  session.passMoment(() => {
    leaveEmptyName(session.world, name, uuid);
  });
  const created = session.run(dmsetup, ['create', name, '--uuid', uuid, '--table', table]);
  if (created.code !== 0) throw failureOf(created);
  const { starting } = findDm(session.world, name) ?? {};
  if (starting !== undefined) starting.messages = listStartMessages(settings);
  session.job = { ...session.job, awaits: name };
  session.whenKilled = (world) => {
    created.whenKilled?.(world);
  };
}

/** The instance number, from a file of the module. Without this file `vdo` warns and takes zero. */
function findInstance(session: ManagerSession, name: string): number {
  if (generationOf(session.world).statistics.files?.place !== '/sys/kvdo') return 0;
  const dm = session.findRunning(name);
  return dm?.vdo?.instance ?? dm?.starting?.instance ?? 0;
}

/** `dmsetup create` makes the name before it loads the table: a kill in between leaves an empty name. */
function leaveEmptyName(world: World, name: string, uuid: string): void {
  const creation = createDevice(world, { name, uuid, readOnly: false, lines: [] });
  if (creation.kind === 'created') delete creation.device.live;
}

function warnOfInstance(session: ManagerSession, name: string): void {
  if (generationOf(session.world).statistics.files?.place === '/sys/kvdo') return;
  const path = `/sys/kvdo/${name}/instance`;
  session.warn(
    `unable to determine VDO service ${name} instance number: [Errno 2] No such file or directory: '${path}'`,
  );
}

export function announceReady(session: ManagerSession, name: string, what: 'created' | 'started'): void {
  const path = `/dev/mapper/${name}`;
  if (session.findRunning(name) !== undefined) {
    warnOfInstance(session, name);
    session.announce(`VDO instance ${String(findInstance(session, name))} volume is ready at ${path}`);
  } else if (what === 'created') session.announce(`VDO volume created at ${path}`);
}

export interface StopOptions {
  readonly force: boolean;
  /** Collects the commands that would be run. */
  readonly steps?: string[];
}

/** How often `vdo` tries to remove the device, once a second. */
const removals = 10;

/** Stops a volume. If its create or import was cut off, it only collects the steps to take and fails, unless forced. */
export function stopVolume(session: ManagerSession, name: string, { force, steps = [] }: StopOptions): void {
  session.announce(`Stopping VDO ${name}`);
  const runs = force || !isCutOff(session, name);
  const running = session.findRunning(name);
  if (runs && running === undefined && !isUnfinishedInConfig(session, name)) {
    session.warn(`VDO service ${name} already stopped`);
    return;
  }
  if (running !== undefined && listHolders(session.world, dmNumber(running)).length > 0)
    throw new ManagerFailure(managerExitCodes.state, `cannot stop VDO volume ${name}: in use`);
  const isMounted = running !== undefined && hasMounts(session, dmNumber(running));
  if (isMounted || !runs) steps.push(`umount -f /dev/mapper/${name}`);
  if (isMounted && runs && !force)
    throw new ManagerFailure(managerExitCodes.state, `cannot stop VDO volume with mounts ${name}`);
  steps.push('udevadm settle', ...(running === undefined ? [] : [`vdodmeventd -u ${name}`]));
  steps.push(`dmsetup remove ${name}`);
  if (!runs) throw incomplete(session, name);
  if (running === undefined) return;
  if (isMounted) unmount(session, dmNumber(running));
  removeTarget(session, name);
}

/** Whether a create or an import was cut off. Finishes a growth or a new write policy that was cut off. */
function isCutOff(session: ManagerSession, name: string): boolean {
  try {
    handlePreviousFailure(session, name);
    return false;
  } catch (error) {
    if (error instanceof IncompleteFailure) return true;
    throw error;
  }
}

/** `vdo` counts only mounts in the first namespace, and no swap. */
function isMountOf(mount: SimulatedMount, deviceNumber: string): boolean {
  return mount.deviceNumber === deviceNumber && mount.namespace === 1 && mount.type !== 'swap';
}

function hasMounts({ world }: ManagerSession, deviceNumber: string): boolean {
  return world.mounts.some((mount) => isMountOf(mount, deviceNumber));
}

function unmount({ world }: ManagerSession, deviceNumber: string): void {
  world.mounts = world.mounts.filter((mount) => !isMountOf(mount, deviceNumber));
}

function removeTarget(session: ManagerSession, name: string): void {
  session.run(udevadm, ['settle']);
  const dm = findDm(session.world, name);
  if (dm === undefined) return;
  const busy = findWhyBusy(session.world, dm);
  session.passMoment();
  if (busy === undefined || busy === 'udev') {
    removeDevice(session.world, dm);
    session.passMoment();
    return;
  }
  session.durationMs += removals * 1000;
  throw new ManagerFailure(managerExitCodes.system, `cannot stop VDO service ${name}: device in use`);
}
