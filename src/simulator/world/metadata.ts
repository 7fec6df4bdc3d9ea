import { blockBytes } from '../../model/disk.ts';
import { formatGeometry, formatSuperBlock } from '../../parse/disk-encode.ts';
import type { MetadataReading, StorageArea } from '../../host/host.ts';
import { findContent, findKernelDevice, land, type Landing } from './devices.ts';
import { superBlockAt, usualIndex } from '../../model/layout.ts';
import type { VdoImage, World } from './world.ts';

/** Reads the two metadata blocks of an area, byte by byte as they lie on the disk. */
export function readArea(world: World, area: StorageArea): MetadataReading {
  const { id } = area;
  const first = landInArea(world, area, 0);
  if (typeof first === 'string') return { id, kind: 'failed', reason: first };
  if (first.kind === 'suspended') return { id, kind: 'no-answer' };
  if (first.kind === 'opaque') return { id, kind: 'not-vdo', geometry: new Uint8Array(blockBytes) };
  if (first.kind === 'error' || first.disk.fault === 'fails')
    return { id, kind: 'failed', reason: inputOutput };
  const content = findContent(first.disk, first.atBytes);
  if (content?.vdo === undefined)
    return { id, kind: 'not-vdo', geometry: findSuperBlock(first) ?? makeOtherBlock(content?.other) };
  const second = landInArea(world, area, superBlockAt(content.vdo) * blockBytes);
  if (typeof second === 'string') return { id, kind: 'failed', reason: second };
  if (second.kind === 'suspended') return { id, kind: 'no-answer' };
  if (second.kind !== 'disk' || second.disk.fault === 'fails')
    return { id, kind: 'failed', reason: inputOutput };
  return { id, kind: 'read', ...encode(content.vdo) };
}

/** The super block that lies exactly there, even of a volume whose geometry block was wiped. */
function findSuperBlock({ disk, atBytes }: Extract<Landing, { kind: 'disk' }>): Uint8Array | undefined {
  for (const { vdo, wiped, atBytes: start } of disk.contents) {
    const image = vdo ?? wiped;
    if (image !== undefined && start + superBlockAt(image) * blockBytes === atBytes)
      return encode(image).superBlock;
  }
  return undefined;
}

const inputOutput = 'Input/output error';

function landInArea(world: World, area: StorageArea, atBytes: number): Landing | string {
  let before = 0;
  for (const extent of area.extents) {
    const device = findKernelDevice(world, extent.device);
    if (device === undefined) return `${extent.device}: No such file or directory`;
    const lengthBytes = extent.lengthBytes ?? device.sizeBytes - extent.startBytes;
    if (atBytes < before + lengthBytes) return land(world, device, extent.startBytes + atBytes - before);
    before += lengthBytes;
  }
  return `the storage ends at ${String(before)} bytes, before byte ${String(atBytes)}`;
}

const beginningOfOther = 'not a VDO: ';

/** A block of something that is not a VDO. */
function makeOtherBlock(other: string | undefined): Uint8Array {
  const block = new Uint8Array(blockBytes);
  if (other !== undefined) block.set(new TextEncoder().encode(`${beginningOfOther}${other}`));
  return block;
}

/** What a block of {@link makeOtherBlock} says that it is; undefined for any other block. */
export function readOtherBlock(block: Uint8Array): string | undefined {
  const text = new TextDecoder().decode(block.subarray(0, block.indexOf(0)));
  return text.startsWith(beginningOfOther) ? text.slice(beginningOfOther.length) : undefined;
}

const versionOffset = 0x20;

function encode(image: VdoImage): { geometry: Uint8Array; superBlock: Uint8Array } {
  const nonce = BigInt(image.nonce);
  const { releaseVersion = 0 } = image;
  const content = {
    state: image.state,
    completedRecoveries: image.completedRecoveries,
    readOnlyRecoveries: image.readOnlyRecoveries,
    logicalBytes: image.logicalBlocks * blockBytes,
    physicalBytes: image.physicalBlocks * blockBytes,
    slabBytes: image.slabBlocks * blockBytes,
    nonce: image.damage === 'other-nonce' ? nonce + 1n : nonce,
  };
  const superBlock = formatSuperBlock(content, releaseVersion);
  if (image.damage === 'other-version') superBlock[versionOffset] = 0x2a;
  const geometry = formatGeometry({
    version: image.geometryMajor ?? 5,
    releaseVersion,
    nonce,
    uuid: image.uuid,
    movedBlocks: 0,
    superBlockAt: superBlockAt(image),
    index: image.index ?? usualIndex,
  });
  return { geometry, superBlock };
}
