import type { Host } from '../../host/host.ts';
import { formattedAtMs, formattedOn, type Geometry, type SuperBlock } from '../../model/disk.ts';
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
  /** Something that belongs to others, or may; in words. */
  | { readonly kind: 'other'; readonly what: string };

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
  const named = signatures === undefined ? [] : signatures;
  switch (metadata.kind) {
    case 'read': {
      const { geometry, superBlock } = metadata;
      const vdo = describeVdo(geometry, superBlock);
      if (named.length > 0) return { kind: 'other', what: [...named, vdo].join(' and ') };
      const runsHere = found.status !== undefined;
      const doubt = runsHere ? undefined : findDoubt(host, managed, geometry, superBlock);
      if (doubt !== undefined) return { kind: 'other', what: `${vdo}, ${doubt}` };
      return { kind: 'own', geometry, superBlock };
    }
    case 'not-vdo':
      if (signatures === undefined)
        return { kind: 'other', what: 'no VDO, and blkid does not tell what else' };
      return named.length === 0 ? { kind: 'nothing' } : { kind: 'other', what: named.join(' and ') };
    case 'half-converted':
      return { kind: 'other', what: `a VDO (UUID ${metadata.uuid}) that is half-converted for LVM` };
    case 'not-understood':
      return { kind: 'other', what: [...named, 'a damaged or newer VDO'].join(' and ') };
    case 'failed':
      return { kind: 'other', what: `something that cannot be read (${metadata.reason})` };
    case 'no-answer':
      return { kind: 'other', what: 'something that cannot be read (it does not answer)' };
  }
}

/** `a VDO (UUID …, formatted 2026-11-20 21:33 UTC, logical size 20 GiB)` */
export function describeVdo(geometry: Geometry, { logicalBytes }: SuperBlock): string {
  const on = formattedOn(geometry);
  const when = on === undefined ? '' : `, formatted ${on}`;
  return `a VDO (UUID ${geometry.uuid}${when}, logical size ${formatBytes(logicalBytes)})`;
}

/** Why the VDO on the device of a stopped volume may not be the entry's. */
function findDoubt(
  host: Host,
  managed: Managed,
  geometry: Geometry,
  superBlock: SuperBlock,
): string | undefined {
  if (managed.operationState === 'beginCreate') return findDoubtOfCreate(host, geometry);
  if (managed.uuid !== null)
    return managed.uuid === geometry.uuid ? undefined : `but the entry has UUID ${managed.uuid}`;
  // A create leaves no UUID in the entry, so what the entry does have must match.
  const sizes = (['logicalBytes', 'physicalBytes', 'slabBytes'] as const).find(
    (key) => managed[key] !== superBlock[key],
  );
  if (sizes !== undefined && !isUnfinished(managed)) {
    const what = { logicalBytes: 'logical size', physicalBytes: 'physical size', slabBytes: 'slab size' }[
      sizes
    ];
    return `whose ${what} is ${formatBytes(superBlock[sizes])}, but ${formatBytes(managed[sizes])} in the entry`;
  }
  const writtenAt = whenWritten(host);
  return writtenAt !== undefined && formattedAtMs(geometry) > writtenAt + coarseMs
    ? `formatted after ${configPath} was last written`
    : undefined;
}

/**
 * The manager records `beginCreate` before it looks at the device, and formats it after that. A VDO that was formatted
 * before the file was last written may be older than this create.
 */
function findDoubtOfCreate(host: Host, geometry: Geometry): string | undefined {
  const writtenAt = whenWritten(host);
  if (writtenAt === undefined) return 'and the time when the create began is unknown';
  const formattedAt = formattedAtMs(geometry);
  if (formattedAt < writtenAt) return `but ${configPath} recorded the create only after that`;
  return formattedAt > host.clock.now() ? 'in the future' : undefined;
}

/** A file's time is accurate only to the kernel's last tick. */
const coarseMs = 1000;

function whenWritten({ files }: Host): number | undefined {
  const described = files.describe(configPath);
  return described.kind === 'read' ? described.value.modifiedAtMs : undefined;
}
