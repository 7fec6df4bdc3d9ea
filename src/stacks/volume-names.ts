import type { Host } from '../host/host.ts';
import type { BlockDevice } from '../model/device.ts';
import type { StackName } from '../model/volume.ts';
import { describeLogicalVolumes, describeMounts, listAliases, stateOf } from './describe-volume.ts';
import { readBlockDevices } from './devices.ts';
import { findStablePath } from './dm/adopt.ts';
import { readRemembered } from './dm/remember-running.ts';
import { findVolumes } from './find-volumes.ts';
import { askStatusOfAll } from './ask-kernel.ts';
import { askLvm } from './lvm/report.ts';
import { readManager } from './manager/config.ts';
import { readMounts } from './mounts.ts';

/** A volume, for callers that only need to name it. */
export interface NamedVolume {
  readonly name: string;
  readonly stack: StackName;
  /** Its other names: paths, and the LVs of a pool. */
  readonly aliases: readonly string[];
  readonly runs: boolean;
}

/** The longest wait for a list of names. LVM is slow on a big host, and never answers on a broken one. */
const patienceMs = 1500;

/** Every volume by its names. Reads no disk and no statistics, and leaves out whatever does not answer. */
export async function listVolumes(host: Host): Promise<readonly NamedVolume[]> {
  const devices = readBlockDevices(host.files);
  const orNone = <T>(asked: Promise<T>, none: T): Promise<T> =>
    Promise.race([asked.catch(() => none), host.clock.sleep(patienceMs).then(() => none)]);
  const [status, lvm, memory, manager] = await Promise.all([
    orNone(askStatusOfAll(host), new Map()),
    orNone(askLvm(host, devices), { groups: [], missing: [] }),
    orNone(readRemembered(host), { volumes: new Map(), missing: [] }),
    orNone(readManager(host), { volumes: new Map(), missing: [] }),
  ]);
  const kernel = { status, statistics: new Map() };
  const seen = { host, devices, kernel, lvm, memory, manager, starts: [], namesakes: new Set<string>() };
  const found = findVolumes(seen);
  return found.map((each) => {
    const { name, stack } = each;
    return {
      name,
      stack,
      aliases: listAliases(each, describeLogicalVolumes(each, devices)),
      runs: stateOf(each) !== 'stopped',
    };
  });
}

/** A device that looks unused at first sight. */
export interface FreeDevice {
  readonly path: string;
  /** A path that survives a reboot; the same path if there is none. */
  readonly stablePath: string;
  readonly sizeBytes: number;
}

/** Devices on which a volume could be made: they exist and answer, with nothing on top and nothing mounted. */
export function listFreeDevices(host: Host): readonly FreeDevice[] {
  const devices = readBlockDevices(host.files);
  const mounts = readMounts(host.files);
  const isFree = (device: BlockDevice): boolean =>
    device.sizeBytes > 0 &&
    device.above.length === 0 &&
    !neverStorage.test(device.kernelName) &&
    devices.suspendedUnder(device).length === 0 &&
    describeMounts(device, { devices, mounts }).length === 0;
  return [...devices.all()].filter(isFree).map((device) => {
    return { path: device.path, stablePath: findStablePath(host, device), sizeBytes: device.sizeBytes };
  });
}

const neverStorage = /^(?:sr|fd|ram|zram)\d/;
