import { sectorBytes } from '../../model/disk.ts';
import { lvmDmName } from '../../model/names.ts';
import { storageOfLine } from './vdo-table.ts';
import type { Content, Disk, DmDevice, DiskPlace, Loop, Lv, SimulatedTableLine, Vg, World } from './world.ts';

export const diskMajor = 254;
export const dmMajor = 253;

/** A block device as the kernel knows it. */
export interface KernelDevice {
  readonly kernelName: string;
  readonly deviceNumber: string;
  readonly sizeBytes: number;
  readonly part:
    | { readonly kind: 'disk'; readonly disk: Disk }
    | {
        readonly kind: 'partition';
        readonly disk: Disk;
        readonly number: number;
        readonly startBytes: number;
      }
    | { readonly kind: 'dm'; readonly dm: DmDevice }
    | { readonly kind: 'loop'; readonly loop: Loop };
}

/** Every block device that is there. */
export function listDevices(world: World): KernelDevice[] {
  return [
    ...world.disks.filter((disk) => disk.fault !== 'gone').flatMap(listDisk),
    ...listLoops(world),
    ...world.dmDevices.map(describeDm),
  ];
}

const loopMajor = 7;

function listLoops(world: World): KernelDevice[] {
  return (world.loops ?? []).map((loop) => describeLoop(world, loop));
}

function describeLoop(world: World, loop: Loop): KernelDevice {
  const { sizeBytes = 0 } = world.files.find(({ path }) => path === loop.file) ?? {};
  return {
    kernelName: `loop${String(loop.number)}`,
    deviceNumber: `${String(loopMajor)}:${String(loop.number)}`,
    sizeBytes,
    part: { kind: 'loop', loop },
  };
}

function listDisk(disk: Disk): KernelDevice[] {
  const number = (minor: number): string => `${String(diskMajor)}:${String(minor)}`;
  return [
    {
      kernelName: disk.name,
      deviceNumber: number(disk.minor),
      sizeBytes: disk.sizeBytes,
      part: { kind: 'disk', disk },
    },
    ...disk.partitions.map((partition): KernelDevice => ({
      kernelName: `${disk.name}${String(partition.number)}`,
      deviceNumber: number(disk.minor + partition.number),
      sizeBytes: partition.sizeBytes,
      part: { kind: 'partition', disk, number: partition.number, startBytes: partition.startBytes },
    })),
  ];
}

export function describeDm(dm: DmDevice): KernelDevice {
  const sectors = (dm.live ?? []).reduce((sum, line) => sum + line.sectors, 0);
  return {
    kernelName: kernelNameOf(dm),
    deviceNumber: dmNumber(dm),
    sizeBytes: sectors * sectorBytes,
    part: { kind: 'dm', dm },
  };
}

export function dmNumber(dm: DmDevice): string {
  return `${String(dmMajor)}:${String(dm.minor)}`;
}

export function findDm(world: World, name: string): DmDevice | undefined {
  return world.dmDevices.find((dm) => dm.name === name);
}

/** Names below `/dev` by which udev links to a disk or a dm device; undefined: the device has no such name. */
const diskNames = { before: '/dev/disk/by-id/virtio-', of: ({ serial }: Disk) => serial } as const;
const dmNames: readonly { readonly before: string; readonly of: (dm: DmDevice) => string | undefined }[] = [
  { before: '/dev/mapper/', of: ({ name }) => name },
  { before: '/dev/disk/by-id/dm-name-', of: ({ name }) => name },
  { before: '/dev/disk/by-id/dm-uuid-', of: ({ uuid }) => (uuid === '' ? undefined : uuid) },
];

/** Symbolic links below `/dev` to block devices: the path and the kernel name that it leads to. */
export function listDeviceLinks(world: World): [path: string, kernelName: string][] {
  const links: [string, string][] = [];
  for (const disk of world.disks) {
    const name = diskNames.of(disk);
    if (disk.fault !== 'gone' && name !== undefined) links.push([`${diskNames.before}${name}`, disk.name]);
  }
  for (const dm of world.dmDevices) {
    for (const { before, of } of dmNames) {
      const name = of(dm);
      if (name !== undefined) links.push([`${before}${name}`, kernelNameOf(dm)]);
    }
  }
  const dmByName = new Map(world.dmDevices.map((dm) => [dm.name, dm]));
  for (const vg of world.vgs) {
    for (const lv of vg.lvs.filter(isLinked)) {
      const dm = dmByName.get(lvmDmName(vg.name, lv.name));
      if (dm !== undefined) links.push([`${linksOf(vg)}${lv.name}`, kernelNameOf(dm)]);
    }
  }
  return links;
}

/** What LVM links to by the names of group and LV. */
function isLinked({ kind }: Lv): boolean {
  return kind !== 'vdo-data';
}

function linksOf({ name }: Vg): string {
  return `/dev/${name}/`;
}

