import type { Files, Host } from '../../host/host.ts';
import { toJson } from '../../model/disarm.ts';
import { parseGeometryCopy, type GeometryCopy } from '../../model/geometry-copy.ts';
import type { Found } from '../found-volume.ts';
import type { Metadata } from '../metadata.ts';

/** Beside the journal of operations: only root may enter it. */
export const copiesDirectory = '/var/lib/vdoctl/geometry';
const ending = '.json';

/** Every copy, by the UUID of its volume. */
export type Copies = ReadonlyMap<string, GeometryCopy>;

/** Reads the copies. One that is not understood counts as missing, and is written again. */
export function readCopies(files: Files): Copies {
  const names = files.listOwn(copiesDirectory);
  if (names.kind !== 'read') return new Map();
  const copies = names.value.flatMap((name) => {
    const uuid = name.slice(0, -ending.length);
    const text = name.endsWith(ending) ? files.readOwn(pathOfCopy(uuid)) : undefined;
    const copy = text?.kind === 'read' ? parseGeometryCopy(text.value) : undefined;
    return copy?.uuid === uuid ? [[uuid, copy] as const] : [];
  });
  return new Map(copies);
}

export function pathOfCopy(uuid: string): string {
  return `${copiesDirectory}/${uuid}${ending}`;
}

/** A UUID that a volume has according to something other than its disk, and what says so. */
export interface KnownUuid {
  readonly uuid: string;
  readonly by: 'memory' | 'kernel' | 'manager' | 'copy';
}

/** The manager's UUID for its devices: `VDO-UUID`. */
const managerDevice = /^VDO-([\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12})$/;

/**
 * Everything besides the disk that says which VDO a volume is: the remembered table, the kernel, the manager's
 * configuration, and the copy that is kept for its pool.
 */
export function knownUuidsOf(found: Found, copies: Copies): readonly KnownUuid[] {
  const { remembered, managed, target, status, pool } = found;
  const running = status === undefined ? undefined : managerDevice.exec(target?.dm?.uuid ?? '')?.[1];
  const poolUuid = pool?.pool.lvUuid;
  const kept =
    poolUuid === undefined
      ? undefined
      : [...copies.values()].find(({ volume }) => volume.poolUuid === poolUuid)?.uuid;
  const told = [
    { uuid: remembered?.uuid, by: 'memory' },
    { uuid: running, by: 'kernel' },
    { uuid: running === undefined ? managed?.uuid : undefined, by: 'manager' },
    { uuid: kept, by: 'copy' },
  ] as const;
  return told.flatMap(({ uuid, by }) => (typeof uuid === 'string' ? [{ uuid, by }] : []));
}

/** The volume's identity by anything but its disk. */
export function expectedUuid(found: Found, copies: Copies): string | undefined {
  return knownUuidsOf(found, copies)[0]?.uuid;
}

/** The copy for this volume; undefined if there is none. */
export function copyOf(
  found: Found,
  metadata: Metadata | undefined,
  copies: Copies,
): GeometryCopy | undefined {
  if (copies.size === 0) return undefined;
  const expected = expectedUuid(found, copies);
  if (expected !== undefined) return copies.get(expected);
  if (metadata?.kind === 'read') return copies.get(metadata.geometry.uuid);
  return [...copies.values()].find(({ volume }) => isSameVolume(found, volume));
}

function isSameVolume({ name, stack }: Found, kept: GeometryCopy['volume']): boolean {
  return kept.name === name && kept.stack === stack;
}

/** A volume as it was seen. */
interface SeenWell {
  readonly found: Found;
  readonly metadata: Metadata | undefined;
}

/**
 * Keeps a copy of the metadata of every volume that is seen well, unless the kept one is the same. Best effort: a
 * failure here never fails a look. If the storage now holds another VDO, that one is not kept: only `adopt` makes it
 * the volume's own.
 */
export function keepCopies(host: Host, seen: readonly SeenWell[]): void {
  const well = seen.filter(({ metadata }) => metadata?.kind === 'read');
  if (!host.identity.isRoot || well.length === 0) return;
  // If the copies cannot be used, none is overwritten: it may be the last good one.
  if (!['read', 'missing'].includes(host.files.listOwn(copiesDirectory).kind)) return;
  const kept = readCopies(host.files);
  const present = new Set(seen.map(({ found }) => found.name));
  for (const { found, metadata } of well) {
    const copy = makeCopy(found, metadata);
    if (copy === undefined || (expectedUuid(found, kept) ?? copy.uuid) !== copy.uuid) continue;
    const old = kept.get(copy.uuid);
    if (old !== undefined && (isKept(copy, old, present) || isFormattedUnder(found, copy, old))) continue;
    host.files.writeAtomically(pathOfCopy(copy.uuid), `${toJson(copy, 2)}\n`, 0o600);
  }
}

/** Clones share one UUID: the copy stays with the volume that it was made from as long as that one exists. */
function isKept(copy: GeometryCopy, old: GeometryCopy, present: ReadonlySet<string>): boolean {
  const isSame = copy.geometry === old.geometry && toJson(copy.superBlock) === toJson(old.superBlock);
  // The path of the storage is not compared: it differs while the volume runs.
  const { name, stack, poolUuid } = old.volume;
  const isOwn = copy.volume.name === name && copy.volume.stack === stack && copy.volume.poolUuid === poolUuid;
  return isSame && (isOwn || (copy.volume.name !== name && present.has(name)));
}

/** A running volume uses the metadata that it started with: anything formatted beneath it since is not its own. */
function isFormattedUnder({ status }: Found, { superBlock }: GeometryCopy, old: GeometryCopy): boolean {
  return status !== undefined && superBlock.nonce !== old.superBlock.nonce;
}

function makeCopy(found: Found, metadata: Metadata | undefined): GeometryCopy | undefined {
  if (metadata?.kind !== 'read' || metadata.block === undefined || found.sharer !== undefined)
    return undefined;
  const { geometry, superBlock, block } = metadata;
  const poolUuid = found.pool?.pool.lvUuid ?? null;
  // Without its pool, nothing tells which LVM volume it is.
  if (found.stack === 'lvm' && poolUuid === null) return undefined;
  return {
    schemaVersion: 1,
    kind: 'geometry-copy',
    uuid: geometry.uuid,
    geometry: toTrimmedHex(block),
    superBlock: {
      block: geometry.superBlockAt,
      nonce: String(superBlock.nonce),
      slabBytes: superBlock.slabBytes,
    },
    volume: { name: found.name, stack: found.stack, storage: found.storagePath, poolUuid },
  };
}

/** Hexadecimal, without the zeros at the end: `''` is a block of zeros. */
export function toTrimmedHex(block: Uint8Array): string {
  const last = block.findLastIndex((byte) => byte !== 0);
  return Buffer.from(block.subarray(0, last + 1)).toString('hex');
}
