import type { Host } from '../host/host.ts';
import { looking } from '../model/command.ts';
import { blockBytes } from '../model/disk.ts';
import type { VdoStatusLine } from '../model/kernel.ts';
import { checkNoTwin } from './twin-expectation.ts';
import type { Expectation } from '../model/plan.ts';
import { refuse } from '../model/refuse.ts';
import { whyUnknown } from '../parse/dmsetup-status.ts';
import { readBlockDevices } from '../stacks/devices.ts';
import { pathOf, readMemoryOf } from '../stacks/dm/memory.ts';
import { findDevice } from '../stacks/found-volume.ts';
import { askInfo, askStatus } from '../stacks/ask-kernel.ts';
import { listStanding } from '../stacks/lvm/layers.ts';
import { askGroups, askLv, knowsLvm } from '../stacks/lvm/report.ts';
import { findUnread, readManager } from '../stacks/manager/config.ts';
import { outputOf } from '../stacks/tool-result.ts';
import { udevSettle } from '../stacks/shared-steps.ts';
import { isAllZeros, readFirstBlock } from '../stacks/geometry/first-block.ts';
import { findUsers, isUnused } from '../stacks/volume-users.ts';
import { checkAnswers, checkDirectory, checkMounted } from './mount-expectations.ts';
import { checkFilesystem, checkLoop, checkOverlay, checkUnchanged } from './rehearsal-expectations.ts';
import { checkConfigured, checkRunsWith } from './tunable-expectations.ts';
import {
  checkBlock,
  checkDataPlace,
  checkDiskState,
  checkHoldsVdo,
  checkNoVdo,
  checkNotWiped,
  checkReadOnlyRecoveries,
  checkSizes,
  checkUnwritten,
  type Instead,
} from './disk-expectations.ts';

type Check<K extends Expectation['kind']> = (
  host: Host,
  expectation: Extract<Expectation, { kind: K }>,
  volume: string,
) => Promise<Instead> | Instead;

/** Checks one fact against the kernel or the disk. @returns undefined if it holds. */
export async function findShortfall(host: Host, expectation: Expectation, volume: string): Promise<Instead> {
  const check = checks[expectation.kind] as Check<Expectation['kind']>;
  return check(host, expectation, volume);
}