function kernelNameOf({ minor }: DmDevice): string {
  return `dm-${String(minor)}`;
}

/** The device behind a path below `/dev` or a `MAJOR:MINOR`. */
export function findKernelDevice(world: World, reference: string): KernelDevice | undefined {
  const [, major, minor] = /^(\d+):(\d+)$/.exec(reference) ?? [];
  if (major !== undefined) return findByNumber(world, Number(major), Number(minor));
  return findByLink(world, reference) ?? findByKernelName(world, reference.replace(/^\/dev\//, ''));
}

/** What one of {@link listDeviceLinks} leads to. Asked hundreds of times for each look, so none of them is written out. */
function findByLink(world: World, path: string): KernelDevice | undefined {
  const after = (before: string): string | undefined =>
    path.startsWith(before) ? path.slice(before.length) : undefined;
  const serial = after(diskNames.before);
  const isNamed = (disk: Disk): boolean => disk.fault !== 'gone' && diskNames.of(disk) === serial;
  if (serial !== undefined) return world.disks.filter(isNamed).flatMap(listDisk)[0];
  for (const { before, of } of dmNames) {
    const name = after(before);
    const dm = name === undefined ? undefined : world.dmDevices.find((each) => of(each) === name);
    if (dm !== undefined) return describeDm(dm);
  }
  for (const vg of world.vgs) {
    const name = after(linksOf(vg));
    const lv = name === undefined ? undefined : vg.lvs.find((each) => each.name === name && isLinked(each));
    const dm = lv === undefined ? undefined : findDm(world, lvmDmName(vg.name, lv.name));
    if (dm !== undefined) return describeDm(dm);
  }
  return undefined;
}

function findByKernelName(world: World, name: string): KernelDevice | undefined {
  const disks = world.disks.filter((disk) => disk.fault !== 'gone' && name.startsWith(disk.name));
  const found = [...disks.flatMap(listDisk), ...listLoops(world)].find(
    ({ kernelName }) => kernelName === name,
  );
  if (found !== undefined) return found;
  const dm = world.dmDevices.find((each) => kernelNameOf(each) === name);
  return dm === undefined ? undefined : describeDm(dm);
}

/** Asked many times for each look, so only what may have the number is described. */
function findByNumber(world: World, major: number, minor: number): KernelDevice | undefined {
  if (major === dmMajor) return world.dmDevices.filter((dm) => dm.minor === minor).map(describeDm)[0];
  const hasNumber = (disk: Disk): boolean =>
    disk.minor === minor || disk.partitions.some(({ number }) => disk.minor + number === minor);
  const disks = world.disks.filter((disk) => disk.fault !== 'gone' && hasNumber(disk));
  const others = major === diskMajor ? disks.flatMap(listDisk) : listLoops(world);
  return others.find(({ deviceNumber }) => deviceNumber === `${String(major)}:${String(minor)}`);
}

/** Where a byte of a device ends up, every mapping followed. */
export type Landing =
  | { readonly kind: 'disk'; readonly disk: Disk; readonly atBytes: number }
  | { readonly kind: 'suspended'; readonly dm: DmDevice }
  | { readonly kind: 'error' }
  /** Inside a running VDO, or nothing but zeroes: no VDO is to be found there. */
  | { readonly kind: 'opaque' };

export function land(world: World, device: KernelDevice, atBytes: number): Landing {
  const { part } = device;
  if (atBytes < 0 || atBytes >= device.sizeBytes) return { kind: 'error' };
  if (part.kind === 'loop') return { kind: 'opaque' };
  if (part.kind !== 'dm') {
    if (part.disk.fault === 'gone') return { kind: 'error' };
    const start = part.kind === 'partition' ? part.startBytes : 0;
    return { kind: 'disk', disk: part.disk, atBytes: atBytes + start };
  }
  if (part.dm.suspended) return { kind: 'suspended', dm: part.dm };
  const sector = Math.floor(atBytes / sectorBytes);
  const line = (part.dm.live ?? []).find(({ start, sectors }) => start <= sector && sector < start + sectors);
  if (line === undefined || line.target === 'error') return { kind: 'error' };
  if (line.target === 'snapshot') return landOnOverlay(world, part.dm, line, atBytes);
  const inside = line.target === 'vdo' ? world.insides?.[part.dm.name] : undefined;
  if (inside !== undefined) return { kind: 'disk', disk: inside, atBytes };
  const below = belowLine(line);
  if (below === undefined) return { kind: 'opaque' };
  const next = findKernelDevice(world, below.device);
  if (next === undefined) return { kind: 'error' };
  return land(world, next, atBytes + (below.startSector - line.start) * sectorBytes);
}

/** Reads go to the changes or to the origin: both have to answer. */
function landOnOverlay(world: World, dm: DmDevice, line: SimulatedTableLine, atBytes: number): Landing {
  const overlay = world.overlays?.find((each) => each.dm === dm.name);
  if (overlay === undefined || overlay.isInvalid) return { kind: 'error' };
  const origin = findKernelDevice(world, line.parameters.split(' ')[0] ?? '');
  const under: Landing = origin === undefined ? { kind: 'error' } : land(world, origin, atBytes);
  if (under.kind === 'error' || under.kind === 'suspended') return under;
  if (under.kind === 'disk' && under.disk.fault === 'fails') return { kind: 'error' };
  return { kind: 'disk', disk: overlay.disk, atBytes };
}

/** A disk, what a dm-snapshot device holds, or what a VDO offers to another, by its name. */
export function findDisk(world: World, name: string): Disk | undefined {
  const overlays = world.overlays?.map(({ disk }) => disk) ?? [];
  const insides = Object.values(world.insides ?? {});
  return [...world.disks, ...overlays, ...insides].find((disk) => disk.name === name);
}

/** What a line of a one-to-one mapping lies on; undefined for a line of another target. */
export function belowLine(line: SimulatedTableLine): { device: string; startSector: number } | undefined {
  const whole = wholeBelow(line);
  if (whole !== undefined) return { device: whole, startSector: line.start };
  if (!['linear', 'delay', 'flakey'].includes(line.target)) return undefined;
  const [device = '', startSector = '0'] = line.parameters.split(' ');
  return { device, startSector: Number(startSector) };
}

/** What a line of these targets lies on from its own beginning on: a RAID's first leg, a thin pool's data. */
function wholeBelow(line: SimulatedTableLine): string | undefined {
  const [first = '', second = ''] = line.parameters.split(' ');
  if (line.target === 'raid') return listLegs(line)[0] ?? '';
  if (line.target === 'thin-pool') return second;
  return ['thin', 'snapshot', 'snapshot-origin'].includes(line.target) ? first : undefined;
}

/** The legs of a `raid` line of raid1, whole copies each: `raid1 N PARAMETERS… LEGS - LEG - LEG`. */
function listLegs({ parameters }: SimulatedTableLine): readonly string[] {
  const words = parameters.split(' ');
  const [, count] = words;
  const pairs = words.slice(Number(count) + 3);
  return pairs.filter((_word, at) => at % 2 === 1);
}

/** Device numbers of what a dm device lies on, each once. */
export function listBelow(world: World, dm: DmDevice): string[] {
  const lines = [...(dm.live ?? dm.starting?.lines ?? [])];
  const numbers = lines
    .flatMap((line) => listReferences(line))
    .flatMap((reference) => {
      const device = findKernelDevice(world, reference);
      return device === undefined ? [] : [device.deviceNumber];
    });
  return [...new Set(numbers)];
}

function listReferences(line: SimulatedTableLine): readonly string[] {
  if (line.target === 'vdo') return [storageOfLine(line)];
  if (line.target === 'snapshot') return line.parameters.split(' ').slice(0, 2);
  if (line.target === 'raid') return listLegs(line);
  const below = belowLine(line);
  return below === undefined ? [] : [below.device];
}

/** Kernel names of the disks that a dm device lies on and that are gone. */
export function listGoneBelow(world: World, dm: DmDevice): string[] {
  const lines = dm.live ?? [];
  const below = lines.map((line) => (line.target === 'vdo' ? storageOfLine(line) : belowLine(line)?.device));
  return world.disks
    .filter(({ fault, minor }) => fault === 'gone' && below.includes(`${String(diskMajor)}:${String(minor)}`))
    .map(({ name }) => name);
}

/** The first suspended device among this one and those beneath it: reading this device would hang. */
export function findSuspendedUnder(world: World, device: KernelDevice): DmDevice | undefined {
  if (device.part.kind !== 'dm') return undefined;
  const { dm } = device.part;
  if (dm.suspended) return dm;
  for (const number of listBelow(world, dm)) {
    const below = findKernelDevice(world, number);
    const found = below === undefined ? undefined : findSuspendedUnder(world, below);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** What is at a place of a disk, if anything begins exactly there. */
export function findContent(disk: Disk, atBytes: number): Content | undefined {
  return disk.contents.find((content) => content.atBytes === atBytes);
}

/** Where block 0 of a device lies; undefined if it does not lie on a disk. */
export function diskPlaceOf(world: World, device: KernelDevice): DiskPlace | undefined {
  const landing = land(world, device, 0);
  return landing.kind === 'disk' ? { disk: landing.disk.name, atBytes: landing.atBytes } : undefined;
}

/** Whether the kernel lets nobody write to the device. A partition is as its disk is. */
export function isReadOnly({ part }: KernelDevice): boolean {
  if (part.kind === 'dm') return part.dm.readOnly;
  return part.kind !== 'loop' && part.disk.fault === 'read-only';
}
