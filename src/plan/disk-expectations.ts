import type { Host } from '../host/host.ts';
import { blockBytes, formattedAtMs, formattedOn, sectorBytes } from '../model/disk.ts';
import type { Expectation } from '../model/plan.ts';
import { Failure, type Problem } from '../model/problem.ts';
import type { Shortfall } from '../model/shortfall.ts';
import { refuse } from '../model/refuse.ts';
import { askStatistics, askStatisticsIfAny, askStatus } from '../stacks/ask-kernel.ts';
import { readBlocks } from '../stacks/geometry/blocks.ts';
import { toTrimmedHex } from '../stacks/geometry/copies.ts';
import { readLent } from '../stacks/lvm/read-lent.ts';
import { findData, askLv } from '../stacks/lvm/report.ts';
import { findUnread, readManager } from '../stacks/manager/config.ts';
import {
  isWiped,
  patienceMs,
  readMetadata,
  readMetadataOf,
  type MetadataRead,
  refuseHalfConverted,
  whyUnread,
} from '../stacks/metadata.ts';

/** What was found instead, or a more specific problem where there is one; undefined if the fact holds. */
export type Instead = Shortfall | Problem | undefined;

type Of<K extends Expectation['kind']> = Extract<Expectation, { kind: K }>;

/** Checks the volume state that the super block records. */
export async function checkDiskState(
  host: Host,
  { device, oneOf, uuid }: Of<'disk-state'>,
  volume: string,
): Promise<Instead> {
  const metadata = requireAnswer(await readWhereItLies(host, device), device, volume);
  if (metadata.kind === 'not-vdo') return describeNoVdo(metadata, device, volume);
  if (uuid !== undefined && metadata.geometry.uuid !== uuid) return holdsAnother(metadata.geometry.uuid);
  const { state } = metadata.superBlock;
  return oneOf.includes(state) ? undefined : { what: 'other-disk-state', state };
}

type Answer = Extract<MetadataRead, { readonly kind: 'read' | 'not-vdo' }>;

/** @throws Failure if the device cannot be read: its contents are unknown then, so the fact neither holds nor fails. */
function requireAnswer(metadata: MetadataRead, device: string, name: string): Answer {
  if (metadata.kind === 'not-understood') throw metadata.failure;
  if (metadata.kind === 'half-converted') refuseHalfConverted(name, device, metadata);
  if (metadata.kind === 'read' || metadata.kind === 'not-vdo') return metadata;
  refuse(name, 'storage-unreadable', { device, why: whyUnread(metadata) });
}

/**
 * Reads a device that LVM lent out. After a reboot it is no longer up: its metadata is then read from the physical
 * volumes, or LVM lends it again where only LVM knows how its pieces belong together.
 */
async function readWhereItLies(host: Host, device: string): Promise<MetadataRead> {
  const isGone = host.files.describe(device).kind === 'missing';
  const data = isGone ? await findData(host, device) : undefined;
  if (data === undefined) return readMetadataOf(host, device);
  if (data.area === undefined) return readLent(host, data.name, device);
  return (await readMetadata(host, [data.area], patienceMs)).get(data.area.id) ?? { kind: 'no-answer' };
}

/** A device that is gone holds nothing. */
export async function checkNoVdo(host: Host, { device }: Of<'no-vdo'>, volume: string): Promise<Instead> {
  if (host.files.describe(device).kind === 'missing') return undefined;
  const metadata = await readMetadataOf(host, device);
  // Metadata that is not understood is not gone.
  if (metadata.kind === 'not-understood' || metadata.kind === 'half-converted')
    return { what: 'holds-vdo', device };
  return requireAnswer(metadata, device, volume).kind === 'not-vdo'
    ? undefined
    : { what: 'holds-vdo', device };
}

/** Checks for one particular VDO: another one on the device does not count. */
export async function checkHoldsVdo(
  host: Host,
  { device, uuid, nonce, formattedSinceMs }: Of<'holds-vdo'>,
  volume: string,
): Promise<Instead> {
  const metadata = requireAnswer(await readWhereItLies(host, device), device, volume);
  if (metadata.kind === 'not-vdo') return describeNoVdo(metadata, device, volume);
  const { geometry } = metadata;
  if (uuid !== null && uuid !== geometry.uuid) return holdsAnother(geometry.uuid);
  const formattedAt = formattedAtMs(geometry);
  if (nonce !== undefined && nonce !== String(geometry.nonce)) return holdsAnother(geometry.uuid);
  return formattedSinceMs === undefined || formattedAt >= formattedSinceMs
    ? undefined
    : { what: 'formatted-before', formattedOn: formattedOn(geometry) ?? null };
}

/** Checks the content of a block, so that a step overwrites only what it knows. */
export async function checkBlock(
  host: Host,
  { device, atBytes, bytes }: Of<'block-is'>,
  name: string,
): Promise<Instead> {
  const area = { id: device, extents: [{ device, startBytes: atBytes }] };
  const block = (await readBlocks(host, area, [0])).get(0);
  if (block?.kind !== 'read')
    refuse(name, 'storage-unreadable', { device, why: block?.reason ?? 'it does not answer' });
  return toTrimmedHex(block.bytes) === bytes ? undefined : { what: 'other-block', device, atBytes };
}

