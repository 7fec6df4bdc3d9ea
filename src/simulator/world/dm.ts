import { sectorBytes } from '../../model/disk.ts';
import { belowLine, dmNumber, findKernelDevice, findDm } from './devices.ts';
import { countOpens } from './opens.ts';
import { checkNewVdoLine, resumeVdo } from './vdo-grow.ts';
import { startVdo } from './vdo-start.ts';
import type { KernelErrno } from './vdo-start-log.ts';
import { addOverlay, removeOverlay } from './overlay.ts';
import { saveVdo, stopVdo } from './vdo-running.ts';
import { logToKernel } from './kernel-log.ts';
import type { DmDevice, NewDevice, SimulatedTableLine, World } from './world.ts';

/** The kernel's part of device-mapper: what its ioctls do to the world. */

export const refusalTexts: Readonly<Record<KernelErrno, string>> = {
  EIO: 'Input/output error',
  EINVAL: 'Invalid argument',
  ENOENT: 'No such file or directory',
  ENXIO: 'No such device or address',
  EBUSY: 'Device or resource busy',
};

export type DeviceCreation =
  | { readonly kind: 'created'; readonly device: DmDevice; readonly durationMs: number }
  | { readonly kind: 'name-taken' }
  | { readonly kind: 'refused'; readonly refusal: KernelErrno; readonly deviceNumber: string }
  | { readonly kind: 'hangs'; readonly device: DmDevice };

/** Creates a device, loads its table and resumes it. A refused table leaves nothing behind. */
export function createDevice(world: World, wanted: NewDevice): DeviceCreation {
  const taken = world.dmDevices.some(
    ({ name, uuid }) => name === wanted.name || (uuid !== '' && uuid === wanted.uuid),
  );
  if (taken) return { kind: 'name-taken' };
  const device: DmDevice = {
    name: wanted.name,
    uuid: wanted.uuid,
    minor: findFreeMinor(world),
    readOnly: wanted.readOnly,
    suspended: false,
    udevUntil: world.now + world.udevProbeMs,
  };
  world.dmDevices.push(device);
  const loaded = loadLines(world, device, wanted.lines);
  if (loaded.kind === 'refused') {
    world.dmDevices = world.dmDevices.filter((each) => each !== device);
    return { ...loaded, deviceNumber: dmNumber(device) };
  }
  if (loaded.kind === 'hangs') return { kind: 'hangs', device };
  if (loaded.kind === 'starting') return { kind: 'created', device, durationMs: loaded.durationMs };
  device.live = loaded.lines;
  addOverlay(world, device);
  return { kind: 'created', device, durationMs: 0 };
}

function findFreeMinor(world: World): number {
  const taken = new Set(world.dmDevices.map(({ minor }) => minor));
  let minor = 0;
  while (taken.has(minor)) minor += 1;
  return minor;
}

function loadLines(world: World, device: DmDevice, lines: readonly SimulatedTableLine[]) {
  const [first] = lines;
  if (first?.target === 'vdo') return startVdo(world, device, first);
  if (first?.target === 'snapshot') return checkSnapshot(world, device, first);
  return checkLines(world, device, lines);
}

type Checked =
  | { readonly kind: 'refused'; readonly refusal: KernelErrno }
  | { readonly kind: 'checked'; readonly lines: SimulatedTableLine[] };

/** Checks lines of one-to-one mappings and writes them as `dmsetup table` prints them: with device numbers. */
export function checkLines(world: World, device: DmDevice, lines: readonly SimulatedTableLine[]): Checked {
  const checked: SimulatedTableLine[] = [];
  for (const line of lines) {
    const below = belowLine(line);
    if (below === undefined) {
      if (!['error', 'zero'].includes(line.target))
        throw new Error(`the simulated device-mapper has no target ${line.target}`);
      checked.push(line);
      continue;
    }
    const storage = findKernelDevice(world, below.device);
    if (storage === undefined) return refuseLine(world, device, line, below.device);
    if ((below.startSector + line.sectors) * sectorBytes > storage.sizeBytes) {
      logToKernel(
        world,
        `device-mapper: table: ${dmNumber(device)}: ${storage.kernelName} too small for target: ` +
          `start=${String(below.startSector)}, len=${String(line.sectors)}, ` +
          `dev_size=${String(storage.sizeBytes / sectorBytes)}`,
      );
      return { kind: 'refused', refusal: 'EINVAL' };
    }
    const words = line.parameters.split(' ');
    checked.push({ ...line, parameters: [storage.deviceNumber, ...words.slice(1)].join(' ') });
  }
  return { kind: 'checked', lines: checked };
}

