import type { Host } from '../../host/host.ts';
import { formattedAtMs, formattedOn, type Geometry, type SuperBlock } from '../../model/disk.ts';
import type { HeldInstead, HeldVdo, VdoDoubt } from '../../model/manager-facts.ts';
import { formatBytes } from '../../model/size.ts';
import { askSignatures } from '../create/signatures.ts';
import type { Seen } from '../host-look.ts';
import { readMetadataOf } from '../metadata.ts';
import { isUnfinished, type Managed } from './config.ts';
import { configPath } from '../../model/vdoconf.ts';

/**
 * What the storage device of an entry holds. `vdo remove` may zero its first 4096 bytes, whatever the path names by
 * now, so this is checked first.
 */
export type Holding =
  | { readonly kind: 'gone' }
  /** Nothing known: the device was never formatted, or was wiped. */
  | { readonly kind: 'nothing' }
  | OwnHolding
  /** Something that belongs to others, or may. */
  | { readonly kind: 'other'; readonly what: HeldInstead };

/** The very VDO that the entry describes. */
export interface OwnHolding {
  readonly kind: 'own';
  readonly geometry: Geometry;
  readonly superBlock: SuperBlock;
}

/** Examines the device past the page cache and with blkid; while the volume runs, also by what the kernel says. */
export async function lookAtHolding(host: Host, { found }: Seen, managed: Managed): Promise<Holding> {
  const { device } = managed;
  if (host.files.describe(device).kind === 'missing') return { kind: 'gone' };
  const [metadata, signatures] = await Promise.all([
    readMetadataOf(host, device),
    askSignatures(host, device),
  ]);
  const named = signatures ?? [];
  switch (metadata.kind) {
    case 'read': {
      const { geometry, superBlock } = metadata;
      const runsHere = found.status !== undefined;
      const doubt = runsHere ? undefined : findDoubt(host, managed, geometry, superBlock);
      if (named.length === 0 && doubt === undefined) return { kind: 'own', geometry, superBlock };
      const vdo = { ...factsOf(geometry, superBlock), doubt: doubt ?? null };
      return other({ kind: 'signatures', signatures: named, vdo });
    }
    case 'not-vdo':
      if (signatures === undefined) return other({ kind: 'unknown' });
      return named.length === 0
        ? { kind: 'nothing' }
        : other({ kind: 'signatures', signatures: named, vdo: null });
    case 'half-converted':
      return other({ kind: 'half-converted', uuid: metadata.uuid });
    case 'not-understood':
      return other({ kind: 'signatures', signatures: named, vdo: 'damaged-or-newer' });
    case 'failed':
      return other({ kind: 'unreadable', why: metadata.reason });
    case 'no-answer':
      return other({ kind: 'unreadable', why: 'it does not answer' });
  }
}

const other = (what: HeldInstead): Holding => ({ kind: 'other', what });

function factsOf(geometry: Geometry, { logicalBytes }: SuperBlock): Omit<HeldVdo, 'doubt'> {
  return { uuid: geometry.uuid, formattedOn: formattedOn(geometry) ?? null, logicalBytes };
}

/** `a VDO (UUID …, formatted 2026-11-20 21:33 UTC, logical size 20 GiB)` */
export function describeVdo(geometry: Geometry, superBlock: SuperBlock): string {
  return sayVdo(factsOf(geometry, superBlock));
}

export function sayVdo({ uuid, formattedOn: on, logicalBytes }: Omit<HeldVdo, 'doubt'>): string {
  const when = on === null ? '' : `, formatted ${on}`;
  return `a VDO (UUID ${uuid}${when}, logical size ${formatBytes(logicalBytes)})`;
}

/** Why the VDO on the device of a stopped volume may not be the entry's. */
function findDoubt(
  host: Host,
  managed: Managed,
  geometry: Geometry,
  superBlock: SuperBlock,
): VdoDoubt | undefined {
  if (managed.operationState === 'beginCreate') return findDoubtOfCreate(host, geometry);
  if (managed.uuid !== null)
    return managed.uuid === geometry.uuid ? undefined : { kind: 'other-uuid', entryUuid: managed.uuid };
  // A create leaves no UUID in the entry, so what the entry does have must match.
  const size = (['logicalBytes', 'physicalBytes', 'slabBytes'] as const).find(
    (key) => managed[key] !== superBlock[key],
  );
  if (size !== undefined && !isUnfinished(managed))
    return { kind: 'other-size', size, diskBytes: superBlock[size], entryBytes: managed[size] };
  const writtenAt = whenWritten(host);
  return writtenAt !== undefined && formattedAtMs(geometry) > writtenAt + coarseMs
    ? { kind: 'formatted-after-the-entry' }
    : undefined;
}

/**
 * The manager records `beginCreate` before it looks at the device, and formats it after that. A VDO that was formatted
 * before the file was last written may be older than this create.
 */
function findDoubtOfCreate(host: Host, geometry: Geometry): VdoDoubt | undefined {
  const writtenAt = whenWritten(host);
  if (writtenAt === undefined) return { kind: 'create-time-unknown' };
  const formattedAt = formattedAtMs(geometry);
  if (formattedAt < writtenAt) return { kind: 'formatted-before-the-create' };
  return formattedAt > host.clock.now() ? { kind: 'formatted-in-the-future' } : undefined;
}

/** A file's time is accurate only to the kernel's last tick. */
const coarseMs = 1000;

function whenWritten({ files }: Host): number | undefined {
  const described = files.describe(configPath);
  return described.kind === 'read' ? described.value.modifiedAtMs : undefined;
}
