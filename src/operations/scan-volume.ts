import type { Host } from '../host/host.ts';
import type { ScanPiece, ScanReading, UnreadableStretch } from '../host/scan.ts';
import type { BadDisk, PreflightNote, ScanExtent } from '../model/preflight-schema.ts';
import { CopyTracker } from '../plan/copy-tracker.ts';
import { readBlockDevices } from '../stacks/devices.ts';
import type { Seen } from '../stacks/host-look.ts';
import { whileLent } from '../stacks/lvm/read-lent.ts';
import type { DiskHealth } from '../stacks/preflight/disk-health.ts';
import { askDmLines, StorageMap, type Place } from '../stacks/preflight/storage-map.ts';
import { chooseStretches } from '../stacks/preflight/stretches.ts';
import { placesOf } from '../stacks/preflight/volume-places.ts';
import { lentDataOf } from './lent-pool.ts';
import type { Session } from './session.ts';

export interface ScanWish extends Pick<DiskHealth, 'suspects'> {
  readonly extent: ScanExtent;
}

export interface Scanned {
  readonly reading: ScanReading;
  readonly badDisks: readonly BadDisk[];
  readonly storageBytes: number;
  readonly notes: readonly PreflightNote[];
}

/** A sample has to be read quickly; a slow disk is then read in part. The whole takes as long as it takes. */
const limitsMs = {
  sample: { timeLimitMs: 30_000, stallMs: 15_000 },
  full: { timeLimitMs: 20 * 24 * 60 * 60_000, stallMs: 120_000 },
} as const;

/** Reads the volume's storage for errors, each leg of a RAID by itself, and tells how it goes if that takes long. */
export async function scanVolume(
  session: Session,
  map: StorageMap,
  seen: Seen,
  wish: ScanWish,
): Promise<Scanned> {
  const places = findPlaces(map, seen, wish);
  if (places !== undefined) return scanPlaces(session, map, { seen, places, wish });
  const data = session.dryRun === undefined ? lentDataOf(seen) : undefined;
  if (data === undefined)
    return leaveUnread(seen, 'only LVM can put it together, and a dry run asks for nothing');
  const { host } = session;
  const lent = await whileLent(host, data.name, async () => {
    const active = await mapOf(host);
    const area = { id: data.name, extents: [{ device: data.device, startBytes: 0 }] };
    const up: Seen = { ...seen, found: { ...seen.found, area } };
    const found = findPlaces(active, up, wish) ?? [];
    return scanPlaces(session, active, { seen: up, places: found, wish });
  });
  return lent.kind === 'lent' ? lent.value : leaveUnread(seen, lent.reason);
}

async function mapOf(host: Host): Promise<StorageMap> {
  const devices = readBlockDevices(host.files);
  return new StorageMap(host, devices, await askDmLines(host, devices));
}

function leaveUnread({ volume }: Seen, why: string): Scanned {
  return {
    reading: { kind: 'read', devices: [], unreadable: [] },
    badDisks: [],
    storageBytes: 0,
    notes: [{ note: 'not-read', device: volume.storage.path, why }],
  };
}

/** The size of the storage as far as the volume uses it; of a volume without readable metadata, of its device. */
function sizeOf({ metadata, found, volume }: Seen): number {
  if (metadata?.kind === 'read') {
    const { superBlock, geometry } = metadata;
    return superBlock.physicalBytes - geometry.movedBlocks * 4096;
  }
  return found.storage?.sizeBytes ?? volume.sizes.physicalBytes ?? 0;
}

function findPlaces(map: StorageMap, seen: Seen, { extent, suspects }: ScanWish): Place[] | undefined {
  const places: Place[] = [];
  for (const stretch of chooseStretches(extent, seen.metadata, sizeOf(seen))) {
    const found = placesOf(map, seen.found, stretch);
    if (found === undefined) return undefined;
    places.push(...found);
  }
  return [...places, ...suspects.map((suspect): Place => ({ ...suspect, leg: null }))];
}

async function scanPlaces(
  session: Session,
  map: StorageMap,
  {
    seen,
    places,
    wish: { extent },
  }: { readonly seen: Seen; readonly places: readonly Place[]; readonly wish: ScanWish },
): Promise<Scanned> {
  const { host, report, interrupted } = session;
  const pieces = places.map(({ device, startBytes, lengthBytes }): ScanPiece => ({
    device: device.path,
    startBytes,
    lengthBytes,
  }));
  const totalBytes = pieces.reduce((sum, { lengthBytes }) => sum + lengthBytes, 0);
  const tracker = new CopyTracker(totalBytes, host.clock.elapsedMs());
  const onProgress = (readBytes: number): void => {
    const progress = tracker.observe(host.clock.elapsedMs(), readBytes);
    report({ kind: 'progress', volume: seen.volume.name, ...progress, phase: 'scanning' });
  };
  const reading = await host.scanStorage(pieces, {
    ...limitsMs[extent],
    signal: interrupted,
    ...(extent === 'full' ? { onProgress } : {}),
  });
  const unreadable = reading.kind === 'read' ? reading.unreadable : [];
  return { reading, badDisks: describeBad(map, places, unreadable), storageBytes: sizeOf(seen), notes: [] };
}

/** The unreadable stretches by the disk that they lie on, as far down as that is known. */
function describeBad(
  map: StorageMap,
  places: readonly Place[],
  unreadable: readonly UnreadableStretch[],
): BadDisk[] {
  const byDisk = new Map<string, BadDisk>();
  for (const { device: path, startBytes, lengthBytes, error } of unreadable) {
    const read = places.find(
      (place) =>
        place.device.path === path &&
        place.startBytes <= startBytes &&
        startBytes < place.startBytes + place.lengthBytes,
    );
    if (read === undefined) continue;
    const { device, startBytes: at, leg } = map.bottomOf({ ...read, startBytes, lengthBytes });
    const key = JSON.stringify([device.path, leg, error]);
    const before = byDisk.get(key);
    const isKnown = before?.stretches.some((each) => each.startBytes === at) === true;
    byDisk.set(key, {
      source: 'reading',
      device: device.path,
      leg,
      stretches: [...(before?.stretches ?? []), ...(isKnown ? [] : [{ startBytes: at, lengthBytes }])],
      said: error,
    });
  }
  return [...byDisk.values()];
}
