import type { Files } from '../host/host.ts';
import { BlockDevices, type BlockDevice } from '../model/device.ts';
import { sectorBytes } from '../model/disk.ts';

const classDirectory = '/sys/class/block';

/** Reads every block device and its layers from sysfs: no child process, no root, never hangs. */
export function readBlockDevices(files: Files): BlockDevices {
  const names = files.list(classDirectory);
  if (names.kind !== 'read') return new BlockDevices([]);
  return new BlockDevices(names.value.flatMap((name) => readBlockDevice(files, name) ?? []));
}

/** Undefined for a device that vanished while it was read. */
function readBlockDevice(files: Files, kernelName: string): BlockDevice | undefined {
  const directory = `${classDirectory}/${kernelName}`;
  const deviceNumber = readLine(files, `${directory}/dev`);
  if (deviceNumber === undefined) return undefined;
  const dm = kernelName.startsWith('dm-') ? readDm(files, directory) : undefined;
  return {
    kernelName,
    deviceNumber,
    path: dm === undefined ? `/dev/${kernelName}` : `/dev/mapper/${dm.name}`,
    sizeBytes: Number(readLine(files, `${directory}/size`) ?? 0) * sectorBytes,
    dm,
    below:
      dm === undefined ? readBelow(files, directory, kernelName) : listNames(files, `${directory}/slaves`),
    above: listNames(files, `${directory}/holders`),
  };
}

function readDm(files: Files, directory: string): BlockDevice['dm'] {
  return {
    name: readLine(files, `${directory}/dm/name`) ?? '',
    uuid: readLine(files, `${directory}/dm/uuid`) ?? '',
    suspended: readLine(files, `${directory}/dm/suspended`) === '1',
  };
}

/** The slaves, or the disk of a partition. */
function readBelow(files: Files, directory: string, kernelName: string): readonly string[] {
  if (files.readText(`${directory}/partition`).kind === 'missing')
    return listNames(files, `${directory}/slaves`);
  const place = files.resolve(directory);
  const parent = place.kind === 'read' ? place.value.split('/').at(-2) : undefined;
  return parent === undefined || parent === kernelName ? [] : [parent];
}

function readLine(files: Files, path: string): string | undefined {
  const reading = files.readText(path);
  return reading.kind === 'read' ? reading.value.trimEnd() : undefined;
}

function listNames(files: Files, path: string): readonly string[] {
  const reading = files.list(path);
  return reading.kind === 'read' ? reading.value : [];
}
