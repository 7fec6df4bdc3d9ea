import { recorded } from '../parse/recordings.ts';

/** A volume of the fixture: every second one is on LVM; every tenth is stopped if the fixture has stopped ones. */
export interface FixtureVolume {
  readonly stack: 'dm' | 'lvm';
  /** The name that vdoctl must show. */
  readonly name: string;
  readonly dmName: string;
  readonly index: number;
  readonly isRunning: boolean;
}

/** A device below the fixture's /sys/class/block. */
export interface FixtureDevice {
  readonly kernelName: string;
  readonly deviceNumber: string;
  readonly sectors: number;
  readonly dm?: { readonly name: string; readonly uuid: string };
  readonly holders: readonly string[];
}

export const poolsPerGroup = 50;
export const extentBytes = 4 * 1024 * 1024;
export const extentsPerPool = 1792;
export const extentsStartBytes = 1024 * 1024;

const logicalSectors = 41943040;
const storageSectors = 14680064;

export function makeVolumes(count: number, which: { readonly stopped: boolean }): FixtureVolume[] {
  return Array.from({ length: count }, (_, index): FixtureVolume => {
    const label = String(index).padStart(4, '0');
    const isRunning = !which.stopped || Math.floor(index / 2) % 10 !== 0;
    if (index % 2 === 0) {
      return { stack: 'dm', name: `vol-${label}`, dmName: `vol-${label}`, index, isRunning };
    }
    const pool = `pool${label}`;
    const dmName = `${groupOf(index)}-${pool}-vpool`;
    return { stack: 'lvm', name: `${groupOf(index)}/${pool}`, dmName, index, isRunning };
  });
}

/** The volume group of an LVM volume. */
export function groupOf(index: number): string {
  return `vg${String(Math.floor(index / 2 / poolsPerGroup))}`;
}

/** The disk beneath a volume: each dm volume has its own, the pools of a group share one. */
export function diskOf({ stack, index }: FixtureVolume): string {
  return stack === 'dm' ? `nvme${String(index)}n1` : `sd${groupOf(index)}`;
}

const vdataMinor = (index: number): number => 10_000 + index;
const targetMinor = (index: number): number => 20_000 + index;
const lvMinor = (index: number): number => 30_000 + index;

/** Every device: the disks, and the device-mapper devices of running volumes. */
export function makeDevices(volumes: readonly FixtureVolume[]): FixtureDevice[] {
  const disks = [...new Set(volumes.map(diskOf))].map((kernelName, at): FixtureDevice => {
    const holders = volumes
      .filter((volume) => volume.isRunning && diskOf(volume) === kernelName)
      .map(({ stack, index }) => `dm-${String(stack === 'dm' ? targetMinor(index) : vdataMinor(index))}`);
    return {
      kernelName,
      deviceNumber: `259:${String(at)}`,
      sectors: storageSectors * poolsPerGroup,
      holders,
    };
  });
  return [...disks, ...volumes.filter((volume) => volume.isRunning).flatMap(makeDmDevices)];
}

function makeDmDevices({ stack, index, dmName }: FixtureVolume): FixtureDevice[] {
  const make = (minor: number, name: string, uuid: string, above?: number): FixtureDevice => ({
    kernelName: `dm-${String(minor)}`,
    deviceNumber: `253:${String(minor)}`,
    sectors: logicalSectors,
    dm: { name, uuid },
    holders: above === undefined ? [] : [`dm-${String(above)}`],
  });
  if (stack === 'dm') return [make(targetMinor(index), dmName, '')];
  const uuid = (part: string): string => `LVM-${`${part}${String(index)}`.padEnd(64, 'x')}`;
  const lv = dmName.replace(/-pool(\d+)-vpool$/, '-lv$1');
  return [
    make(vdataMinor(index), dmName.replace(/-vpool$/, '_vdata'), `${uuid('d')}-vdata`, targetMinor(index)),
    make(targetMinor(index), dmName, `${uuid('p')}-vpool`, lvMinor(index)),
    make(lvMinor(index), lv, uuid('l')),
  ];
}

/** `dmsetup status --target vdo` */
export function formatStatus(volumes: readonly FixtureVolume[]): string {
  const lines = running(volumes).map((volume) => {
    const storage = volume.stack === 'dm' ? diskOf(volume) : `dm-${String(vdataMinor(volume.index))}`;
    const sectors = String(logicalSectors);
    return `${volume.dmName}: 0 ${sectors} vdo /dev/${storage} normal - online online 787140 1835008\n`;
  });
  return lines.length === 0 ? 'No devices found\n' : lines.join('');
}

/** `vdostats --verbose`, as recorded, once for each volume. */
export function formatStatistics(volumes: readonly FixtureVolume[]): string {
  const [, ...lines] = recorded('lvm/09').stdout.split('\n');
  const statistics = lines.join('\n');
  return running(volumes)
    .map(({ dmName }) => `${dmName} : \n${statistics}`)
    .join('');
}

/** `/proc/self/mountinfo`, with a mount on each running volume. */
export function formatMountinfo(volumes: readonly FixtureVolume[]): string {
  const mounts = running(volumes).map(({ stack, index }, at) => {
    const minor = String(stack === 'dm' ? targetMinor(index) : lvMinor(index));
    const mount = `/mnt/${String(index)}`;
    return `${String(100 + at)} 27 253:${minor} / ${mount} rw,relatime - ext4 /dev/dm-${minor} rw\n`;
  });
  return `${recorded('dm/59').stdout}${mounts.join('')}`;
}

/** `/proc/partitions` */
export function formatPartitions(devices: readonly FixtureDevice[]): string {
  const lines = devices.map(({ kernelName, deviceNumber, sectors }) => {
    const [major = '', minor = ''] = deviceNumber.split(':');
    return `${major.padStart(4)} ${minor.padStart(8)} ${String(sectors / 2).padStart(10)} ${kernelName}\n`;
  });
  return `major minor  #blocks  name\n\n${lines.join('')}`;
}

export function running(volumes: readonly FixtureVolume[]): FixtureVolume[] {
  return volumes.filter((volume) => volume.isRunning);
}