const checks: { readonly [K in Expectation['kind']]: Check<K> } = {
  'dm-absent': (host, { dmName }) => {
    const device = readBlockDevices(host.files).withDmName(dmName);
    return device === undefined ? undefined : { what: 'still-there', name: dmName };
  },
  'dm-present': (host, { dmName }) => {
    const device = readBlockDevices(host.files).withDmName(dmName);
    return device !== undefined && device.sizeBytes > 0 ? undefined : { what: 'not-there', name: dmName };
  },
  'not-by-hand': (host, { dmName }) => {
    const device = readBlockDevices(host.files).withDmName(dmName);
    return device?.dm?.uuid === '' ? { what: 'put-up-by-hand', name: dmName } : undefined;
  },
  'dm-table': async (host, { dmName, table }) => {
    const found = outputOf(await host.run(looking('dmsetup', ['table', dmName]))).trimEnd();
    return found === table ? undefined : { what: 'other-table', table: found };
  },
  writable: (host, { dmName }) => {
    const device = readBlockDevices(host.files).withDmName(dmName);
    if (device === undefined) return { what: 'not-there', name: dmName };
    const flag = host.files.readText(`/sys/class/block/${device.kernelName}/ro`);
    return flag.kind === 'read' && flag.value.trim() === '0'
      ? undefined
      : { what: 'device-read-only', name: dmName };
  },
  unused: checkUnused,
  'disk-state': checkDiskState,
  'not-wiped': checkNotWiped,
  'block-is': checkBlock,
  'data-lies-at': checkDataPlace,
  'no-vdo': checkNoVdo,
  sizes: checkSizes,
  mode: async (host, { dmName, oneOf }) => {
    const status = await askStatus(host, dmName);
    const mode = status?.mode;
    return mode !== undefined && oneOf.includes(mode) ? undefined : stateInstead(status, 'mode', dmName);
  },
  'holds-vdo': checkHoldsVdo,
  'no-twin-runs': checkNoTwin,
  'read-only-recoveries': checkReadOnlyRecoveries,
  unwritten: checkUnwritten,
  'only-on': checkOnlyOn,
  'data-not-lent': (host, { dataDmName, poolDmName }) => {
    const devices = readBlockDevices(host.files);
    const isDown = devices.withDmName(dataDmName) === undefined;
    return isDown || devices.withDmName(poolDmName) !== undefined
      ? undefined
      : { what: 'up-by-itself', name: dataDmName };
  },
  answers: (host, { device }) => checkAnswers(host, device),
  mounted: (host, { path, device }) => checkMounted(host, path, device),
  'not-mounted': (host, { path }) => checkMounted(host, path, null),
  'has-room': async (host, { dmName, atLeastBytes }) => {
    const status = await askStatus(host, dmName);
    if (status === undefined) return { what: 'not-running', name: dmName };
    const bytes = roomLeft(status);
    return bytes >= atLeastBytes ? undefined : { what: 'room-left', bytes };
  },
  directory: ({ files }, { path }) => checkDirectory(files, path, 'there'),
  'no-directory': ({ files }, { path }) => checkDirectory(files, path, 'missing'),
  'no-file': ({ files }, { path }) => checkDirectory(files, path, 'missing'),
  'loop-free': (host, { device }) => checkLoop(host.files, device, null),
  'loop-of': (host, { device, path }) => checkLoop(host.files, device, path),
  'not-loop-of': (host, { device, path }) =>
    checkLoop(host.files, device, path) === undefined ? { what: 'still-there', name: device } : undefined,
  'overlay-whole': (host, { dmName }) => checkOverlay(host, dmName),
  unchanged: checkUnchanged,
  filesystem: checkFilesystem,
  'begins-with-zeros': async (host, { device }, name) =>
    isAllZeros(await readFirstBlock(host, device, name)) ? undefined : { what: 'not-zeros', device },
  'settled-table': async (host, { dmName }) => {
    const info = await askInfo(host, dmName);
    if (info?.suspended === true) return { what: 'suspended', name: dmName };
    return info?.hasWaitingTable === true ? { what: 'table-waiting', name: dmName } : undefined;
  },
  remembered: ({ files }, { remembered }) => {
    const found = readMemoryOf(files, remembered.name);
    // The plan could not know the UUID of a VDO that was still to be formatted; the file has it by now.
    const known = remembered.uuid === null && found !== undefined ? { ...found, uuid: null } : found;
    return JSON.stringify(known) === JSON.stringify(remembered)
      ? undefined
      : { what: 'remembered-otherwise', name: remembered.name };
  },
  forgotten: ({ files }, { name }) =>
    files.readText(pathOf(name)).kind === 'missing' ? undefined : { what: 'still-remembered', name },
  'lvm-has': async (host, { what, name }) =>
    (await knowsLvm(host, what, name)) ? undefined : { what: 'lvm-lacks', name },
  'lvm-lacks': async (host, { what, name }) =>
    (await knowsLvm(host, what, name)) ? { what: 'lvm-still-has', name } : undefined,
  'lvm-pool': checkPool,
  'lv-size': async (host, { name, atLeastBytes }) => {
    const found = (await askLv(host, name))?.sizeBytes ?? 0;
    return found >= atLeastBytes ? undefined : { what: 'other-size', of: 'lv', bytes: found };
  },
  'lv-in-step': async (host, { name }) => {
    const row = await askLv(host, name);
    const active = row === undefined ? undefined : readBlockDevices(host.files).withDmName(row.dmName);
    if (active === undefined || active.sizeBytes === row?.sizeBytes) return undefined;
    return { what: 'other-size', of: 'lv-in-kernel', bytes: active.sizeBytes };
  },
  configured: checkConfigured,
  'runs-with': checkRunsWith,
  'manager-state': checkManagerState,
  'removal-begun': async (host, { name, device }, volume) => {
    if ((await checkManagerState(host, { name, oneOf: [] })) === undefined) return undefined;
    return checkNoVdo(host, { kind: 'no-vdo', device }, volume);
  },
  compression: async (host, { dmName, state, ifRunning }) => {
    const status = await askStatus(host, dmName);
    if (status === undefined && ifRunning === true) return undefined;
    return status?.compression === state ? undefined : stateInstead(status, 'compression', dmName);
  },
  index: async (host, { dmName, oneOf, ifRunning }) => {
    const status = await askStatus(host, dmName);
    if (status === undefined && ifRunning === true) return undefined;
    const index = status?.index;
    return index !== undefined && oneOf.includes(index) ? undefined : stateInstead(status, 'index', dmName);
  },
};

