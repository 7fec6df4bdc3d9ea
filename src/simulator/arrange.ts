import { blockBytes, sectorBytes, type DiskState } from '../model/disk.ts';
import { findVolumeUnder } from './programs/system-programs.ts';
import { findContent, findKernelDevice, findDm, land } from './world/devices.ts';
import { createDevice, parseTableLines, removeDevice } from './world/dm.ts';
import { createImage, describeFormat, makeLvmUuid, type ImageParameters } from './world/image.ts';
import { sayToTarget } from './programs/dmsetup-message.ts';
import {
  describeDevice,
  dmNameOf,
  listPoolMessages,
  poolMarginSectors,
  type FoundLv,
} from './world/lvm-model.ts';
import { allocateExtents, describePv } from './world/lvm-space.ts';
import { finishVdoStart, imageOf } from './world/vdo-start.ts';
import type { Disk, DmDevice, Lv, VdoImage, Vg, World } from './world/world.ts';

/** Sets up a host for a situation: disks, volumes formatted and started, pools. Everything is ready at once. */

export const gibibyte = 1024 ** 3;

const minorsPerDisk = 16;

/** Adds a disk: `vda` is minor 0, `vdb` 16, and so on. */
export function addDisk(
  world: World,
  disk: Pick<Disk, 'name' | 'sizeBytes'> &
    Partial<Pick<Disk, 'serial' | 'writeCache' | 'contents' | 'partitions'>>,
): Disk {
  const letter = disk.name.codePointAt(disk.name.length - 1) ?? 0;
  const added: Disk = {
    minor: (letter - ('a'.codePointAt(0) ?? 0)) * minorsPerDisk,
    writeCache: 'write back',
    fault: 'none',
    partitions: [],
    contents: [],
    ...disk,
  };
  world.disks.push(added);
  return added;
}

/** The root disk with its mount. */
export function addRootDisk(world: World): void {
  addDisk(world, { name: 'vda', sizeBytes: 3 * gibibyte, contents: [{ atBytes: 0, other: 'ext4' }] });
  const root = { namespace: 1, deviceNumber: '254:0', path: '/', type: 'ext4', source: '/dev/vda' };
  world.mounts.push({ ...root, options: 'rw,relatime', freeBytes: 2.5 * gibibyte });
}

/** `dmsetup create NAME --table TABLE`, done at once. @throws Error if it does not succeed. */
export function addDm(world: World, name: string, table: string, uuid = ''): DmDevice {
  const creation = createDevice(world, { name, uuid, readOnly: false, lines: parseTableLines(table) });
  if (creation.kind !== 'created') throw new Error(`cannot create ${name}: ${creation.kind}`);
  const { device } = creation;
  finishVdoStart(world, device);
  device.udevUntil = world.now;
  return device;
}

export type VolumeParameters = Omit<Partial<ImageParameters>, 'seed' | 'formattedAt'>;

/** Formats the storage, as `vdoformat` does. The volume takes all of it unless told otherwise. */
export function format(world: World, storage: string, parameters: VolumeParameters = {}): VdoImage {
  const device = findKernelDevice(world, storage);
  const landing = device === undefined ? undefined : land(world, device, 0);
  if (device === undefined || landing?.kind !== 'disk') throw new Error(`cannot format ${storage}`);
  const { disk, atBytes } = landing;
  const vdo = createImage({
    physicalBlocks: Math.floor(device.sizeBytes / blockBytes),
    ...describeFormat(world),
    seed: `${disk.name} ${String(atBytes)}`,
    formattedAt: world.now,
    ...parameters,
  });
  disk.contents = [...disk.contents.filter((content) => content.atBytes !== atBytes), { atBytes, vdo }];
  return vdo;
}

