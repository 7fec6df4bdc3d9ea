import type { BlockDevice, BlockDevices } from '../model/device.ts';
import { isMultipath } from './devices.ts';
import { isUp, type Found, type Mishaps, type Surroundings } from './found-volume.ts';
import { askTables, describeShortage } from './room-below.ts';
import { describeSharing, listUsers } from './storage-users.ts';

/**
 * Adds to each running volume what happened to its storage. Costs a child process only if a layer beneath one was made
 * by hand and does not map all of what it lies on.
 */
export async function withMishaps(around: Surroundings, found: readonly Found[]): Promise<readonly Found[]> {
  const running = found.filter(runs);
  if (running.length === 0) return found;
  const users = listUsers(around);
  const tables = await askTables(around, running);
  return found.map((each) => {
    if (!runs(each)) return each;
    const mishaps: Mishaps = {
      ...say('gone', describeLoss(around, each)),
      ...describeMove(around, each),
      ...say('tooSmall', describeShortage(around, tables, each)),
      ...say('shared', describeSharing(around, users, each, found)),
    };
    return Object.keys(mishaps).length === 0 ? each : { ...each, mishaps };
  });
}

function say(what: keyof Mishaps, words: string | undefined): Mishaps {
  return words === undefined ? {} : { [what]: words };
}

/**
 * Whether the volume runs and is not suspended: while it is, somebody is changing its table, or what lies beneath it.
 */
function runs({ target, starter }: Found): boolean {
  return target !== undefined && isUp(target) && starter === undefined;
}

/** `/dev/vdb (254:16)` */
function nameDevice({ path, deviceNumber }: BlockDevice): string {
  return `${path} (${deviceNumber})`;
}

function describeLoss(around: Surroundings, { target, storage }: Found): string | undefined {
  const { devices } = around;
  if (target === undefined) return undefined;
  if (storage === undefined) {
    const [name] = target.below;
    return name === undefined ? undefined : `/dev/${name}, which it runs on, is gone`;
  }
  const lost = findLost(around, storage);
  if (lost !== undefined) return `/dev/${lost.name} beneath ${lost.above} is gone`;
  const back = devices.downFrom(target).flatMap((upper) => findReplaced(around, upper) ?? [])[0];
  if (back === undefined) return undefined;
  return `the ${back.path} that it runs on is gone; the device there now was attached since`;
}

/** A missing device that this one cannot do without: its kernel name, and what lies on it. */
function findLost(around: Surroundings, device: BlockDevice): { name: string; above: string } | undefined {
  const { host, devices } = around;
  const found = device.below.map((name) => {
    const below = devices.get(name);
    if (below !== undefined) return findLost(around, below);
    // A device that appeared while the devices were listed is there, but was not seen.
    const isThere = host.files.list(`/sys/class/block/${name}/slaves`).kind !== 'missing';
    return isThere ? undefined : { name, above: device.path };
  });
  const lost = found.filter((each) => each !== undefined);
  return isRedundant(devices, device) && lost.length < found.length ? undefined : lost[0];
}

/** Whether a device may still have all its data without one of the devices beneath it: a path, a leg, a mirror. */
function isRedundant(devices: BlockDevices, device: BlockDevice): boolean {
  if (isMultipath(device) || /^md|^(?:drbd|bcache)\d/.test(device.kernelName)) return true;
  // A device put together by hand or by dmraid(8) may be a mirror.
  if (device.dm !== undefined && !/^(?:LVM|VDO|CRYPT)-/.test(device.dm.uuid) && device.below.length > 1)
    return true;
  return device.below.some((name) =>
    /_(?:r|m)(?:image|meta|log)_\d+/.test(devices.get(name)?.dm?.name ?? ''),
  );
}

