import { crc32 } from 'node:zlib';

/**
 * Where the fields of VDO's two metadata blocks lie, and what stands in the fixed ones: the kernel's
 * `drivers/md/dm-vdo/encodings.c`, little-endian throughout.
 */
export const geometryLayout = {
  magic: 'dmvdo001',
  header: 0x08,
  nonce: 0x20,
  uuid: 0x28,
  bioOffset: 0x38,
  indexRegion: 0x40,
  dataRegion: 0x4c,
  indexMemory: 0x58,
  checksum: 0x61,
} as const;

export const superBlockLayout = {
  header: 0x00,
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

/** What begins each block: what it is, its version, and the bytes that belong to it. */
export interface Header extends Version {
  readonly id: number;
  readonly size: bigint;
}

export const geometryHeader: Header = { id: 5, major: 5, minor: 0, size: 0x65n };
/** The size leaves out the header itself. */
export const superBlockHeader: Header = { id: 0, major: 12, minor: 0, size: 0x1a2n };
export const volumeVersion: Version = { major: 67, minor: 0 };
export const componentVersion: Version = { major: 41, minor: 0 };

export const indexRegionId = 0;
export const dataRegionId = 1;

/** 2^40 blocks are 4 PiB. */
export const maximumLogicalBlocks = 2 ** 40;
export const maximumSlabBlocks = 2 ** 23;

/** CRC-32 of everything before the checksum, as VDO computes it: over a register that begins with zeros. */
export function checksumOf(block: Uint8Array, length: number): number {
  return crc32(block.subarray(0, length), 0xffffffff);
}
