import { blockBytes, diskStates, type Geometry, type SuperBlock } from '../model/disk.ts';
import {
  checksumOf,
  componentVersion,
  dataRegionId,
  encodeIndexMemory,
  geometryLayout,
  geometryLayouts,
  indexRegionId,
  superBlockHeader,
  superBlockLayout,
  volumeVersion,
  type Header,
  type Version,
} from './disk-layout.ts';

const recoveryJournalBlocks = 32768n;
const slabJournalBlocks = 224n;

/** The geometry block of a volume: 4096 bytes that `parseGeometry` reads back. */
export function formatGeometry(geometry: Geometry): Uint8Array {
  const at = { ...geometryLayout, ...geometryLayouts[geometry.version] };
  const { movedBlocks, index } = geometry;
  const block = new Uint8Array(blockBytes);
  const view = new DataView(block.buffer);
  block.set(Buffer.from(at.magic, 'latin1'), 0);
  putHeader(view, geometryLayout.header, at.header);
  view.setUint32(at.releaseVersion, geometry.releaseVersion, true);
  view.setBigUint64(at.nonce, geometry.nonce, true);
  block.set(Buffer.from(geometry.uuid.replaceAll('-', ''), 'hex'), at.uuid);
  if (at.bioOffset !== undefined) view.setBigUint64(at.bioOffset, BigInt(movedBlocks), true);
  putRegion(view, at.indexRegion, { id: indexRegionId, start: 1 });
  putRegion(view, at.dataRegion, { id: dataRegionId, start: geometry.superBlockAt + movedBlocks });
  view.setUint32(at.indexMemory, encodeIndexMemory(index?.memoryGibibytes ?? 0), true);
  view.setUint8(at.indexIsSparse, index?.isSparse === true ? 1 : 0);
  view.setUint32(at.checksum, checksumOf(block, at.checksum), true);
  return block;
}

/**
 * A super block: 4096 bytes that `parseSuperBlock` reads back. The model leaves out the layout of the partitions: it is
 * all zeros here, so no kernel would take the block.
 *
 * @param releaseVersion that of the geometry block.
 */
export function formatSuperBlock(superBlock: SuperBlock, releaseVersion = 0): Uint8Array {
  const at = superBlockLayout;
  const block = new Uint8Array(blockBytes);
  const view = new DataView(block.buffer);
  putHeader(view, at.header, superBlockHeader);
  view.setUint32(at.releaseVersion, releaseVersion, true);
  putVersion(view, at.volumeVersion, volumeVersion);
  putVersion(view, at.componentVersion, componentVersion);
  view.setUint32(at.state, diskStates.indexOf(superBlock.state), true);
  view.setBigUint64(at.completedRecoveries, BigInt(superBlock.completedRecoveries), true);
  view.setBigUint64(at.readOnlyRecoveries, BigInt(superBlock.readOnlyRecoveries), true);
  view.setBigUint64(at.logicalBlocks, BigInt(superBlock.logicalBytes / blockBytes), true);
  view.setBigUint64(at.physicalBlocks, BigInt(superBlock.physicalBytes / blockBytes), true);
  view.setBigUint64(at.slabBlocks, BigInt(superBlock.slabBytes / blockBytes), true);
  view.setBigUint64(at.recoveryJournalBlocks, recoveryJournalBlocks, true);
  view.setBigUint64(at.slabJournalBlocks, slabJournalBlocks, true);
  view.setBigUint64(at.nonce, superBlock.nonce, true);
  view.setUint32(at.checksum, checksumOf(block, at.checksum), true);
  return block;
}

function putHeader(view: DataView, at: number, header: Header): void {
  view.setUint32(at, header.id, true);
  putVersion(view, at + 4, header);
  view.setBigUint64(at + 12, header.size, true);
}

function putVersion(view: DataView, at: number, version: Version): void {
  view.setUint32(at, version.major, true);
  view.setUint32(at + 4, version.minor, true);
}

function putRegion(
  view: DataView,
  at: number,
  region: { readonly id: number; readonly start: number },
): void {
  view.setUint32(at, region.id, true);
  view.setBigUint64(at + 4, BigInt(region.start), true);
}
