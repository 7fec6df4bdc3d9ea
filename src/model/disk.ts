import type { IndexSize } from './index-size.ts';

/** The state in which a volume was last left, by its super block (`VDO_*` states of the kernel's encodings.h). */
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

/** 4: written by `vdoformat` before 8; 5: written since 8. A volume keeps its version for life. */
export type GeometryVersion = 4 | 5;

/** The name of a geometry block in the error that says it is not understood. */
export const geometryBlock = 'VDO geometry block';

/** The geometry block: block 0 of the storage device. Where its fields lie: `parse/disk-layout.ts`. */
export interface Geometry {
  readonly version: GeometryVersion;
  /** Version of the release that formatted the volume; the super block repeats it. 0 since 8. */
  readonly releaseVersion: number;
  /** The format time in microseconds since the epoch; the super block repeats it. */
  readonly nonce: bigint;
  readonly uuid: string;
  /** Blocks by which a conversion for LVM moved this block away from the beginning; 0 without a conversion. */
  readonly movedBlocks: number;
  /** Where the super block lies on the storage: in blocks of 4096 bytes, counted from this one. */
  readonly superBlockAt: number;
  /** Undefined where its size is not a known one: only the room for a growth depends on it. */
  readonly index: IndexSize | undefined;
}

/** The super block: it tells the state of a stopped volume. Sizes in bytes. */
export interface SuperBlock {
  readonly state: DiskState;
  readonly completedRecoveries: number;
  readonly readOnlyRecoveries: number;
  readonly logicalBytes: number;
  readonly physicalBytes: number;
  readonly slabBytes: number;
  readonly nonce: bigint;
}

/** When a VDO was formatted, in milliseconds since the epoch: every tool that formats takes the time as the nonce. */
export function formattedAtMs({ nonce }: Pick<Geometry, 'nonce'>): number {
  return Number(nonce) / 1000;
}

/** The format time for people: `2026-11-20 21:33 UTC`; undefined where the nonce is no time. */
export function formattedOn(geometry: Pick<Geometry, 'nonce'>): string | undefined {
  const date = new Date(formattedAtMs(geometry));
  if (Number.isNaN(date.getTime())) return undefined;
  return `${date.toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}

/** Bytes in a VDO block: every block count of the kernel and the disk is in these. */
export const blockBytes = 4096;
/** Bytes in a sector: every length of a device-mapper table is in these. */
export const sectorBytes = 512;