/** `snapshot ORIGIN CHANGES N CHUNK`: the kernel prints both devices by their numbers. */
function checkSnapshot(world: World, device: DmDevice, line: SimulatedTableLine): Checked {
  const [origin = '', changes = '', ...rest] = line.parameters.split(' ');
  const numbers: string[] = [];
  for (const reference of [origin, changes]) {
    const found = findKernelDevice(world, reference);
    if (found === undefined) return refuseLine(world, device, line, reference);
    numbers.push(found.deviceNumber);
  }
  return { kind: 'checked', lines: [{ ...line, parameters: [...numbers, ...rest].join(' ') }] };
}

function refuseLine(world: World, device: DmDevice, line: SimulatedTableLine, below: string): Checked {
  const refusal: KernelErrno = below.startsWith('/') ? 'ENOENT' : 'ENXIO';
  logToKernel(
    world,
    `device-mapper: table: ${dmNumber(device)}: ${line.target}: Device lookup failed (-${refusal})`,
  );
  return { kind: 'refused', refusal };
}

/** Why the device cannot be removed; undefined if it can. `udev` means that it can in a moment. */
export function findWhyBusy(world: World, device: DmDevice): 'open' | 'starting' | 'udev' | undefined {
  if (countOpens(world, dmNumber(device)) > 0) return 'open';
  if (device.starting !== undefined) return 'starting';
  return device.udevUntil > world.now ? 'udev' : undefined;
}

export function removeDevice(world: World, device: DmDevice): void {
  stopVdo(world, device);
  removeOverlay(world, device);
  world.dmDevices = world.dmDevices.filter((each) => each !== device);
}

/** The same device under another name: what lies on it knows it by its number. */
export function renameDevice(world: World, device: DmDevice, to: string): void {
  const inside = world.insides?.[device.name];
  if (world.insides !== undefined && inside !== undefined)
    world.insides = {
      ...Object.fromEntries(Object.entries(world.insides).filter(([name]) => name !== device.name)),
      [to]: inside,
    };
  device.name = to;
}

/** `dmsetup reload`: the table that the next resume takes. */
export function reloadDevice(
  world: World,
  device: DmDevice,
  lines: readonly SimulatedTableLine[],
): KernelErrno | undefined {
  const [line] = lines;
  if (line?.target === 'vdo') {
    if (device.vdo === undefined)
      throw new Error('the simulated dmsetup reloads a vdo table only into a running vdo target');
    const refusal = checkNewVdoLine(world, device, line);
    if (refusal === undefined) device.inactive = [line];
    return refusal;
  }
  if (device.vdo !== undefined)
    throw new Error('the simulated dmsetup does not replace a vdo target by another target');
  const checked = checkLines(world, device, lines);
  if (checked.kind === 'refused') return checked.refusal;
  device.inactive = checked.lines;
  return undefined;
}

export function suspendDevice(world: World, device: DmDevice): void {
  if (device.suspended) return;
  if (device.vdo !== undefined) saveVdo(world, device);
  device.suspended = true;
}

/** `dmsetup resume`. If the kernel refuses the new table, the device keeps it and stays suspended. */
export function resumeDevice(world: World, device: DmDevice): KernelErrno | undefined {
  if (device.inactive !== undefined) {
    suspendDevice(world, device);
    device.live = device.inactive;
    delete device.inactive;
    // No modelled program loads a table read-only.
    device.readOnly = false;
  }
  const refusal = device.vdo === undefined ? undefined : resumeVdo(world, device);
  if (refusal === undefined) device.suspended = false;
  return refusal;
}

/** A table as `dmsetup create --table` takes it: lines of `START SECTORS TARGET PARAMETERS`. */
export function parseTableLines(text: string): SimulatedTableLine[] {
  return text
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => {
      const [start = '', sectors = '', target = '', ...parameters] = line.trim().split(/\s+/);
      if (!/^\d+$/.test(start) || !/^\d+$/.test(sectors) || target === '')
        throw new Error(`the simulated dmsetup does not understand the table ${JSON.stringify(line)}`);
      return { start: Number(start), sectors: Number(sectors), target, parameters: parameters.join(' ') };
    });
}

/** The device of that name, its table live. */
export function findLive(world: World, name: string): DmDevice | undefined {
  const device = findDm(world, name);
  return device?.live === undefined ? undefined : device;
}
