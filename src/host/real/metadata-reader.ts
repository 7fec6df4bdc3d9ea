import fs from 'node:fs';
import { blockBytes } from '../../model/disk.ts';
import { parseGeometry } from '../../parse/disk.ts';
import type { StorageArea } from '../host.ts';
import { makeAlignedBlocks } from './aligned-blocks.ts';
import type { ReaderLine } from './reader-protocol.ts';
import { readerProtocol as protocol } from './reader-word.ts';

/** The reader itself: prints one line of JSON for each area, as soon as that is known. */
export async function readMetadataHere(words: readonly string[]): Promise<void> {
  // A device that hangs blocks one thread of the pool for good; the others must still be read.
  process.env['UV_THREADPOOL_SIZE'] = '128';
  const blockOf = makeAlignedBlocks(2 * words.length, blockBytes);
  await Promise.all(
    words.map(async (word, at) => {
      const area = JSON.parse(word) as StorageArea;
      const line = await readArea(area, blockOf(2 * at), blockOf(2 * at + 1)).catch(
        (error: unknown): ReaderLine => ({
          protocol,
          id: area.id,
          kind: 'failed',
          reason: error instanceof Error ? error.message : String(error),
        }),
      );
      fs.writeSync(1, `${JSON.stringify(line)}\n`);
    }),
  );
}

/** `one` and `other` are the buffers for the two blocks. */
async function readArea(area: StorageArea, one: Uint8Array, other: Uint8Array): Promise<ReaderLine> {
  const first = await readBlock(area, 0, one);
  const geometry = Buffer.from(first).toString('base64');
  if (area.isOneBlock === true) return { protocol, id: area.id, kind: 'not-vdo', geometry };
  if (!isGeometry(first)) {
    const moved = isZero(first) ? await findMoved(area, other) : undefined;
    return { protocol, id: area.id, kind: 'not-vdo', geometry, ...(moved === undefined ? {} : { moved }) };
  }
  const superBlock = await readSuperBlock(area, first, other);
  const encoded = Buffer.from(superBlock).toString('base64');
  return { protocol, id: area.id, kind: 'read', geometry, superBlock: encoded };
}

function isGeometry(block: Uint8Array): boolean {
  return Buffer.from(block.subarray(0, 8)).toString('latin1') === 'dmvdo001';
}

function isZero(block: Uint8Array): boolean {
  return block.every((byte) => byte === 0);
}

/** Where `vdoprepareforlvm` puts the geometry block before it zeroes the one at 0: between 1524 and 2048 KiB. */
const movedTo = { first: 381, last: 512 };

async function findMoved(area: StorageArea, into: Uint8Array): Promise<string | undefined> {
  for (let at = movedTo.first; at <= movedTo.last; at += 1) {
    const block = await readBlock(area, at * blockBytes, into).catch((error: unknown) => {
      if (error instanceof StorageEnd) return undefined;
      throw error;
    });
    if (block === undefined) return undefined;
    if (isMovedBy(at, block)) return Buffer.from(block).toString('base64');
  }
  return undefined;
}

/**
 * Whether the block says that it was moved by that much: what an earlier volume left there says that it was not moved.
 */
function isMovedBy(blocks: number, block: Uint8Array): boolean {
  try {
    return isGeometry(block) && parseGeometry(block).movedBlocks === blocks;
  } catch {
    return false;
  }
}

/** Empty if the geometry is not understood: whoever receives both blocks reports why. */
async function readSuperBlock(
  area: StorageArea,
  geometry: Uint8Array,
  into: Uint8Array,
): Promise<Uint8Array> {
  let at: number;
  try {
    at = parseGeometry(geometry).superBlockAt;
  } catch {
    return new Uint8Array();
  }
  return readBlock(area, at * blockBytes, into);
}

/**
 * Reads the block at `offset` bytes of the area past the page cache, since the kernel writes this metadata past it,
 * too.
 */
async function readBlock(area: StorageArea, offset: number, into: Uint8Array): Promise<Uint8Array> {
  const place = locate(area, offset);
  const file = await fs.promises.open(place.device, fs.constants.O_RDONLY | fs.constants.O_DIRECT);
  try {
    const { bytesRead } = await file.read(into, 0, blockBytes, place.offset);
    if (bytesRead < blockBytes)
      throw new StorageEnd(`${place.device} ends before byte ${String(place.offset + blockBytes)}`);
    return into;
  } finally {
    await file.close();
  }
}

function locate(area: StorageArea, offset: number): { device: string; offset: number } {
  let start = 0;
  for (const extent of area.extents) {
    const length = extent.lengthBytes ?? Infinity;
    if (offset < start + length) return { device: extent.device, offset: extent.startBytes + offset - start };
    start += length;
  }
  throw new StorageEnd(`the storage ends before byte ${String(offset)}`);
}

class StorageEnd extends Error {}