/** Checks where the data lies: LVM may have moved it since. */
export async function checkDataPlace(
  host: Host,
  { data, device, atBytes }: Of<'data-lies-at'>,
): Promise<Instead> {
  const first = (await findData(host, data))?.area?.extents[0];
  if (first === undefined) return { what: 'data-place-unknown', name: data };
  return first.device === device && first.startBytes === atBytes
    ? undefined
    : { what: 'data-elsewhere', device: first.device, atBytes: first.startBytes };
}

function describeNoVdo(metadata: MetadataRead, device: string, name: string): Instead {
  return isWiped(metadata) ? { kind: 'first-block-wiped', name, device } : { what: 'holds-no-vdo', device };
}

/**
 * Checks that a start cannot format the storage. If it cannot be read, it is not known to be safe, and the check
 * throws; damage other than zeros passes, since no kernel formats that.
 */
export async function checkNotWiped(
  host: Host,
  { device }: Of<'not-wiped'>,
  volume: string,
): Promise<Instead> {
  const metadata = await readWhereItLies(host, device);
  if (metadata.kind === 'not-understood') return undefined;
  const answer = requireAnswer(metadata, device, volume);
  return isWiped(answer) ? { kind: 'first-block-wiped', name: volume, device } : undefined;
}

function holdsAnother(uuid: string): Shortfall {
  return { what: 'holds-another-vdo', uuid };
}

/** Checks that a volume holds no data: it never ran, or it runs and uses no data blocks. */
export async function checkUnwritten(
  host: Host,
  { dmName, device, lv, managed }: Of<'unwritten'>,
): Promise<Instead> {
  const statistics = await askStatistics(host, dmName);
  if (statistics !== undefined) {
    const used = statistics.dataBlocksUsed;
    if (used === 0) return undefined;
    return used === undefined
      ? { what: 'data-not-told', mode: statistics.mode ?? null }
      : { what: 'has-data', blocks: used };
  }
  if ((await askStatus(host, dmName)) !== undefined) return { what: 'data-not-told', mode: null };
  if (lv !== null)
    return (await askLv(host, lv)) === undefined ? undefined : { what: 'may-have-been-used', name: lv };
  const isThere = device !== null && host.files.describe(device).kind !== 'missing';
  const metadata = isThere ? await readMetadataOf(host, device) : undefined;
  if (metadata?.kind === 'not-vdo') return undefined;
  if (managed !== undefined) {
    const { volumes, missing } = await readManager(host);
    const unread = findUnread(missing, managed);
    if (unread !== undefined) return { what: 'entry-unread', why: unread.why };
    if (volumes.get(managed)?.operationState === 'finished')
      return { what: 'may-have-been-used', name: managed };
  }
  if (metadata === undefined) return undefined;
  if (metadata.kind !== 'read') return { what: 'start-not-told', device };
  const isNew = metadata.superBlock.state === 'new';
  return isNew ? undefined : { what: 'may-have-been-used', name: device ?? dmName };
}

/**
 * Takes the count from the kernel while the volume runs; from the disk if it is stopped or the kernel does not tell.
 */
export async function checkReadOnlyRecoveries(
  host: Host,
  { dmName, atLeast, device, orUnknown }: Of<'read-only-recoveries'>,
): Promise<Instead> {
  const found =
    (await askStatisticsIfAny(host, dmName))?.readOnlyRecoveries ?? (await countOnDisk(host, device));
  if (found === undefined && orUnknown === true) return undefined;
  return found !== undefined && found >= atLeast ? undefined : { what: 'other-count', count: found ?? null };
}

async function countOnDisk(host: Host, device: string | undefined): Promise<number | undefined> {
  const metadata = device === undefined ? undefined : await readWhereItLies(host, device);
  return metadata?.kind === 'read' ? metadata.superBlock.readOnlyRecoveries : undefined;
}

/** Takes the sizes from the kernel while the volume runs, else from its storage. */
export async function checkSizes(host: Host, expected: Of<'sizes'>, volume: string): Promise<Instead> {
  const found = await readSizes(host, expected, volume);
  if (found === undefined) refuse(volume, 'sizes-unknown', {});
  const isLess = (one: number | null, other: number): boolean => one !== null && other < one;
  if (isLess(expected.logicalBytes, found.logicalBytes))
    return { what: 'other-size', of: 'logical', bytes: found.logicalBytes };
  if (isLess(expected.physicalBytes, found.physicalBytes))
    return { what: 'other-size', of: 'physical', bytes: found.physicalBytes };
  return undefined;
}

async function readSizes(
  host: Host,
  { dmName, device }: Of<'sizes'>,
  name: string,
): Promise<{ readonly logicalBytes: number; readonly physicalBytes: number } | undefined> {
  const status = await askStatus(host, dmName);
  if (status !== undefined) {
    const { logicalSectors, physicalBlocks } = status;
    if (physicalBlocks === undefined) return undefined;
    return { logicalBytes: logicalSectors * sectorBytes, physicalBytes: physicalBlocks * blockBytes };
  }
  if (device === null) return undefined;
  const metadata = await readMetadataOf(host, device);
  if (isWiped(metadata)) throw new Failure({ kind: 'first-block-wiped', name, device });
  return metadata.kind === 'read' ? metadata.superBlock : undefined;
}
