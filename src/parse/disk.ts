import { blockBytes, diskStates, geometryBlock, type Geometry, type SuperBlock } from '../model/disk.ts';
import type { IndexSize } from '../model/index-size.ts';
import { mostPhysicalBlocks } from '../model/layout.ts';
import { notUnderstood } from '../model/problem.ts';
import {
  checksumOf,
  componentVersion,
  dataRegionId,
  decodeIndexMemory,
  geometryLayout,
  geometryLayouts,
  indexRegionId,
  maximumLogicalBlocks,
  maximumSlabBlocks,
  superBlockHeader,
  superBlockLayout,
  volumeVersion,
  type Header,
  type Version,
} from './disk-layout.ts';

/**
 * Reads a geometry block: block 0 of a VDO's storage.
 *
 * @param bytes the whole block of 4096 bytes.
 * @throws Failure `not-understood` when it is no geometry block of version 4.0 or 5.0, or is damaged.
 */
export function parseGeometry(bytes: Uint8Array): Geometry {
  const block = new Block(geometryBlock, bytes);
  const { magic } = geometryLayout;
  if (block.text(0, magic.length) !== magic) block.fail(`it does not begin with ${magic}`);
  const version = block.u32(geometryLayout.header + 4) === 4 ? 4 : 5;
  const at = { ...geometryLayout, ...geometryLayouts[version] };
  block.checkHeader(geometryLayout.header, at.header, 'only 4.0 and 5.0 are known');
  block.checkChecksum(at.checksum);
  if (block.u32(at.indexRegion) !== indexRegionId) block.fail('the index region is not where it belongs');
  if (block.u32(at.dataRegion) !== dataRegionId) block.fail('the data region is not where it belongs');
  const dataStart = block.count(at.dataRegion + 4, 'start of the data region', mostPhysicalBlocks);
  // A conversion for LVM moves the volume this far towards the device's start, but leaves its block numbers alone.
  const movedBlocks =
    at.bioOffset === undefined ? 0 : block.count(at.bioOffset, 'bio offset', mostPhysicalBlocks);
  if (dataStart <= movedBlocks) block.fail('the data region begins before the storage does');
  return {
    version,
    releaseVersion: block.u32(at.releaseVersion),
    nonce: block.u64(at.nonce),
    uuid: block.uuid(at.uuid),
    movedBlocks,
    superBlockAt: dataStart - movedBlocks,
    index: readIndex(block, at),
  };
}

function readIndex(
  block: Block,
  at: { readonly indexMemory: number; readonly indexIsSparse: number },
): IndexSize | undefined {
  const memoryGibibytes = decodeIndexMemory(block.u32(at.indexMemory));
  return memoryGibibytes === undefined
    ? undefined
    : { memoryGibibytes, isSparse: block.u8(at.indexIsSparse) !== 0 };
}

/**
 * Reads a super block.
 *
 * @param bytes the whole block of 4096 bytes, from where the geometry says.
 * @throws Failure `not-understood` when it is no super block of a known version, is damaged, belongs to another volume
 *   than the geometry, or holds values that the kernel would refuse.
 */
