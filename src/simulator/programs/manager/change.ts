import { blockBytes, sectorBytes } from '../../../model/disk.ts';
import { dmsetup } from '../dmsetup.ts';
import { generationOf } from '../../world/generation.ts';
import type { Options } from '../getopt.ts';
import {
  handlePreviousFailure,
  loadTable,
  loadWritePolicy,
  resumeByDmsetup,
  setOperationState,
  suspendByDmsetup,
  swapTable,
} from './previous.ts';
import { applyOptions, modifiable, requireZones } from './options.ts';
import { managerExitCodes, ManagerFailure, setting, type ManagerSession } from './session.ts';
import { formatManagerSize, parseManagerSize } from './size.ts';

/** The commands that change an existing volume. */

const leastGrowthBytes = blockBytes;

function requireRunning(session: ManagerSession, name: string): void {
  if (session.findRunning(name) === undefined)
    throw new ManagerFailure(managerExitCodes.state, `VDO volume ${name} must be running`, 'call');
}

function requireGrowth(oldBytes: number, newBytes: number): void {
  const refuse = (text: string): never => {
    throw new ManagerFailure(managerExitCodes.user, text, 'call');
  };
  if (newBytes < oldBytes) refuse(`Can't shrink a VDO volume (old size ${formatManagerSize(oldBytes)})`);
  if (newBytes === oldBytes) refuse(`Can't grow a VDO volume by less than ${String(leastGrowthBytes)} bytes`);
}

function bytesOf(session: ManagerSession, name: string, key: string): number {
  return parseManagerSize(setting(session.volume(name), key)) ?? 0;
}

function roundToBlock(bytes: number): number {
  return Math.floor(bytes / blockBytes) * blockBytes;
}

/** `vdo growLogical`. It records its success at the end, so a growth that fails stays recorded as begun. */
export function growLogical(session: ManagerSession, name: string, { values }: Options): void {
  handlePreviousFailure(session, name);
  requireRunning(session, name);
  const bytes = roundToBlock(parseManagerSize(values.get('--vdoLogicalSize') ?? '') ?? 0);
  requireGrowth(bytesOf(session, name, 'logicalSize'), bytes);
  setOperationState(session, name, 'beginGrowLogical');
  announceGrowth(session, name, ['prepareToGrowLogical', String(bytes / blockBytes)]);
  loadTable(session, name, { sectors: bytes / sectorBytes });
  swapTable(session, name);
  const { image } = session.dumpConfig(setting(session.volume(name), 'device'));
  finish(session, name, { logicalSize: formatManagerSize(image.logicalBlocks * blockBytes) });
}

/** Announces a growth to an older module by a message. Later modules see it in the table. */
function announceGrowth(session: ManagerSession, name: string, words: readonly string[]): void {
  if (generationOf(session.world).growthMessages !== undefined)
    session.must(dmsetup, ['message', name, '0', ...words]);
}

export function growPhysical(session: ManagerSession, name: string): void {
  handlePreviousFailure(session, name);
  requireRunning(session, name);
  const device = setting(session.volume(name), 'device');
  const bytes = roundToBlock(session.dumpConfig(device).storage.sizeBytes);
  requireGrowth(bytesOf(session, name, 'physicalSize'), bytes);
  setOperationState(session, name, 'beginGrowPhysical');
  announceGrowth(session, name, ['prepareToGrowPhysical']);
  suspendByDmsetup(session, name);
  announceGrowth(session, name, ['growPhysical']);
  loadTable(session, name, { physicalBlocks: bytes / blockBytes });
  resumeByDmsetup(session, name);
  const { image } = session.dumpConfig(device);
  finish(session, name, { physicalSize: formatManagerSize(image.physicalBlocks * blockBytes) });
}

function finish(session: ManagerSession, name: string, sizes: Readonly<Record<string, string>>): void {
  session.job = { records: { volume: name, settings: { ...sizes, _operationState: 'finished' } } };
}

export function changeWritePolicy(session: ManagerSession, name: string, { values }: Options): void {
  handlePreviousFailure(session, name);
  const settings = session.volume(name);
  const policy = values.get('--writePolicy') ?? '';
  if (policy === setting(settings, 'writePolicy')) return;
  settings.set('writePolicy', policy);
  if (session.findRunning(name) === undefined) {
    session.persist();
    return;
  }
  setOperationState(session, name, 'beginRunningSetWritePolicy');
  loadWritePolicy(session, name);
  finish(session, name, {});
}

type Switch = 'enabled' | 'disabled';

export function setCompression(session: ManagerSession, name: string, to: Switch): void {
  session.announce(`${to === 'enabled' ? 'Enabling' : 'Disabling'} compression on vdo ${name}`);
  if (!changeSwitch(session, name, 'compression', to)) return;
  if (session.findRunning(name) === undefined) return;
  session.announce(`${to === 'enabled' ? 'Starting' : 'Stopping'} compression on VDO ${name}`);
  session.must(dmsetup, ['message', name, '0', 'compression', to === 'enabled' ? 'on' : 'off']);
}

export function setDeduplication(session: ManagerSession, name: string, to: Switch): void {
  session.announce(`${to === 'enabled' ? 'Enabling' : 'Disabling'} deduplication on vdo ${name}`);
  if (!changeSwitch(session, name, 'deduplication', to)) return;
  if (session.findRunning(name) === undefined) return;
  session.must(dmsetup, ['message', name, '0', to === 'enabled' ? 'index-enable' : 'index-close']);
  const onlineAt = session.findRunning(name)?.vdo?.indexOnlineAt;
  // vdo looks once a second whether the index is still opening.
  if (onlineAt !== undefined)
    session.durationMs += Math.max(0, Math.ceil((onlineAt - session.world.now) / 1000) * 1000);
}

/** Sets the switch. @returns whether that changes it. */
function changeSwitch(session: ManagerSession, name: string, key: string, to: Switch): boolean {
  handlePreviousFailure(session, name);
  const settings = session.volume(name);
  if (setting(settings, key) === to) return false;
  settings.set(key, to);
  session.persist();
  return true;
}

export function setActivated(session: ManagerSession, name: string, to: Switch): void {
  handlePreviousFailure(session, name);
  const verb = to === 'enabled' ? 'activat' : 'deactivat';
  if (setting(session.volume(name), 'activated') === to) {
    session.announce(`${name} already ${verb}ed`);
    return;
  }
  session.announce(`${to === 'enabled' ? 'Activating' : 'Deactivating'} VDO ${name}`);
  changeSwitch(session, name, 'activated', to);
}

/** `vdo modify`: its settings apply from the next start on. */
export function modify(session: ManagerSession, name: string, options: Options): void {
  handlePreviousFailure(session, name);
  const wanted = new Map(session.volume(name));
  if (!applyOptions(wanted, options, modifiable)) return;
  requireZones(wanted);
  for (const [key, value] of wanted) session.volume(name).set(key, value);
  session.persist();
  if (session.findRunning(name) !== undefined)
    session.announce(`Note: Changes will not apply until VDO ${name} is restarted`);
}