/** The table of a dm-stack volume on a storage. */
export function tableFor(world: World, storage: string): string {
  const image = imageAt(world, storage);
  const sectors = (image.logicalBlocks * blockBytes) / sectorBytes;
  return `0 ${String(sectors)} vdo V4 ${storage} ${String(image.physicalBlocks)} 4096 32768 16380`;
}

/** The volume on the storage. @throws Error if there is none. */
export function imageAt(world: World, storage: string): VdoImage {
  const device = findKernelDevice(world, storage);
  const landing = device === undefined ? undefined : land(world, device, 0);
  const image = landing?.kind === 'disk' ? findContent(landing.disk, landing.atBytes)?.vdo : undefined;
  if (image === undefined) throw new Error(`no VDO on ${storage}`);
  return image;
}

/** A dm-stack volume, formatted and running; its index is open. */
export function addVolume(
  world: World,
  name: string,
  storage: string,
  parameters: VolumeParameters = {},
): DmDevice {
  format(world, storage, { fileSystem: 'ext4', ...parameters });
  return startDmVolume(world, name, storage);
}

/** Starts a formatted volume. If it needs recovery, it then recovers. */
export function startDmVolume(world: World, name: string, storage: string): DmDevice {
  const device = addDm(world, name, tableFor(world, storage));
  openIndex(device);
  return device;
}

function openIndex(device: DmDevice): void {
  if (device.vdo?.index !== 'opening' || device.vdo.scrub !== undefined) return;
  device.vdo.index = 'online';
  delete device.vdo.indexOnlineAt;
}

/** Writes the file in which vdoctl remembers a dm-stack volume. */
export function addRemembered(world: World, name: string, storage: string): void {
  const image = imageAt(world, storage);
  const path = `/etc/vdoctl/volumes/${name}.json`;
  const table = {
    version: 'V4',
    logicalSectors: (image.logicalBlocks * blockBytes) / sectorBytes,
    physicalBlocks: image.physicalBlocks,
    minimumIoBytes: 4096,
    blockMapCacheBlocks: 32_768,
    blockMapPeriod: 16_380,
    options: [],
  };
  const head = { schemaVersion: 1, kind: 'volume-file', name, storage, uuid: image.uuid };
  for (const directory of ['/etc/vdoctl', '/etc/vdoctl/volumes'])
    if (!world.directories.includes(directory)) world.directories.push(directory);
  world.files.push({ path, text: `${JSON.stringify({ ...head, table }, null, 2)}\n`, mode: 0o600 });
}

const extentBytes = 4 * 1024 ** 2;
/** A volume group over disks. */
export function addVg(world: World, name: string, disks: readonly string[]): Vg {
  const vg: Vg = {
    name,
    uuid: makeLvmUuid(`vg ${name}`),
    extentBytes,
    pvs: disks.map((device) => describePv(world, device)),
    lvs: [],
  };
  world.vgs.push(vg);
  return vg;
}

export interface PoolParameters extends VolumeParameters {
  readonly sizeBytes: number;
  /** Names and virtual sizes of the LVs in the pool. */
  readonly volumes: readonly { readonly name: string; readonly sizeBytes: number }[];
}

/** LVM's slabs, unless told otherwise: 2 GiB. */
const lvmSlabBlocks = 524_288;

