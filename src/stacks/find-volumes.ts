import type { StorageArea } from '../host/host.ts';
import type { BlockDevice, BlockDevices } from '../model/device.ts';
import type { LvmReport, VdoStatusLine } from '../model/kernel.ts';
import { lvmDmName, splitLvmDmName } from '../model/names.ts';
import type { StackName } from '../model/volume.ts';
import { findDevice, isUp, type Found, type FoundPool, type HostView } from './found-volume.ts';
import { findWholeness } from './lvm/layout.ts';
import { areaOfPool, isPoolTarget, poolsOf, volumesOf, type LvmView } from './lvm/report.ts';
import { findVolatileDisks, type Managed } from './manager/config.ts';
import type { RunningCommand } from './processes.ts';
import { isOfRehearsal } from './rehearsal/rehearsal-device.ts';
import { findStarter } from './starters.ts';

/** LVM's pools by the dm names of their targets. */
type Pools = ReadonlyMap<string, FoundPool>;

/** Every volume of every stack, running or not, sorted by name. */
export function findVolumes(facts: HostView): Found[] {
  const pools: Pools = new Map(allPools(facts.lvm).map((pool) => [targetName(pool), pool]));
  const running = findRunning(facts, pools);
  const names = new Set(running.map((found) => found.dmName));
  const stopped = [
    ...findRemembered(facts, names),
    ...findPools(facts, pools, names),
    ...findManaged(facts, names),
    ...findEmptyNames(facts),
  ];
  const all = [...running, ...stopped.map((found) => withSharer(facts.devices, running, found))].map(
    (found) => withStarter(facts.starts, found),
  );
  return all.sort((one, other) => (one.name < other.name ? -1 : 1));
}

/**
 * Marks a volume that is being started. While the kernel replays the journal, it reports the device as suspended and
 * the volume as normal, with meaningless numbers. Only the process that waits for the start tells this from a volume
 * that somebody suspended.
 */
function withStarter(starts: readonly RunningCommand[], found: Found): Found {
  const { target } = found;
  const starter = target === undefined || isUp(target) ? undefined : findStarter(starts, found);
  return starter === undefined ? found : { ...found, starter, status: undefined, statistics: undefined };
}

/**
 * Names the volume that runs on the storage of a stopped one. Not for pools: others may run on a physical volume of the
 * same group, and LVM keeps them apart.
 */
function withSharer(devices: BlockDevices, running: readonly Found[], found: Found): Found {
  if (found.storage === undefined || found.stack === 'lvm') return found;
  const above = new Set(devices.upFrom(found.storage));
  if (above.size === 0) return found;
  const sharer = running.find(({ target }) => target !== undefined && above.has(target));
  return sharer === undefined ? found : { ...found, sharer: sharer.name };
}

function findRunning(facts: HostView, pools: Pools): Found[] {
  const asked = [...facts.kernel.status.values()]
    .filter(({ dmName }) => !isOfRehearsal(facts.devices.withDmName(dmName)))
    .map((status) => describeRunning(facts, pools, status.dmName));
  const seen = new Set(asked.map((found) => found.dmName));
  // Without an answer from dmsetup (without root, for example), sysfs still shows the targets of LVM, of the manager,
  // and of the volumes that vdoctl remembers.
  const guessed = [...facts.devices.all()].flatMap(({ dm, sizeBytes }) => {
    if (dm === undefined || sizeBytes === 0 || seen.has(dm.name) || facts.namesakes.has(dm.name)) return [];
    const isOurs =
      isPoolTarget(dm.uuid) ||
      dm.uuid.startsWith(managerPrefix) ||
      facts.memory.volumes.has(dm.name) ||
      facts.manager.volumes.has(dm.name);
    return isOurs ? [describeRunning(facts, pools, dm.name)] : [];
  });
  return [...asked, ...guessed];
}

