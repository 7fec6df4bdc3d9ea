import type { Host } from '../host/host.ts';
import { looking, succeeded } from '../model/command.ts';
import type { BlockDevice, BlockDevices } from '../model/device.ts';
import { blockBytes, sectorBytes } from '../model/disk.ts';
import type { LvmReport, TableLine } from '../model/kernel.ts';
import { describeLackOfRoom, isMultipath } from './devices.ts';
import { findDevice, type Found, type Surroundings } from './found-volume.ts';

/** Lines of device-mapper tables. */
type Tables = readonly TableLine[];

/** The tables; asked for only if a layer beneath a volume may reach beyond its own storage and nothing else tells. */
export async function askTables({ host, devices }: Surroundings, found: readonly Found[]): Promise<Tables> {
  const layers = found.flatMap(({ storage }) => (storage === undefined ? [] : devices.downFrom(storage)));
  if (!host.identity.isRoot || !layers.some((layer) => isPartialByHand(devices, layer))) return [];
  const [{ parseLinesOfAll }, result] = await Promise.all([
    import('../parse/dmsetup-lines.ts'),
    host.run(looking('dmsetup', ['table'])),
  ]);
  return succeeded(result) ? parseLinesOfAll('dmsetup table', result.stdout).rows : [];
}

/**
 * Whether the layer was made by hand and may map only a part. LVM tells about its own layers; a layer as large as what
 * is beneath it maps all of that, and nothing has shrunk.
 */
function isPartialByHand(devices: BlockDevices, { dm, below, sizeBytes }: BlockDevice): boolean {
  if (dm === undefined || /^(?:LVM|mpath|VDO)-/.test(dm.uuid) || below.length === 0) return false;
  const sizes = below.map((name) => devices.get(name)?.sizeBytes ?? 0);
  return sizes.reduce((sum, size) => sum + size, 0) !== sizeBytes;
}

/** Says that the storage of a running volume, or a layer beneath it, ends before the volume does. */
export function describeShortage(
  around: Surroundings,
  tables: Tables,
  { storage, status }: Found,
): string | undefined {
  if (storage === undefined) return undefined;
  const { devices, host } = around;
  const neededBytes = (status?.physicalBlocks ?? 0) * blockBytes;
  if (isShort(host, storage, neededBytes))
    return describeLackOfRoom({ ...storage, sizeBytes: readSize(host, storage) }, neededBytes);
  for (const layer of devices.downFrom(storage)) {
    const short = listReaches(around, tables, layer).find(({ below, bytes }) => isShort(host, below, bytes));
    if (short === undefined) continue;
    const { below, bytes } = short;
    const has = String(readSize(host, below));
    return `${below.path} beneath it is too small: it has ${has} bytes, and ${layer.path} reaches to byte ${String(bytes)} of it`;
  }
  return undefined;
}

/** The size seen may lack half a KiB, or may have grown since: it is read again before anything is said. */
function isShort(host: Host, device: BlockDevice, neededBytes: number): boolean {
  return device.sizeBytes < neededBytes && readSize(host, device) < neededBytes;
}

function readSize({ files }: Host, { kernelName, sizeBytes }: BlockDevice): number {
  const text = files.readText(`/sys/class/block/${kernelName}/size`);
  return text.kind === 'read' ? Number(text.value) * sectorBytes : sizeBytes;
}

/** How far a layer reaches into a device directly beneath it, in bytes from the device's beginning. */
interface Reach {
  readonly below: BlockDevice;
  readonly bytes: number;
}

function listReaches(around: Surroundings, tables: Tables, layer: BlockDevice): Reach[] {
  const { host, devices, lvm } = around;
  const below = layer.below.flatMap((name) => devices.get(name) ?? []);
  if (layer.dm === undefined) return reachOfPartition(host, layer, below);
  // A path that is down may report no size, and does not harm the volume.
  if (isMultipath(layer))
    return below
      .filter(({ sizeBytes }) => sizeBytes > 0)
      .map((path) => ({ below: path, bytes: layer.sizeBytes }));
  const { name, uuid } = layer.dm;
  if (uuid.startsWith('LVM-')) return lvm.groups.flatMap((group) => reachesOfLv(around, group, name));
  return tables
    .filter(({ dmName }) => dmName === name)
    .flatMap((line) => reachesOfLine(line))
    .flatMap(({ device, bytes }) => {
      const isNumber = /^\d+:\d+$/.test(device);
      const found = isNumber ? devices.withNumber(device) : findDevice(host, devices, device);
      return found === undefined ? [] : [{ below: found, bytes }];
    });
}

function reachOfPartition(
  { files }: Host,
  { kernelName, sizeBytes }: BlockDevice,
  [disk]: readonly BlockDevice[],
): Reach[] {
  const start = files.readText(`/sys/class/block/${kernelName}/start`);
  if (disk === undefined || start.kind !== 'read') return [];
  return [{ below: disk, bytes: Number(start.value) * sectorBytes + sizeBytes }];
}

/** An LV's own pieces of physical volumes, as LVM has recorded them. */
function reachesOfLv({ host, devices }: Surroundings, group: LvmReport, dmName: string): Reach[] {
  const uuids = new Set(group.lvs.filter((lv) => lv.dmName === dmName).map(({ lvUuid }) => lvUuid));
  const ranges = group.segments.filter(({ lvUuid }) => uuids.has(lvUuid)).flatMap((each) => each.ranges);
  return ranges.flatMap(({ pv, last }) => {
    const start = group.pvs.find(({ pvName }) => pvName === pv)?.extentsStartBytes;
    const below = pv.startsWith('/') ? findDevice(host, devices, pv) : undefined;
    if (start === undefined || below === undefined) return [];
    return [{ below, bytes: start + (last + 1) * group.extentBytes }];
  });
}

/** For each target that passes its I/O straight on: the index of `DEVICE` in its parameters, which `SECTOR` follows. */
const placesOf: Readonly<Record<string, number>> = { linear: 0, delay: 0, flakey: 0, crypt: 3 };

function reachesOfLine({ target, sectors, parameters }: TableLine): { device: string; bytes: number }[] {
  const words = parameters.split(' ');
  const at = placesOf[target];
  const [device, start] = at === undefined ? [] : words.slice(at, at + 2);
  const bytes = (Number(start) + sectors) * sectorBytes;
  return device === undefined || !Number.isSafeInteger(bytes) ? [] : [{ device, bytes }];
}
