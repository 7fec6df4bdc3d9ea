import type { Files } from '../host/host.ts';
import { BlockDevices, type BlockDevice } from '../model/device.ts';
import { sectorBytes } from '../model/disk.ts';

const classDirectory = '/sys/class/block';

/** Reads every block device and its layers from sysfs: no child process, no root, never hangs. */
export function readBlockDevices(files: Files): BlockDevices {
  const names = files.list(classDirectory);
  if (names.kind !== 'read') return new BlockDevices([]);
  const found = names.value.flatMap((name) => readBlockDevice(files, name) ?? []);
  // The kernel makes the links in `holders` and those in `slaves` in pairs: half of them tell everything.
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

/** A device with its layers as sysfs tells them; only a partition has a parent, its disk. */
interface Entry extends Omit<BlockDevice, 'below' | 'above'> {
  readonly slaves: readonly string[];
  readonly parent: string | undefined;
}

/** Undefined for a device that vanished while it was read. */
function readBlockDevice(files: Files, kernelName: string): Entry | undefined {
  const directory = `${classDirectory}/${kernelName}`;
  const deviceNumber = readLine(files, `${directory}/dev`);
  if (deviceNumber === undefined) return undefined;
  const dm = kernelName.startsWith('dm-') ? readDm(files, directory) : undefined;
  const isPartition = dm === undefined && files.readText(`${directory}/partition`).kind !== 'missing';
  return {
    kernelName,
    deviceNumber,
    path: dm === undefined ? `/dev/${kernelName}` : `/dev/mapper/${dm.name}`,
    sizeBytes: Number(readLine(files, `${directory}/size`) ?? 0) * sectorBytes,
    dm,
    slaves: isPartition ? [] : listNames(files, `${directory}/slaves`),
    parent: isPartition ? readParent(files, directory, kernelName) : undefined,
  };
}

function readDm(files: Files, directory: string): BlockDevice['dm'] {
  return {
    name: readLine(files, `${directory}/dm/name`) ?? '',
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