function describeRunning(facts: HostView, pools: Pools, dmName: string): Found {
  const { devices, kernel } = facts;
  const target = devices.withDmName(dmName);
  const status = kernel.status.get(dmName);
  const storage = storageOf(devices, target, status);
  const managed = facts.manager.volumes.get(dmName);
  const stack = stackOf(target?.dm?.uuid ?? '', managed);
  const found = {
    dmName,
    target,
    status,
    statistics: kernel.statistics.get(dmName),
    storagePath: storage?.path ?? status?.storage ?? '',
    storage,
    area:
      storage === undefined ? undefined : { id: dmName, extents: [{ device: storage.path, startBytes: 0 }] },
  };
  if (stack === 'manager') {
    const own = { name: dmName, stack, remembered: undefined, pool: undefined };
    const configured = managed === undefined ? undefined : findDevice(facts.host, devices, managed.device);
    return {
      ...{ ...found, ...own, ...describeManaged(facts, managed, storage) },
      ...(configured === undefined ? {} : { configuredStorage: configured }),
    };
  }
  if (stack === 'dm') {
    const remembered = facts.memory.volumes.get(dmName);
    const fault = facts.memory.findFault?.(dmName);
    const own = { name: dmName, stack, remembered, pool: undefined } as const;
    return { ...found, ...own, ...(fault === undefined ? {} : { memoryFault: fault }) };
  }
  const pool = pools.get(dmName);
  const lack = pool === undefined ? {} : findLack(facts, pool);
  return { ...found, name: nameOfPool(dmName, pool), stack, remembered: undefined, pool, ...lack };
}

const managerPrefix = 'VDO-';

/** The manager goes by the name alone, so a volume that it has configured is its own, whoever started it. */
function stackOf(uuid: string, managed: Managed | undefined): StackName {
  if (uuid.startsWith('LVM-')) return 'lvm';
  return uuid.startsWith(managerPrefix) || managed !== undefined ? 'manager' : 'dm';
}

function storageOf(
  devices: BlockDevices,
  target: BlockDevice | undefined,
  status: VdoStatusLine | undefined,
) {
  const kernelName = status?.storage?.replace('/dev/', '') ?? target?.below[0];
  return kernelName === undefined ? undefined : devices.get(kernelName);
}

const poolLayer = 'vpool';

/** `vg/pool`, from LVM if it answered, else from the dm name. */
function nameOfPool(dmName: string, found: FoundPool | undefined): string {
  if (found !== undefined) return `${found.group.vgName}/${found.pool.lvName}`;
  const parts = splitLvmDmName(dmName.slice(0, -`-${poolLayer}`.length));
  return parts === undefined ? dmName : `${parts.vg}/${parts.lv}`;
}

function allPools(lvm: LvmView): FoundPool[] {
  return lvm.groups.flatMap((group) =>
    poolsOf(group).map((pool) => ({ group, pool, lvs: volumesOf(group, pool) })),
  );
}

function targetName({ group, pool }: FoundPool): string {
  return lvmDmName(group.vgName, pool.lvName, poolLayer);
}

function findRemembered(facts: HostView, running: ReadonlySet<string>): Found[] {
  const { memory, manager } = facts;
  const stopped = [...memory.volumes.values()].filter(
    ({ name }) => !running.has(name) && !manager.volumes.has(name),
  );
  return stopped.map((remembered) => {
    const common = describeStopped(facts, remembered.name, remembered.storage);
    return { ...common, stack: 'dm', remembered };
  });
}

function findManaged(facts: HostView, running: ReadonlySet<string>): Found[] {
  const stopped = [...facts.manager.volumes.values()].filter(({ name }) => !running.has(name));
  return stopped.map((managed) => {
    const common = describeStopped(facts, managed.name, managed.device);
    return { ...common, stack: 'manager', ...describeManaged(facts, managed, common.storage) };
  });
}

/** Names without a table that the manager does not know: a start was killed, and the entry was removed. */
function findEmptyNames(facts: HostView): Found[] {
  const { devices, manager, memory } = facts;
  return [...devices.all()].flatMap(({ dm, sizeBytes }) => {
    const isEmpty = dm?.uuid.startsWith(managerPrefix) === true && sizeBytes === 0;
    if (!isEmpty || manager.volumes.has(dm.name) || memory.volumes.has(dm.name)) return [];
    return [{ ...describeStopped(facts, dm.name, ''), stack: 'manager' }];
  });
}

