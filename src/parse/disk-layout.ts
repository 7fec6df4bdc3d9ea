import { crc32 } from 'node:zlib';

import type { GeometryVersion } from '../model/disk.ts';

/**
 * Offsets of the fields in VDO's two metadata blocks, and the values of the fixed fields, by the kernel's
 * `drivers/md/dm-vdo/encodings.c`. Little-endian throughout.
 */
export const geometryLayout = {
  magic: 'dmvdo001',
  header: 0x08,
  releaseVersion: 0x1c,
  nonce: 0x20,
  uuid: 0x28,
} as const;

interface GeometryRest {
  readonly header: Header;
  /** Absent in the version whose volumes nobody can have moved. */
  readonly bioOffset?: number;
  readonly indexRegion: number;
  readonly dataRegion: number;
  readonly indexMemory: number;
  readonly indexIsSparse: number;
  readonly checksum: number;
}

/** Where the two versions differ: 4.0 lacks the bio offset, and every field behind it lies 8 bytes earlier. */
export const geometryLayouts: Readonly<Record<GeometryVersion, GeometryRest>> = {
  4: {
    header: { id: 5, major: 4, minor: 0, size: 0x5dn },
    indexRegion: 0x38,
    dataRegion: 0x44,
    indexMemory: 0x50,
    indexIsSparse: 0x58,
    checksum: 0x59,
  },
  5: {
    header: { id: 5, major: 5, minor: 0, size: 0x65n },
    bioOffset: 0x38,
    indexRegion: 0x40,
    dataRegion: 0x4c,
    indexMemory: 0x58,
    indexIsSparse: 0x60,
    checksum: 0x61,
  },
};

export const superBlockLayout = {
  header: 0x00,
  releaseVersion: 0x14,
  volumeVersion: 0x18,
  componentVersion: 0x20,
  state: 0x28,
  completedRecoveries: 0x2c,
  readOnlyRecoveries: 0x34,
  logicalBlocks: 0x3c,
  physicalBlocks: 0x44,
  slabBlocks: 0x4c,
  recoveryJournalBlocks: 0x54,
  slabJournalBlocks: 0x5c,
  nonce: 0x64,
  checksum: 0x1b2,
} as const;

export interface Version {
  readonly major: number;
  readonly minor: number;
}

/** The beginning of each block: its kind, its version, and the number of bytes that belong to it. */
export interface Header extends Version {
  readonly id: number;
  readonly size: bigint;
}

/** `size` leaves out the header itself. */
export const superBlockHeader: Header = { id: 0, major: 12, minor: 0, size: 0x1a2n };
export const volumeVersion: Version = { major: 67, minor: 0 };
export const componentVersion: Version = { major: 41, minor: 0 };

export const indexRegionId = 0;
export const dataRegionId = 1;

/** 2^40 blocks are 4 PiB. */
export const maximumLogicalBlocks = 2 ** 40;
export const maximumSlabBlocks = 2 ** 23;

/** The values for indexes below 1 GiB, by quarters of a gibibyte; from 1 GiB on the value counts gibibytes. */
const quarters = [0x1_0000_0000, 0xffff_ff00, 0xffff_fe00, 0xffff_fd00];
/** An index that a conversion for LVM made a chapter shorter has this much added, or below 1 GiB taken away. */
const shortened = { whole: 0x1000, quarter: 0x400 };
const mostGibibytes = 1024;

/** The memory of an index in GiB, from the geometry block's value; undefined where that is no size of an index. */
export function decodeIndexMemory(value: number): number | undefined {
  const at = [value, value + shortened.quarter]
    .map((each) => quarters.indexOf(each))
    .find((each) => each > 0);
  if (at !== undefined) return at / 4;
  const whole = value > shortened.whole ? value - shortened.whole : value;
  return whole >= 1 && whole <= mostGibibytes ? whole : undefined;
}

/** The geometry block's value for an index of that memory, not made shorter. */
export function encodeIndexMemory(gibibytes: number): number {
  return gibibytes < 1 ? (quarters[gibibytes * 4] ?? 0) : gibibytes;
}

/** CRC-32 of everything before the checksum, as VDO computes it: over a register that begins with zeros. */
export function checksumOf(block: Uint8Array, length: number): number {
  return crc32(block.subarray(0, length), 0xffffffff);
}