/** Finds a disk that came back under its old name. Layers hold each other in pairs, and nothing holds such a disk. */
function findReplaced(
  { host: { files }, devices }: Surroundings,
  upper: BlockDevice,
): BlockDevice | undefined {
  if (upper.dm === undefined) return undefined;
  const list = (name: string, of: 'holders' | 'slaves'): readonly string[] | undefined => {
    const names = files.list(`/sys/class/block/${name}/${of}`);
    return names.kind === 'read' ? names.value : undefined;
  };
  return upper.below
    .flatMap((name) => devices.get(name) ?? [])
    .find(({ dm, kernelName }) => {
      if (dm !== undefined) return false;
      const isHeld = (): boolean => list(kernelName, 'holders')?.includes(upper.kernelName) ?? true;
      // The table may be changing right now, so the holder is checked again.
      return !isHeld() && list(upper.kernelName, 'slaves')?.includes(kernelName) === true && !isHeld();
    });
}

function describeMove(around: Surroundings, found: Found): Mishaps {
  const { storage, stack, remembered, managed } = found;
  if (storage === undefined) return {};
  if (stack === 'lvm') return say('moved', describeOtherData(found, storage));
  const path = stack === 'manager' ? managed?.device : remembered?.storage;
  if (path === undefined) return {};
  const { files } = around.host;
  const described = files.describe(path);
  const runsOn = `it runs on ${nameDevice(storage)}, but ${path}, from which it is started,`;
  if (described.kind === 'missing') {
    // vdoctl may run in places that do not have all of /dev.
    const isSeen = files.list(path.slice(0, path.lastIndexOf('/'))).kind === 'read';
    return isSeen ? { unnamed: `${runsOn} now leads nowhere` } : {};
  }
  const deviceNumber = described.kind === 'read' ? described.value.deviceNumber : undefined;
  if (deviceNumber === undefined || deviceNumber === storage.deviceNumber) return {};
  const now = around.devices.withNumber(deviceNumber);
  if (now !== undefined && isSameDisk(around, storage, now)) return {};
  return { moved: `${runsOn} is now ${now === undefined ? deviceNumber : nameDevice(now)}` };
}

/** Whether both are ways to the very same disk: a multipath device and one of its paths, or two paths without one. */
function isSameDisk(
  { host: { files }, devices }: Surroundings,
  one: BlockDevice,
  other: BlockDevice,
): boolean {
  const isPath = (upper: BlockDevice, lower: BlockDevice): boolean =>
    isMultipath(upper) && devices.downFrom(upper).includes(lower);
  if (isPath(one, other) || isPath(other, one)) return true;
  const read = (kernelName: string, names: readonly string[]): string | undefined =>
    names
      .map((name) => files.readText(`/sys/class/block/${kernelName}/${name}`))
      .flatMap((text) => (text.kind === 'read' ? [text.value.trim()] : []))[0];
  /** The disk, and where on it the device begins: a partition has no identifier of its own. */
  const identify = (device: BlockDevice): string | undefined => {
    const start = read(device.kernelName, ['start']);
    const [disk] = start === undefined ? [device] : device.below.flatMap((name) => devices.get(name) ?? []);
    const wwid = disk === undefined ? undefined : read(disk.kernelName, ['device/wwid', 'wwid']);
    return wwid === undefined || wwid === '' ? undefined : `${wwid} ${start ?? ''}`;
  };
  const first = identify(one);
  return first !== undefined && first === identify(other);
}

/** Tells that a pool's target does not lie on its data LV, whatever that in turn lies on. */
function describeOtherData({ pool }: Found, storage: BlockDevice): string | undefined {
  const data = pool?.group.lvs.find(({ lvName }) => lvName === pool.pool.dataName);
  if (data === undefined || storage.dm?.name === data.dmName) return undefined;
  if (storage.dm?.uuid.includes(data.lvUuid.replaceAll('-', '')) === true) return undefined;
  return `it runs on ${nameDevice(storage)}, but LVM has its data on ${data.vgName}/${data.lvName}`;
}
