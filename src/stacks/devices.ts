import type { Files } from '../host/host.ts';
import { BlockDevices, type BlockDevice } from '../model/device.ts';
import { sectorBytes } from '../model/disk.ts';
import type { RefusalFacts } from '../model/refusal.ts';

const classDirectory = '/sys/class/block';

/** Reads every block device and its layers from sysfs: no child process, no root, never hangs. */
export function readBlockDevices(files: Files): BlockDevices {
  const names = files.list(classDirectory);
  if (names.kind !== 'read') return new BlockDevices([]);
  const basics = readBasics(files);
  const found = names.value.flatMap((name) => readBlockDevice(files, name, basics.get(name)) ?? []);
  // The kernel makes links in `holders` and `slaves` in pairs, so one side tells everything.
  const above = new Map<string, string[]>(found.map(({ kernelName }) => [kernelName, []]));
  for (const { kernelName, slaves, parent } of found) {
    // A partition lies on its disk: whoever uses it uses the disk.
    for (const below of parent === undefined ? slaves : [parent]) above.get(below)?.push(kernelName);
  }
  return new BlockDevices(
    found.map(({ slaves, parent, ...device }): BlockDevice => ({
      ...device,
      below: parent === undefined ? slaves : [parent],
      above: above.get(device.kernelName) ?? [],
    })),
  );
}

/** A device with its layers as sysfs shows them; only a partition has a parent, its disk. */
interface Entry extends Omit<BlockDevice, 'below' | 'above'> {
  readonly slaves: readonly string[];
  readonly parent: string | undefined;
}

type Basics = Pick<BlockDevice, 'deviceNumber' | 'sizeBytes'>;

/**
 * Numbers and sizes of all devices in one read: with thousands of devices, reads are most of a look's time. The file
 * leaves out devices without a size, and the last half KiB of a device, which no volume can use.
 */
function readBasics(files: Files): ReadonlyMap<string, Basics> {
  const text = files.readText('/proc/partitions');
  const lines = text.kind === 'read' ? text.value.matchAll(/^ *(\d+) +(\d+) +(\d+) (\S+)$/gm) : [];
  return new Map(
    Array.from(lines, ([, major = '', minor = '', kibibytes, name = '']) => [
      name,
      { deviceNumber: `${major}:${minor}`, sizeBytes: Number(kibibytes) * 1024 },
    ]),
  );
}

/** Undefined for a device that vanished while it was read. */
function readBlockDevice(files: Files, kernelName: string, known: Basics | undefined): Entry | undefined {
  const directory = `${classDirectory}/${kernelName}`;
  const basics = known ?? readBasicsOf(files, directory);
  if (basics === undefined) return undefined;
  if (kernelName.startsWith('dm-')) {
    const dm = readDm(files, directory);
    const slaves = listNames(files, `${directory}/slaves`);
    return dm && { kernelName, ...basics, path: `/dev/mapper/${dm.name}`, dm, slaves, parent: undefined };
  }
  const isPartition = files.readText(`${directory}/partition`).kind !== 'missing';
  return {
    kernelName,
    ...basics,
    path: `/dev/${kernelName}`,
    dm: undefined,
    slaves: isPartition || liesOnNothing.test(kernelName) ? [] : listNames(files, `${directory}/slaves`),
    parent: isPartition ? readParent(files, directory, kernelName) : undefined,
  };
}

/**
 * Disks and the like, of which a host may have thousands, lie on nothing: only dm, md and bcache devices lie on others.
 */
const liesOnNothing = /^(?:sd|vd|xvd|nvme|loop|ram|zram)/;

function readBasicsOf(files: Files, directory: string): Basics | undefined {
  const deviceNumber = readLine(files, `${directory}/dev`);
  if (deviceNumber === undefined) return undefined;
  return { deviceNumber, sizeBytes: Number(readLine(files, `${directory}/size`) ?? 0) * sectorBytes };
}

function readDm(files: Files, directory: string): BlockDevice['dm'] {
  const name = readLine(files, `${directory}/dm/name`);
  if (name === undefined) return undefined;
  return {
    name,
    uuid: readLine(files, `${directory}/dm/uuid`) ?? '',
    suspended: readLine(files, `${directory}/dm/suspended`) === '1',
  };
}

/** The disk of a partition. */
function readParent(files: Files, directory: string, kernelName: string): string | undefined {
  const place = files.resolve(directory);
  const parent = place.kind === 'read' ? place.value.split('/').at(-2) : undefined;
  return parent === kernelName ? undefined : parent;
}

function readLine(files: Files, path: string): string | undefined {
  const reading = files.readText(path);
  return reading.kind === 'read' ? reading.value.trimEnd() : undefined;
}

function listNames(files: Files, path: string): readonly string[] {
  const reading = files.list(path);
  return reading.kind === 'read' ? reading.value : [];
}

/** Whether the device reaches its data through any of the devices beneath it. */
export function isMultipath({ dm }: BlockDevice): boolean {
  return dm?.uuid.startsWith('mpath-') === true;
}

/** Says that a device has no room for the VDO on it; undefined if it has. */
export function describeLackOfRoom({ path, sizeBytes }: BlockDevice, needsBytes: number): string | undefined {
  return sizeBytes >= needsBytes ? undefined : sayTooSmall({ device: path, hasBytes: sizeBytes, needsBytes });
}

export function sayTooSmall({ device, hasBytes, needsBytes }: RefusalFacts['storage-too-small']): string {
  return `${device} is too small: it has ${String(hasBytes)} bytes, and the VDO on it needs ${String(needsBytes)}`;
}
