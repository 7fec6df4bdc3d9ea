import type { IndexSize } from './index-size.ts';

/** What the super block says about how the volume was last left (`VDO_*` states of the kernel's encodings.h). */
export const diskStates = [
  'dirty',
  'new',
  'clean',
  'read-only',
  'force-rebuild',
  'recovering',
  'replaying',
  'rebuild-for-upgrade',
] as const;

export type DiskState = (typeof diskStates)[number];

/** What `vdoformat` before 8 wrote, and what those since write; a volume keeps its own for life. */
export type GeometryVersion = 4 | 5;

/** What a geometry block is called where it is not understood. */
export const geometryBlock = 'VDO geometry block';

/** The geometry block: block 0 of the storage device. Where its fields lie: `parse/disk-layout.ts`. */
export interface Geometry {
  readonly version: GeometryVersion;
  /** Of the release that formatted it; the super block repeats it. 0 since 8. */
  readonly releaseVersion: number;
  /** Made at format time (its moment in microseconds); the super block repeats it. */
  readonly nonce: bigint;
  readonly uuid: string;
  /** Blocks by which a conversion for LVM moved this block away from the beginning; 0 for all others. */
  readonly movedBlocks: number;
  /** Block (4096 bytes) of the storage, counted from this one, at which the super block lies. */
  readonly superBlockAt: number;
  /** Undefined where its size is none that is known: nothing but the room for a growth depends on it. */
  readonly index: IndexSize | undefined;
}

/** The super block: what a stopped volume is. Sizes in bytes. */
export interface SuperBlock {
  readonly state: DiskState;
  readonly completedRecoveries: number;
  readonly readOnlyRecoveries: number;
  readonly logicalBytes: number;
  readonly physicalBytes: number;
  readonly slabBytes: number;
  readonly nonce: bigint;
}

/** When a VDO was formatted, in milliseconds since the epoch: every tool that formats takes the time for its nonce. */
export function formattedAtMs({ nonce }: Pick<Geometry, 'nonce'>): number {
  return Number(nonce) / 1000;
}

/** The same for people: `2026-11-20 21:33 UTC`; undefined where the nonce is no time. */
export function formattedOn(geometry: Pick<Geometry, 'nonce'>): string | undefined {
  const date = new Date(formattedAtMs(geometry));
  if (Number.isNaN(date.getTime())) return undefined;
  return `${date.toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}

/** Bytes in a VDO block: every block count of the kernel and the disk is in these. */
export const blockBytes = 4096;
/** Bytes in a sector: every length of a device-mapper table is in these. */
export const sectorBytes = 512;
