import { crc32 } from 'node:zlib';
import { LabError } from './errors.ts';
import type { Machine } from './machine.ts';
import { readBlock, writeBlock, type Place } from './volume.ts';

/** Versions of the geometry block: vdoformat up to 6.2.11 wrote the first, later ones write the second. */
export const geometryVersions = ['4.0', '5.0'] as const;
export type GeometryVersion = (typeof geometryVersions)[number];

export function findGeometry(said: string): GeometryVersion {
  const found = geometryVersions.find((each) => each === said);
  if (found === undefined)
    throw new LabError(`the lab makes volumes of geometry ${geometryVersions.join(' and ')}, not ${said}`);
  return found;
}

const FIELDS = {
  version: 0x0c,
  size: 0x14,
  release: 0x1c,
  bioOffset: 0x38,
  indexRegion: 0x40,
  checksum: 0x61,
};
const OLD_SIZE = 0x5d;
const OLD_CHECKSUM = 0x59;
/** The release version that kvdo 6.2 recorded there. */
const OLD_RELEASE = 0x20994;

/**
 * Makes the same geometry in version 4.0, which a volume formatted on RHEL 7 or 8 keeps for its whole life. Version 4.0
 * has no bio offset: the fields after it lie 8 bytes earlier.
 */
export function makeOldGeometry(block: Buffer): Buffer {
  if (block.readUInt32LE(FIELDS.version) !== 5 || block.readBigUInt64LE(FIELDS.bioOffset) !== 0n)
    throw new LabError('only geometry 5.0 without a bio offset can be made 4.0');
  const old = Buffer.alloc(block.length);
  block.copy(old, 0, 0, FIELDS.bioOffset);
  block.copy(old, FIELDS.bioOffset, FIELDS.indexRegion, FIELDS.checksum);
  old.writeUInt32LE(4, FIELDS.version);
  old.writeBigUInt64LE(BigInt(OLD_SIZE), FIELDS.size);
  old.writeUInt32LE(OLD_RELEASE, FIELDS.release);
  old.writeUInt32LE(crc32(old.subarray(0, OLD_CHECKSUM), 0xffffffff), OLD_CHECKSUM);
  return old;
}

/** Rewrites the geometry block of the stopped volume at this place to version 4.0. */
export async function writeOldGeometry(machine: Machine, place: Place): Promise<void> {
  await writeBlock(machine, place, 0, makeOldGeometry(await readBlock(machine, place, 0)));
}
