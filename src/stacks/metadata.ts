import type { Host, MetadataReading, StorageArea } from '../host/host.ts';
import { blockBytes, type DiskState, type Geometry, type SuperBlock } from '../model/disk.ts';
import { Failure } from '../model/problem.ts';
import { refuse } from '../model/refuse.ts';
import { describeNotUnderstood, describeCommandOutcome } from './tool-result.ts';

/** What a volume's storage says about itself. */
export type Metadata =
  | {
      readonly kind: 'read';
      readonly geometry: Geometry;
      readonly superBlock: SuperBlock;
      /** The geometry block as read from the disk, for the copy that is kept. */
      readonly block?: Uint8Array;
    }
  /** `zeros`: a start may format it. */
  | { readonly kind: 'not-vdo'; readonly firstBlock: 'zeros' | 'other' }
  /** A conversion to LVM has moved its metadata, and LVM has not taken it over: in this state nothing can start it. */
  | { readonly kind: 'half-converted'; readonly uuid: string; readonly offsetBytes: number }
  | { readonly kind: 'not-understood'; readonly failure: Failure }
  | { readonly kind: 'failed'; readonly reason: string }
  | { readonly kind: 'no-answer' }
  /** (only in a look) The reading process failed, which says nothing about the storage. */
  | { readonly kind: 'not-read'; readonly failure: Failure };

/** {@link Metadata} after a read that worked. */
export type MetadataRead = Exclude<Metadata, { readonly kind: 'not-read' }>;

/** Whether the first block is all zeros: from dm-vdo 9.2 on, a start takes that for new storage and formats it. */
export function isWiped(metadata: Metadata | undefined): boolean {
  return metadata?.kind === 'not-vdo' && metadata.firstBlock === 'zeros';
}

/**
 * Reads and interprets the metadata of any number of areas, by their ids, with one child process.
 *
 * @throws Failure `tool-failed` if that process failed, which says nothing about the storage.
 */
export async function readMetadata(
  host: Host,
  areas: readonly StorageArea[],
  timeLimitMs?: number,
): Promise<Map<string, MetadataRead>> {
  const read = new Map<string, MetadataRead>();
  for (const [id, metadata] of await lookAtMetadata(host, areas, timeLimitMs)) {
    if (metadata.kind === 'not-read') throw metadata.failure;
    read.set(id, metadata);
  }
  return read;
}

/** Like {@link readMetadata}, for a look that shows what it can see. */
export async function lookAtMetadata(
  host: Host,
  areas: readonly StorageArea[],
  timeLimitMs: number | undefined,
): Promise<Map<string, Metadata>> {
  if (areas.length === 0) return new Map();
  // Loaded while the disks are read, and not at all if there are none.
  const [readings, parsers] = await Promise.all([
    host.readMetadata(areas, timeLimitMs),
    import('../parse/disk.ts'),
  ]);
  return new Map(readings.map((reading) => [reading.id, interpret(reading, parsers)]));
}

/** How long an operation waits for the disk that it changes or has changed. A look does not wait for a slow disk. */
export const patienceMs = 30_000;

/** The metadata on one whole device, for an operation on it. */
export async function readMetadataOf(host: Host, device: string): Promise<MetadataRead> {
  const areas = [{ id: device, extents: [{ device, startBytes: 0 }] }];
  const readings = await readMetadata(host, areas, patienceMs);
  return readings.get(device) ?? { kind: 'no-answer' };
}

type Parsers = typeof import('../parse/disk.ts');

function interpret(reading: MetadataReading, { parseGeometry, parseSuperBlock }: Parsers): Metadata {
  if (reading.kind === 'not-vdo') return interpretOther(reading, parseGeometry);
  if (reading.kind === 'not-read') return { kind: 'not-read', failure: readerFailure(reading) };
  if (reading.kind !== 'read') return reading;
  try {
    const geometry = parseGeometry(reading.geometry);
    const superBlock = parseSuperBlock(reading.superBlock, geometry);
    return { kind: 'read', geometry, superBlock, block: reading.geometry };
  } catch (failure) {
    if (failure instanceof Failure) return { kind: 'not-understood', failure };
    throw failure;
  }
}

/** The failure of the process that reads metadata. */
export function readerFailure({ result, said }: Extract<MetadataReading, { kind: 'not-read' }>): Failure {
  const how = describeCommandOutcome(result);
  return new Failure({ kind: 'tool-failed', command: 'the reader of metadata (vdoctl)', how, said });
}

function interpretOther(
  { geometry: block, moved }: Extract<MetadataReading, { kind: 'not-vdo' }>,
  parse: Parsers['parseGeometry'],
): Metadata {
  if (moved === undefined)
    return { kind: 'not-vdo', firstBlock: block.every((byte) => byte === 0) ? 'zeros' : 'other' };
  const { uuid, movedBlocks } = parse(moved);
  return { kind: 'half-converted', uuid, offsetBytes: movedBlocks * blockBytes };
}

/** Why a device does not show which VDO it holds. */
export function whyUnread(metadata: Exclude<MetadataRead, { readonly kind: 'read' }>): string {
  switch (metadata.kind) {
    case 'failed':
      return metadata.reason;
    case 'no-answer':
      return 'it does not answer';
    case 'not-vdo':
      return 'it holds no VDO';
    case 'half-converted':
      return 'it is half-converted for LVM';
    case 'not-understood': {
      const { problem } = metadata.failure;
      return problem.kind === 'not-understood' ? describeNotUnderstood(problem) : problem.kind;
    }
  }
}

/** A half-converted volume in words, and what finishes the conversion. */
export function describeHalfConverted(
  path: string,
  { uuid, offsetBytes }: Pick<Extract<Metadata, { kind: 'half-converted' }>, 'uuid' | 'offsetBytes'>,
): { readonly reason: string; readonly next: string } {
  const moved = `its metadata was moved to byte ${String(offsetBytes)} (vdoprepareforlvm), but LVM has not taken it over`;
  return {
    reason: `${path} holds a VDO (UUID ${uuid}) that is half-converted for LVM: ${moved}`,
    next: `lvm_import_vdo ${path} finishes the conversion (lvm_import_vdo(8)); its data is intact: format nothing there, and do not start it by other means`,
  };
}

/** @throws Failure always: only the program that began the conversion may touch the volume. */
export function refuseHalfConverted(
  name: string,
  device: string,
  { uuid, offsetBytes }: Extract<Metadata, { kind: 'half-converted' }>,
): never {
  refuse(name, 'half-converted', { device, uuid, offsetBytes });
}

/** What each on-disk state means for the next start. */
export const diskStateMeanings: Readonly<Record<DiskState, string>> = {
  dirty: 'it was not shut down cleanly, and will recover when it is started',
  new: 'it was formatted and never started',
  clean: 'it was stopped cleanly',
  'read-only': 'it will start read-only',
  'force-rebuild': 'a forced rebuild is pending: the next start runs it',
  recovering: 'it was cut off during a recovery, and will recover again when it is started',
  replaying: 'it was cut off while its journal was replayed, and will recover when it is started',
  'rebuild-for-upgrade': 'an upgrade of its format was cut off, and the next start rebuilds it',
};
