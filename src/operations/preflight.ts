import type { ScanReading } from '../host/scan.ts';
import type { BlockDevice } from '../model/device.ts';
import { blockBytes } from '../model/disk.ts';
import { countRebuildBlocks, journalBlocks } from '../model/layout.ts';
import type { Preflight, PreflightNote, ScanExtent, SetAside } from '../model/preflight-schema.ts';
import { Failure } from '../model/problem.ts';
import { refuse } from '../model/refuse.ts';
import { listStorage } from '../stacks/found-volume.ts';
import type { Look, Seen } from '../stacks/host-look.ts';
import { askDiskHealth, type DiskHealth } from '../stacks/preflight/disk-health.ts';
import { findNoRoom } from '../stacks/preflight/room.ts';
import { askDmLines, StorageMap } from '../stacks/preflight/storage-map.ts';
import { listCopies } from './known-copies.ts';
import { scanVolume, type Scanned } from './scan-volume.ts';
import { describeStop, type Session } from './session.ts';

/** How a caller wants the storage looked at before a plan that can lose data. */
export interface PreflightWish {
  readonly extent: ScanExtent;
  /** The reasons that the caller sets aside. */
  readonly despite: readonly SetAside[];
}

export const usualPreflight: PreflightWish = { extent: 'sample', despite: [] };

/**
 * Looks for what would make a rebuild fail or lose more than it has to: reads the storage, asks the kernel log, the
 * disks' own health and RAIDs, and the room of what lies beneath.
 *
 * @throws Failure `refused` for a bad disk or a lack of room, unless the caller sets that aside. Nothing is changed.
 */
export async function preflight(
  session: Session,
  look: Look,
  seen: Seen,
  { extent, despite }: PreflightWish,
): Promise<Preflight> {
  const { host } = session;
  const { name } = seen.volume;
  const beneath = listBeneath(look, seen);
  const [lines, health] = await Promise.all([
    askDmLines(host, look.devices),
    askDiskHealth(host, look.devices, beneath),
  ]);
  const noRoom = await findNoRoom(host, look.devices, lines, beneath, needOf(seen));
  if (noRoom.length > 0 && !despite.includes('no-room-below')) refuse(name, 'no-room-below', { noRoom });
  const map = new StorageMap(host, look.devices, lines);
  const began = host.clock.elapsedMs();
  const scanned = await scanVolume(session, map, seen, { extent, suspects: health.suspects });
  const { reading } = scanned;
  requireAnswers(session, name, reading);
  const badDisks = [...scanned.badDisks, ...health.badDisks];
  if (badDisks.length > 0 && !despite.includes('media-errors')) refuse(name, 'media-errors', { badDisks });
  const readBytes = reading.devices.reduce((sum, device) => sum + device.readBytes, 0);
  const durationMs = Math.round(host.clock.elapsedMs() - began);
  return {
    scan: { extent, readBytes, storageBytes: scanned.storageBytes, durationMs },
    badDisks,
    noRoom,
    notes: listNotes(seen, health, scanned),
    copies: await listCopies(host, name),
    despite,
  };
}

/** For a plan that does not depend on what the storage holds. */
export async function preflightOfCopies({ host }: Session, { volume }: Seen): Promise<Preflight> {
  const copies = await listCopies(host, volume.name);
  return { scan: null, badDisks: [], noRoom: [], notes: [], copies, despite: [] };
}

/** Every device that holds a part of the volume, and all that these lie on. */
function listBeneath({ devices }: Look, { found }: Seen): readonly BlockDevice[] {
  return [...new Set(listStorage(found).flatMap((device) => devices.downFrom(device)))];
}

/** What a forced rebuild writes at most, in bytes. */
function needOf({ metadata }: Seen): number {
  if (metadata?.kind !== 'read') return journalBlocks * blockBytes;
  const { superBlock, geometry } = metadata;
  return (
    blockBytes *
    countRebuildBlocks({
      physicalBlocks: superBlock.physicalBytes / blockBytes,
      slabBlocks: superBlock.slabBytes / blockBytes,
      superBlockAt: geometry.superBlockAt,
    })
  );
}

type Read = Extract<ScanReading, { kind: 'read' }>;

/** A device that hangs, and a scan that was stopped, end the operation: nobody knows what could not be read. */
function requireAnswers(session: Session, name: string, reading: ScanReading): asserts reading is Read {
  if (reading.kind === 'stopped')
    throw new Failure(describeStop(session, name, 'its storage to be read', 'nothing was changed'));
  if (reading.kind === 'not-read')
    throw new Failure({
      kind: 'tool-failed',
      command: 'the reader of storage (vdoctl)',
      how: 'it ended early',
      said: reading.why,
    });
  const hanging = reading.devices.find(({ ended }) => ended === 'hangs');
  if (hanging !== undefined)
    refuse(name, 'storage-unreadable', {
      device: hanging.device,
      why: `it does not answer a read at byte ${String(hanging.atBytes ?? 0)}`,
    });
}

function listNotes({ found }: Seen, health: DiskHealth, { reading, notes }: Scanned): PreflightNote[] {
  const cutShort = (reading.kind === 'read' ? reading.devices : []).flatMap(
    ({ device, ended, reason, readBytes }): PreflightNote[] => {
      if (ended === 'whole') return [];
      const why = ended === 'failed' ? (reason ?? '') : describeCut(ended, readBytes);
      return [{ note: 'not-read', device, why }];
    },
  );
  const degraded = (found.degraded ?? []).map((said): PreflightNote => ({ note: 'degraded', said }));
  return [...notes, ...cutShort, ...degraded, ...health.notes];
}

function describeCut(ended: 'out-of-time' | 'too-bad' | 'hangs', readBytes: number): string {
  const after = `after ${String(readBytes)} bytes`;
  return ended === 'out-of-time' ? `its time was over ${after}` : `it was given up ${after}`;
}