/** `lvcreate --type vdo`: a pool with its data LV and its LVs, formatted, not active. */
export function addPool(world: World, vg: Vg, name: string, parameters: PoolParameters): FoundLv {
  const { sizeBytes, volumes, ...image } = parameters;
  const lv = (lvName: string, kind: Lv['kind'], bytes: number): Lv => {
    const uuid = makeLvmUuid(`lv ${vg.name}/${lvName}`);
    return { name: lvName, uuid, kind, sizeBytes: bytes, startSector: 0, segments: [] };
  };
  const data = lv(`${name}_vdata`, 'vdo-data', sizeBytes);
  data.segments = [...(allocateExtents(world, vg, Math.ceil(sizeBytes / vg.extentBytes)) ?? [])];
  const pool: Lv = { ...lv(name, 'vdo-pool', sizeBytes), data: data.name };
  let startSector = poolMarginSectors;
  for (const volume of volumes) {
    vg.lvs.push({ ...lv(volume.name, 'vdo', volume.sizeBytes), pool: name, startSector });
    startSector += volume.sizeBytes / sectorBytes;
  }
  vg.lvs.push(pool, data);
  const [first] = data.segments;
  const pv = vg.pvs.find(({ device }) => device === first?.pv);
  const device = findKernelDevice(world, first?.pv ?? '');
  if (first === undefined || pv === undefined || device === undefined) throw new Error(`no room for ${name}`);
  const landing = land(world, device, pv.startBytes + first.firstExtent * vg.extentBytes);
  if (landing.kind !== 'disk') throw new Error(`cannot write to ${first.pv}`);
  const { disk, atBytes } = landing;
  const logicalBlocks = ((startSector + poolMarginSectors) * sectorBytes) / blockBytes;
  const physicalBlocks = sizeBytes / blockBytes;
  const seed = `${vg.name}/${name}`;
  const sizes = { physicalBlocks, logicalBlocks, slabBlocks: lvmSlabBlocks, fileSystem: 'ext4' };
  const format = { ...describeFormat(world), formattedAt: world.now };
  disk.contents.push({ atBytes, vdo: createImage({ ...sizes, ...format, ...image, seed }) });
  return { vg, lv: pool };
}

/** Activates a pool and every LV in it, at once. */
export function activatePool(world: World, pool: FoundLv): DmDevice {
  const { vg } = pool;
  const listed = (kind: Lv['kind'], matches: (lv: Lv) => boolean): FoundLv[] =>
    vg.lvs.filter((lv) => lv.kind === kind && matches(lv)).map((lv) => ({ vg, lv }));
  const inOrder = [
    ...listed('vdo-data', ({ name }) => name === pool.lv.data),
    pool,
    ...listed('vdo', (lv) => lv.pool === pool.lv.name),
  ];
  for (const each of inOrder) {
    const wanted = describeDevice(world, each);
    const creation = createDevice(world, wanted);
    if (creation.kind !== 'created') throw new Error(`cannot activate ${wanted.name}: ${creation.kind}`);
    finishVdoStart(world, creation.device);
    if (each === pool)
      for (const message of listPoolMessages(world, pool.lv)) sayToTarget(world, creation.device, message);
    creation.device.udevUntil = world.now;
    openIndex(creation.device);
  }
  const target = findDm(world, dmNameOf(pool));
  if (target === undefined) throw new Error(`${dmNameOf(pool)} did not start`);
  return target;
}

/** What has happened to a host before its story begins. In a lab, a person would do this by hand. */

export function requireDm(world: World, name: string): DmDevice {
  const dm = findDm(world, name);
  if (dm === undefined) throw new Error(`no device ${name}`);
  return dm;
}

/** Writes another state to the super block of a stopped volume. */
export function setDiskState(world: World, storage: string, state: DiskState): void {
  imageAt(world, storage).state = state;
}

/** Stops a device without checking whether anything uses it: nothing may lie on it. */
export function stopDevice(world: World, name: string): void {
  removeDevice(world, requireDm(world, name));
}

/** Mounts a device by its path. @param namespace 1 is everybody's. */
export function mountDevice(world: World, device: string, path: string, namespace = 1): void {
  const found = findKernelDevice(world, device);
  if (found === undefined) throw new Error(`no device ${device}`);
  const source = found.part.kind === 'dm' ? `/dev/mapper/${found.part.dm.name}` : device;
  const volume = findVolumeUnder(world, found);
  const type = (volume === undefined ? undefined : imageOf(world, volume)?.fileSystem) ?? 'ext4';
  const { deviceNumber } = found;
  world.mounts.push({ namespace, deviceNumber, path, type, source, options: 'rw,relatime' });
}
