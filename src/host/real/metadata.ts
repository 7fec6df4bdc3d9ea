import fs from 'node:fs';
import { blockBytes } from '../../model/disk.ts';
import { looking, type CommandResult } from '../../model/command.ts';
import type { Command } from '../../model/command.ts';
import { parseGeometry } from '../../parse/disk.ts';
import type { MetadataReading, StorageArea } from '../host.ts';

/**
 * Reading metadata takes a process of its own: a read from a device that hangs cannot be ended, and would keep its
 * process from ending. The parent gives up on that process instead. The program calls itself with this word.
 */
export const readerWord = '--read-metadata';

/** The command that reads the areas: this very program, told by its first argument to do only that. */
export function readerCommand(program: string, areas: readonly StorageArea[]): Command {
  return looking(
    process.execPath,
    [program, readerWord, ...areas.map((area) => JSON.stringify(area))],
    readerTimeLimitMs,
  );
}

const readerTimeLimitMs = 5000;

type Line =
  | { id: string; geometry: string; superBlock: string }
  | { id: string; notVdo: string }
  | { id: string; failed: string };

/** What the reader said of each area; an area that it said nothing of did not answer. */
export function understandReader(areas: readonly StorageArea[], result: CommandResult): MetadataReading[] {
  const lines = new Map<string, Line>();
  for (const text of result.stdout.split('\n')) {
    if (!text.endsWith('}')) continue;
    const line = JSON.parse(text) as Line;
    lines.set(line.id, line);
  }
  return areas.map(({ id }) => {
    const line = lines.get(id);
    if (line === undefined) return { id, kind: 'no-answer' };
    if ('failed' in line) return { id, kind: 'failed', reason: line.failed };
    if ('notVdo' in line) return { id, kind: 'not-vdo', geometry: Buffer.from(line.notVdo, 'base64') };
    const geometry = Buffer.from(line.geometry, 'base64');
    return { id, kind: 'read', geometry, superBlock: Buffer.from(line.superBlock, 'base64') };
  });
}

/** The reader itself: a line of JSON on stdout for each area, as soon as it is known. */
export async function readMetadataHere(words: readonly string[]): Promise<void> {
  // A device that hangs takes a thread of the pool for good; the others must still be read.
  process.env['UV_THREADPOOL_SIZE'] = '128';
  await Promise.all(
    words.map(async (word) => {
      const area = JSON.parse(word) as StorageArea;
      const line = await readArea(area).catch((error: unknown): Line => ({
        id: area.id,
        failed: error instanceof Error ? error.message : String(error),
      }));
      fs.writeSync(1, `${JSON.stringify(line)}\n`);
    }),
  );
}

async function readArea(area: StorageArea): Promise<Line> {
  const first = await readBlock(area, 0);
  const geometry = Buffer.from(first).toString('base64');
  if (Buffer.from(first.subarray(0, 8)).toString('latin1') !== 'dmvdo001')
    return { id: area.id, notVdo: geometry };
  const superBlock = await readBlock(area, parseGeometry(first).superBlockAt * blockBytes);
  return { id: area.id, geometry, superBlock: Buffer.from(superBlock).toString('base64') };
}

/** Reads the block at `offset` bytes of the area, past the page cache: the kernel writes this metadata past it too. */
async function readBlock(area: StorageArea, offset: number): Promise<Uint8Array> {
  const place = locate(area, offset);
  const file = await fs.promises.open(place.device, fs.constants.O_RDONLY | fs.constants.O_DIRECT);
  try {
    const block = alignedBlock();
    const { bytesRead } = await file.read(block, 0, blockBytes, place.offset);
    if (bytesRead < blockBytes)
      throw new Error(`${place.device} ends before byte ${String(place.offset + blockBytes)}`);
    return block;
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
  throw new Error(`the storage ends before byte ${String(offset)}`);
}

/** Node has it; its type lives in the browser's library, which this program does not want. */
declare const WebAssembly: {
  Memory: new (size: { initial: number; maximum: number }) => { buffer: ArrayBuffer };
};

/** O_DIRECT needs page-aligned memory, and the pages of a WebAssembly memory are the ones that Node can give. */
function alignedBlock(): Uint8Array {
  return new Uint8Array(new WebAssembly.Memory({ initial: 1, maximum: 1 }).buffer, 0, blockBytes);
}
