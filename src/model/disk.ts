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

/** The geometry block: block 0 of the storage device. Offsets and version: domain.md of the VDO on-disk format 5. */
export interface Geometry {
  /** Random at format time; the super block repeats it. */
  readonly nonce: bigint;
  readonly uuid: string;
  /** Block (4096 bytes) of the storage device at which the super block lies. */
  readonly superBlockAt: number;
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

/** Bytes in a VDO block: every block count of the kernel and the disk is in these. */
export const blockBytes = 4096;
/** Bytes in a sector: every length of a device-mapper table is in these. */
export const sectorBytes = 512;
