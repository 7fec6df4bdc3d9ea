import type { Host } from '../../host/host.ts';
import { looking, succeeded } from '../../model/command.ts';
import type { BlockDevice, BlockDevices } from '../../model/device.ts';
import { sectorBytes } from '../../model/disk.ts';
import type { TableLine } from '../../model/kernel.ts';
import { parseLinesOfAll } from '../../parse/dmsetup-lines.ts';
import { findDevice } from '../found-volume.ts';
import { listArrayLegs, listDmLegs, type Leg } from './raid-legs.ts';

/** What device-mapper says of all its devices. Empty where it was not asked, or did not answer. */
export interface DmLines {
  readonly table: readonly TableLine[];
  readonly status: readonly TableLine[];
}

/** Asks for all tables and states with two child processes; with none if there is no device of device-mapper. */
export async function askDmLines(host: Host, devices: BlockDevices): Promise<DmLines> {
  if ([...devices.all()].every(({ dm }) => dm === undefined)) return { table: [], status: [] };
  const [table = [], status = []] = await Promise.all(
    ['table', 'status'].map(async (verb) => {
      const result = await host.run(looking('dmsetup', [verb]));
      return succeeded(result) ? parseLinesOfAll(`dmsetup ${verb}`, result.stdout).rows : [];
    }),
  );
  return { table, status };
}

/** A stretch of a device, in bytes, and the leg of a RAID that it belongs to. */
export interface Place {
  readonly device: BlockDevice;
  readonly startBytes: number;
  readonly lengthBytes: number;
  /** The dm name or path of the leg; null if it belongs to none. */
  readonly leg: string | null;
}

/** Follows stretches of devices down to what they lie on. */
export class StorageMap {
  readonly lines: DmLines;
  private readonly host: Host;
  private readonly devices: BlockDevices;

  constructor(host: Host, devices: BlockDevices, lines: DmLines) {
    this.host = host;
    this.devices = devices;
    this.lines = lines;
  }

  find(path: string): BlockDevice | undefined {
    return findDevice(this.host, this.devices, path);
  }

  /**
   * Where to read a stretch for errors. A RAID answers from another leg what one cannot read, and rewrites it: so each
   * leg beneath is read by itself. Everything else is read where it is.
   */
  placesToRead(place: Place): Place[] {
    if (!this.devices.downFrom(place.device).some((device) => this.listLegs(device).length > 0))
      return [place];
    const below = this.beneath(place);
    return below === undefined ? [place] : below.flatMap((each) => this.placesToRead(each));
  }

  /** The lowest place that a stretch is known to lie on. */
  bottomOf(place: Place): Place {
    const [below, ...others] = this.beneath(place) ?? [];
    const isWhole = below?.lengthBytes === place.lengthBytes && others.length === 0;
    return below !== undefined && isWhole ? this.bottomOf(below) : place;
  }

  /** The stretches right beneath, of the same bytes; undefined where they are not known for all of it. */
  private beneath(place: Place): Place[] | undefined {
    const legs = this.listLegs(place.device);
    if (legs.length > 0) return legs.filter(({ hasFailed }) => !hasFailed).map((leg) => onLeg(place, leg));
    const { device } = place;
    if (device.dm !== undefined) return this.beneathDm(place, device.dm.name);
    const start = this.host.files.readText(`/sys/class/block/${device.kernelName}/start`);
    const disk = device.below.flatMap((name) => this.devices.get(name) ?? [])[0];
    if (start.kind !== 'read' || disk === undefined) return undefined;
    const startBytes = place.startBytes + Number(start.value) * sectorBytes;
    return [{ ...place, device: disk, startBytes }];
  }

  private beneathDm(place: Place, dmName: string): Place[] | undefined {
    const end = place.startBytes + place.lengthBytes;
    const found = this.lines.table
      .filter((line) => line.dmName === dmName)
      .flatMap((line) => {
        const lineStart = line.startSector * sectorBytes;
        const from = Math.max(place.startBytes, lineStart);
        const to = Math.min(end, lineStart + line.sectors * sectorBytes);
        if (from >= to) return [];
        const target = targetOf(line);
        const device = target === undefined ? undefined : this.findReference(target.device);
        if (target === undefined || device === undefined) return [undefined];
        const startBytes = target.startSector * sectorBytes + from - lineStart;
        return [{ ...place, device, startBytes, lengthBytes: to - from }];
      });
    return found.length === 0 || found.includes(undefined)
      ? undefined
      : found.filter((each) => each !== undefined);
  }

  private listLegs(device: BlockDevice): readonly Leg[] {
    const find = (reference: string): BlockDevice | undefined => this.findReference(reference);
    if (device.dm === undefined) return listArrayLegs(this.host.files, device, find);
    return listDmLegs(this.lines, device.dm.name, find);
  }

  private findReference(reference: string): BlockDevice | undefined {
    return /^\d+:\d+$/.test(reference) ? this.devices.withNumber(reference) : this.find(reference);
  }
}

/** For each target that passes its I/O straight on: the index of `DEVICE` in its parameters, which `SECTOR` follows. */
const referenceAt: Readonly<Record<string, number>> = { linear: 0, delay: 0, flakey: 0, crypt: 3 };

function targetOf({ target, parameters }: TableLine): { device: string; startSector: number } | undefined {
  const at = referenceAt[target];
  const [device, start] = at === undefined ? [] : parameters.split(' ').slice(at, at + 2);
  return device === undefined ? undefined : { device, startSector: Number(start) };
}

/** Stripes begin and end somewhere within such a stretch of a leg. */
const roundBytes = 1024 ** 2;

/** The part of a leg that holds the stretch: the same bytes of a mirror, and about its share of anything striped. */
function onLeg(place: Place, { device, name, dataStartBytes, dataBytes, share }: Leg): Place {
  if (share === 1) return { ...place, device, startBytes: dataStartBytes + place.startBytes, leg: name };
  const from = Math.floor(place.startBytes / share / roundBytes) * roundBytes;
  const to = Math.ceil((place.startBytes + place.lengthBytes) / share / roundBytes) * roundBytes;
  const end = Math.min(to, dataBytes);
  return {
    device,
    startBytes: dataStartBytes + Math.min(from, end),
    lengthBytes: Math.max(0, end - from),
    leg: name,
  };
}