function describeManaged(
  { host, devices }: HostView,
  managed: Managed | undefined,
  storage: BlockDevice | undefined,
): Pick<Found, 'managed' | 'volatileDisks'> {
  if (managed === undefined) return {};
  if (managed.writePolicy !== 'sync' || storage === undefined) return { managed };
  return { managed, volatileDisks: findVolatileDisks(host.files, devices, storage) };
}

/** Describes a stopped volume that is named after its target and has a whole device for storage. */
function describeStopped(
  { host, devices, namesakes }: HostView,
  name: string,
  storagePath: string,
): Omit<Found, 'stack'> {
  const storage = findDevice(host, devices, storagePath);
  const readable = storage !== undefined && devices.suspendedUnder(storage).length === 0;
  const named = devices.withDmName(name);
  return {
    name,
    dmName: name,
    target: namesakes.has(name) ? undefined : named,
    ...(named !== undefined && namesakes.has(name) ? { namesake: named } : {}),
    status: undefined,
    statistics: undefined,
    storagePath,
    storage,
    area: readable ? { id: name, extents: [{ device: storage.path, startBytes: 0 }] } : undefined,
    remembered: undefined,
    pool: undefined,
  };
}

function findLack(facts: HostView, { group, pool }: FoundPool): Pick<Found, 'lack' | 'absentPvs'> {
  const absentPvs = findAbsentPvs(facts, group);
  const lack = findWholeness(group, pool, (pvName) => !absentPvs.includes(pvName));
  return {
    ...(lack === 'whole' ? {} : { lack }),
    ...(absentPvs.length === 0 ? {} : { absentPvs }),
  };
}

const absences = new WeakMap<LvmReport, readonly string[]>();

/** Looked up once for each group: it may hold a thousand pools. */
function findAbsentPvs({ host, devices }: HostView, group: LvmReport): readonly string[] {
  const known = absences.get(group);
  if (known !== undefined) return known;
  const isThere = (pvName: string): boolean =>
    pvName.startsWith('/') && findDevice(host, devices, pvName) !== undefined;
  const names = [...group.pvs.map(({ pvName }) => pvName), ...listRangedPvs(group)];
  const absent = [...new Set(names)].filter((pvName) => !isThere(pvName));
  absences.set(group, absent);
  return absent;
}

/** A segment may name a physical volume that the group no longer has. */
function listRangedPvs({ segments }: LvmReport): string[] {
  return segments.flatMap(({ ranges }) => ranges.map(({ pv }) => pv));
}

function findShortPv({ host, devices }: HostView, area: StorageArea | undefined): Pick<Found, 'shortPv'> {
  for (const { device: path, startBytes, lengthBytes = 0 } of area?.extents ?? []) {
    const device = findDevice(host, devices, path);
    const needsBytes = startBytes + lengthBytes;
    if (device !== undefined && device.sizeBytes < needsBytes) return { shortPv: { device, needsBytes } };
  }
  return {};
}

function findPools(facts: HostView, pools: Pools, running: ReadonlySet<string>): Found[] {
  const { host, devices } = facts;
  const stopped = [...pools].filter(([dmName]) => !running.has(dmName));
  return stopped.map(([dmName, found]): Found => {
    const area = areaOfPool(found.group, found.pool);
    const lack = findLack(facts, found);
    // If it is unknown on which of them the pool lies, any may hold a part.
    const paths = area?.extents.map(({ device }) => device) ?? found.group.pvs.map(({ pvName }) => pvName);
    const [storagePath = ''] = paths;
    const storage = findDevice(host, devices, storagePath);
    const others = [...new Set(paths)].flatMap((path) => findDevice(host, devices, path) ?? []);
    const furtherStorage = others.filter((device) => device !== storage);
    return {
      name: `${found.group.vgName}/${found.pool.lvName}`,
      stack: 'lvm',
      dmName,
      target: devices.withDmName(dmName),
      status: undefined,
      statistics: undefined,
      storagePath,
      storage,
      ...(furtherStorage.length === 0 ? {} : { furtherStorage }),
      ...lack,
      ...findShortPv(facts, area),
      area: area === undefined || lack.lack === 'partial' ? undefined : { ...area, id: dmName },
      remembered: undefined,
      pool: found,
    };
  });
}
