import type { Files } from '../../host/host.ts';
import type { BlockDevice } from '../../model/device.ts';
import { sectorBytes } from '../../model/disk.ts';
import type { TableLine } from '../../model/kernel.ts';

/** A leg of a RAID that can do without some of its legs. */
export interface Leg {
  readonly device: BlockDevice;
  /** The dm name, or the path of a disk. */
  readonly name: string;
  /** Where the data begins on the leg. */
  readonly dataStartBytes: number;
  readonly dataBytes: number;
  /** How many bytes of the RAID there are to one of this leg: 1 for a mirror. */
  readonly share: number;
  /** The kernel uses it no more. */
  readonly hasFailed: boolean;
}

type FindDevice = (reference: string) => BlockDevice | undefined;

/** Whether nothing reads another leg instead of one that cannot be read. */
const hasNoCopies = /^(?:raid0|linear|faulty|multipath)/;

/** How many legs' worth of data there are, as far as the sizes tell. */
function shareOf(type: string, raidBytes: number, legBytes: number): number {
  return type.startsWith('raid1') && !type.startsWith('raid10')
    ? 1
    : Math.max(1, Math.round(raidBytes / legBytes));
}

/** The legs of a target `raid` of device-mapper (LVM's RAIDs are such): dm-raid.rst. */
export function listDmLegs(
  { table, status }: { readonly table: readonly TableLine[]; readonly status: readonly TableLine[] },
  dmName: string,
  find: FindDevice,
): readonly Leg[] {
  const lines = table.filter((line) => line.dmName === dmName);
  const [line] = lines;
  if (line?.target !== 'raid' || lines.length > 1) return [];
  const [type = '', count = '', ...rest] = line.parameters.split(' ');
  if (hasNoCopies.test(type)) return [];
  // The parameters, the number of legs, then of each leg the device of its metadata and that of its data.
  const pairs = rest.slice(Number(count) + 1);
  const health = status.find((each) => each.dmName === dmName)?.parameters.split(' ')[2] ?? '';
  return pairs
    .filter((_word, at) => at % 2 === 1)
    .flatMap((reference, at) => {
      const device = find(reference);
      if (device === undefined) return [];
      const { sizeBytes } = device;
      return {
        device,
        name: device.dm?.name ?? device.path,
        dataStartBytes: 0,
        dataBytes: sizeBytes,
        share: shareOf(type, line.sectors * sectorBytes, sizeBytes),
        hasFailed: health[at] === 'D',
      };
    });
}

/** The legs of an md(4) array, by sysfs: Documentation/admin-guide/md.rst. */
export function listArrayLegs(
  files: Files,
  { kernelName, sizeBytes }: BlockDevice,
  find: FindDevice,
): readonly Leg[] {
  if (!/^md\d/.test(kernelName)) return [];
  const directory = `/sys/class/block/${kernelName}/md`;
  const read = (path: string): string => {
    const text = files.readText(`${directory}/${path}`);
    return text.kind === 'read' ? text.value.trim() : '';
  };
  const type = read('level');
  const names = files.list(directory);
  if (type === '' || hasNoCopies.test(type) || names.kind !== 'read') return [];
  return names.value.flatMap((name) => {
    const leg = /^dev-(.+)$/.exec(name)?.[1];
    const device = leg === undefined ? undefined : find(`/dev/${leg}`);
    if (device === undefined) return [];
    const dataBytes = Number(read(`${name}/size`)) * 1024;
    return {
      device,
      name: device.path,
      dataStartBytes: Number(read(`${name}/offset`)) * sectorBytes,
      dataBytes,
      share: shareOf(type, sizeBytes, dataBytes),
      hasFailed: /faulty|spare/.test(read(`${name}/state`)),
    };
  });
}
