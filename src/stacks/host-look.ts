import type { Host, StorageArea } from '../host/host.ts';
import type { BlockDevices } from '../model/device.ts';
import type { Mount } from '../model/kernel.ts';
import { defaultSettings, type SpaceThresholds } from '../model/settings.ts';
import type { Missing, Volume } from '../model/volume.ts';
import { identityLimitMs, runsWell, tellingOf } from './another-volume.ts';
import { withDegraded } from './degraded-raids.ts';
import { describeVolume } from './describe-volume.ts';
import { readBlockDevices } from './devices.ts';
import { readRemembered } from './dm/remember-running.ts';
import { findVolumes } from './find-volumes.ts';
import { isUp, type Found } from './found-volume.ts';
import { readCopies, type Copies } from './geometry/copies.ts';
import { askKernel, whatStatisticsTell } from './ask-kernel.ts';
import { withLeftovers } from './leftovers.ts';
import { askLvm } from './lvm/report.ts';
import { readManager } from './manager/config.ts';
import { findNamesakes } from './namesakes.ts';
import { readUnfinished } from '../journal/read.ts';
import { withUnfinished } from './unfinished-operations.ts';
import { lookAtMetadata, type Metadata } from './metadata.ts';
import { readMounts } from './mounts.ts';
import { withRehearsals } from './rehearsal/find-rehearsals.ts';
import { withMishaps } from './running-storage.ts';
import { askTogether } from './shared-questions.ts';
import { missingOf, sayWhyUntold } from './tool-result.ts';
import { listStartCommands } from './starters.ts';

/** One look at the host: everything seen, and what could not be seen. */
export interface Look {
  /** Milliseconds since the epoch. */
  readonly takenAt: number;
  readonly devices: BlockDevices;
  readonly mounts: readonly Mount[];
  readonly seen: readonly Seen[];
  readonly missing: readonly Missing[];
  /** The kept copies of volumes' metadata; empty unless run as root. */
  readonly copies: Copies;
}

/** A volume as the host has it, what its disk says, and both in words. */
export interface Seen {
  readonly found: Found;
  readonly metadata: Metadata | undefined;
  readonly volume: Volume;
}

/**
 * Looks at every volume of every stack. Costs at most four child processes, however many volumes there are: dmsetup,
 * vdostats and LVM side by side, then one reader for the disks. The reader leaves out volumes of the dm stack that run
 * well and whose UUID nobody remembers.
 *
 * dmsetup is asked once more for each of these: another device may have a volume's name; an LVM RAID lies beneath a
 * volume; a layer beneath one was made by hand and maps only a part of a device.
 *
 * @param thresholds for the alerts; operations ignore them.
 */
export function lookAtHost(host: Host, thresholds: SpaceThresholds = defaultSettings): Promise<Look> {
  return askTogether(host, look, thresholds);
}

/** Operations ignore the thresholds, so those of one do for all who ask for a look at the same time. */
async function look(host: Host, [thresholds = defaultSettings]: readonly SpaceThresholds[]): Promise<Look> {
  // The tools start first: while they work, files are read and code is loaded.
  const kernelAsked = askKernel(host);
  const devices = readBlockDevices(host.files);
  // Listed at once: the commands that start volumes may be gone by the time the others have answered.
  const isStarting = [...devices.all()].some((device) => device.dm !== undefined && !isUp(device));
  const starts = isStarting ? listStartCommands(host.files) : [];
  const [kernel, lvm, memory, manager, journal] = await Promise.all([
    kernelAsked,
    askLvm(host, devices),
    readRemembered(host),
    readManager(host),
    readUnfinished(host.files),
  ]);
  const mounts = readMounts(host.files);
  const names = [...memory.volumes.keys(), ...manager.volumes.keys()];
  const namesakes = await findNamesakes(host, devices, kernel, names);
  const present = findVolumes({ host, devices, kernel, lvm, memory, manager, starts, namesakes });
  const around = { host, devices, lvm, mounts };
  const whole = withRehearsals(around, await withDegraded(host, devices, present));
  const known = await withMishaps(around, whole);
  const found = withLeftovers(devices, withUnfinished(host, devices, known, journal.unfinished));
  const areas = host.identity.isRoot ? areasToRead(found, devices) : [];
  const onlyIdentities = found.every((each) => runsWell(each) || !areas.some(({ id }) => id === each.dmName));
  const metadata = await lookAtMetadata(host, areas, onlyIdentities ? identityLimitMs : undefined);
  const copies: Copies = host.identity.isRoot ? readCopies(host.files) : new Map();
  const seen = found.map((each): Seen => {
    const ownMetadata = tellingOf(each, metadata.get(each.dmName), copies);
    return {
      found: each,
      metadata: ownMetadata,
      volume: describeVolume(each, ownMetadata, { devices, mounts, thresholds, copies }),
    };
  });
  const odd = found.flatMap(listOdd);
  const missing = [...(runsNone(devices) ? [] : [kernel]), lvm, memory, manager, journal].flatMap(
    (each) => each.missing,
  );
  const unread = describeUnread(metadata);
  const all = [...missing, ...unread, ...odd];
  return { takenAt: host.clock.now(), devices, mounts, seen, missing: all, copies };
}

/** Says once that the process which reads the disks failed, however many disks there are. */
function describeUnread(metadata: ReadonlyMap<string, Metadata>): Missing[] {
  const unread = [...metadata.values()].find((each) => each.kind === 'not-read');
  if (unread?.failure.problem.kind !== 'tool-failed') return [];
  const why = sayWhyUntold(unread.failure.problem);
  return [{ source: 'storage', what: 'what the storage of volumes says of itself', why, failed: true }];
}

/** What is not understood about a volume, while the rest of it is shown. */
function listOdd({ name: volume, status, statistics }: Found): Missing[] {
  const ofStatistics = missingOf(statistics?.odd ?? [], { source: 'statistics', volume });
  return [
    ...missingOf(status?.odd ?? [], { source: 'kernel-status', volume }),
    ...ofStatistics.map((each) => ({ ...each, what: `${whatStatisticsTell} (${each.what})` })),
  ].map((each) => ({ ...each, what: `${each.what} of ${volume}` }));
}

/**
 * Whether no device belongs to device-mapper. A kernel without it answers nothing, and runs no volume that could be
 * missed.
 */
function runsNone(devices: BlockDevices): boolean {
  const all = [...devices.all()];
  return all.length > 0 && all.every(({ dm }) => dm === undefined);
}

/** The storage worth reading. While a volume runs well, its disk tells only whether it still is the same volume. */
function areasToRead(found: readonly Found[], devices: BlockDevices): StorageArea[] {
  return found.flatMap((each) => {
    const { area, remembered, stack, storage } = each;
    const worthIt = !runsWell(each) || stack !== 'dm' || typeof remembered?.uuid === 'string';
    const hangs = storage !== undefined && devices.suspendedUnder(storage).length > 0;
    return area !== undefined && worthIt && !hangs ? [area] : [];
  });
}