export function parseSuperBlock(bytes: Uint8Array, geometry: Pick<Geometry, 'nonce'>): SuperBlock {
  const at = superBlockLayout;
  const block = new Block('VDO super block', bytes);
  block.checkHeader(at.header, superBlockHeader);
  block.checkVersion(at.volumeVersion, 'the volume', volumeVersion);
  block.checkVersion(at.componentVersion, 'the component data', componentVersion);
  block.checkChecksum(at.checksum);
  const nonce = block.u64(at.nonce);
  if (nonce !== geometry.nonce)
    block.fail('its nonce is not the geometry block’s: it belongs to another volume');
  const state = block.u32(at.state);
  const slabBlocks = block.count(at.slabBlocks, 'slab size', maximumSlabBlocks);
  if (!Number.isInteger(Math.log2(slabBlocks)))
    block.fail(`the slab size is no power of two: ${String(slabBlocks)}`);
  const physicalBlocks = block.count(at.physicalBlocks, 'physical blocks', mostPhysicalBlocks);
  if (physicalBlocks === 0) block.fail('it has no physical blocks');
  return {
    state: diskStates[state] ?? block.fail(`state ${String(state)} is not known`),
    completedRecoveries: block.count(at.completedRecoveries, 'completed recoveries', Number.MAX_SAFE_INTEGER),
    readOnlyRecoveries: block.count(at.readOnlyRecoveries, 'read-only recoveries', Number.MAX_SAFE_INTEGER),
    logicalBytes: blockBytes * block.count(at.logicalBlocks, 'logical blocks', maximumLogicalBlocks),
    physicalBytes: blockBytes * physicalBlocks,
    slabBytes: blockBytes * slabBlocks,
    nonce,
  };
}

/**
 * Reads a super block whose geometry block is gone.
 *
 * @throws Failure `not-understood` as {@link parseSuperBlock} does.
 */
export function parseLoneSuperBlock(bytes: Uint8Array): {
  readonly superBlock: SuperBlock;
  readonly releaseVersion: number;
} {
  const block = new Block('VDO super block', bytes);
  const superBlock = parseSuperBlock(bytes, { nonce: block.u64(superBlockLayout.nonce) });
  return { superBlock, releaseVersion: block.u32(superBlockLayout.releaseVersion) };
}

/** A block of the disk, with its name for errors. */
class Block {
  private readonly name: string;
  private readonly bytes: Uint8Array;
  private readonly view: DataView;

  constructor(name: string, bytes: Uint8Array) {
    this.name = name;
    this.bytes = bytes;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    if (bytes.byteLength !== blockBytes) this.fail(`it has ${String(bytes.byteLength)} bytes, not 4096`);
  }

  u8(at: number): number {
    return this.view.getUint8(at);
  }

  u32(at: number): number {
    return this.view.getUint32(at, true);
  }

  u64(at: number): bigint {
    return this.view.getBigUint64(at, true);
  }

  count(at: number, what: string, most: number): number {
    const value = this.u64(at);
    return value <= BigInt(most) ? Number(value) : this.fail(`${what} is out of range: ${String(value)}`);
  }

  text(at: number, length: number): string {
    return String.fromCharCode(...this.bytes.subarray(at, at + length));
  }

  uuid(at: number): string {
    return toHex(this.bytes.subarray(at, at + 16)).replace(
      /^(.{8})(.{4})(.{4})(.{4})(.{12})$/,
      '$1-$2-$3-$4-$5',
    );
  }

  checkHeader(at: number, expected: Header, known?: string): void {
    if (this.u32(at) !== expected.id) this.fail(`it is of another kind: ${String(this.u32(at))}`);
    this.checkVersion(at + 4, 'the block', expected, known);
    const size = this.u64(at + 12);
    if (size !== expected.size)
      this.fail(`its content has ${String(size)} bytes, not ${String(expected.size)}`);
  }

  checkVersion(at: number, what: string, { major, minor }: Version, known?: string): void {
    const [foundMajor, foundMinor] = [this.u32(at), this.u32(at + 4)];
    if (foundMajor === major && foundMinor === minor) return;
    const found = `${String(foundMajor)}.${String(foundMinor)}`;
    const expected = known ?? `only ${String(major)}.${String(minor)} is known`;
    this.fail(`${what} is of version ${found}, and ${expected}`);
  }

  checkChecksum(at: number): void {
    if (checksumOf(this.bytes, at) !== this.u32(at)) this.fail('its checksum is wrong: it is damaged');
  }

  fail(reason: string): never {
    return notUnderstood(this.name, toHex(this.bytes.subarray(0, 32)), reason);
  }
}

function toHex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