/** Bytes of physical space that nothing uses. What the kernel does not tell counts as none. */
function roomLeft({ usedBlocks, physicalBlocks }: VdoStatusLine): number {
  return usedBlocks === undefined || physicalBlocks === undefined
    ? 0
    : Math.max(0, physicalBlocks - usedBlocks) * blockBytes;
}

/** The shortfall that one field of a running volume's status shows. */
function stateInstead(
  status: VdoStatusLine | undefined,
  field: 'mode' | 'index' | 'compression',
  name: string,
): Instead {
  if (status === undefined) return { what: 'not-running', name };
  const found = status[field];
  return found === undefined
    ? { what: 'not-understood', problem: whyUnknown(status, field) }
    : { what: 'other-state', state: found };
}

async function checkManagerState(
  host: Host,
  { name, oneOf }: Pick<Extract<Expectation, { kind: 'manager-state' }>, 'name' | 'oneOf'>,
): Promise<Instead> {
  const { volumes, missing } = await readManager(host);
  const unread = findUnread(missing, name);
  if (unread !== undefined) refuse(name, 'manager-entry-unread', { why: unread.why });
  const found = volumes.get(name)?.operationState;
  const isSo = found === undefined ? oneOf.length === 0 : oneOf.includes(found);
  return isSo ? undefined : { what: 'manager-says', name, state: found ?? null };
}

async function checkUnused(
  host: Host,
  { device: path, ifThere }: Extract<Expectation, { kind: 'unused' }>,
  name: string,
): Promise<Instead> {
  const devices = readBlockDevices(host.files);
  const device = findDevice(host, devices, path);
  if (device === undefined) return ifThere === true ? undefined : { what: 'not-there', name: path };
  let users = findUsers(host.files, devices, [device]);
  if (users.processes.length > 0 && users.mounts.length + users.devices.length === 0) {
    // The user may be udev, which probes a device that just appeared or was just written.
    await host.run(udevSettle);
    users = findUsers(host.files, devices, [device]);
  }
  return isUnused(users) ? undefined : { kind: 'in-use', name, ...users };
}

/**
 * The agreement was for this very pool and these volumes: one added since, or another pool of this name, is not
 * covered.
 */
async function checkPool(
  host: Host,
  { name, uuid, lvUuids }: Extract<Expectation, { kind: 'lvm-pool' }>,
): Promise<Instead> {
  for (const group of await askGroups(host)) {
    const pool = group.lvs.find(({ vgName, lvName }) => `${vgName}/${lvName}` === name);
    if (pool === undefined) continue;
    if (pool.lvUuid !== uuid) return { what: 'other-pool', uuid: pool.lvUuid };
    const other = listStanding(group, pool).find(({ row }) => !lvUuids.includes(row.lvUuid))?.row;
    return other === undefined ? undefined : { what: 'lv-added', name: `${other.vgName}/${other.lvName}` };
  }
  return { what: 'lvm-lacks', name };
}

/**
 * Checks that the device-mapper name still lies on this storage: if someone else has taken it, it is not ours to stop.
 */
function checkOnlyOn(
  host: Host,
  { dmName, device: path }: Extract<Expectation, { kind: 'only-on' }>,
): Instead {
  const devices = readBlockDevices(host.files);
  const target = devices.withDmName(dmName);
  // A name without a table lies on nothing.
  if (target === undefined || target.below.length === 0) return undefined;
  const storage = findDevice(host, devices, path);
  if (storage !== undefined && target.below.includes(storage.kernelName)) return undefined;
  // Storage that was pulled no longer has a name, so nothing below the target is listed.
  if (storage === undefined && target.below.every((name) => devices.get(name) === undefined))
    return undefined;
  return { what: 'lies-on', name: dmName, kernelNames: target.below };
}
