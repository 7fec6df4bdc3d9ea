import { crc32 } from 'node:zlib';
import type { Host, StorageArea } from '../../host/host.ts';
import { blockBytes, type Geometry } from '../../model/disk.ts';
import { refuse } from '../../model/refuse.ts';
import { readBlocks } from '../geometry/blocks.ts';

const samples = 32;
const neighbours = 8;

/**
 * Blocks by which a volume's metadata shows a change: the geometry block, the super block and what follows it (the
 * roots of the block map), the end of the storage (the slab summary, in some layouts the journal), and samples of all
 * between.
 */
export function chooseBlocks(
  { superBlockAt }: Pick<Geometry, 'superBlockAt'>,
  storageBytes: number,
): number[] {
  const last = Math.floor(storageBytes / blockBytes) - 1;
  const count = (from: number, many: number): number[] => Array.from({ length: many }, (_, at) => from + at);
  const sampled = count(1, samples).map((at) => Math.floor((last * at) / samples));
  const all = [0, ...count(superBlockAt, neighbours), ...sampled, ...count(last - neighbours, neighbours)];
  return [...new Set(all)].filter((block) => block >= 0 && block <= last).sort((one, other) => one - other);
}

/** The CRC-32 of each block in hexadecimal, read past the page cache. @throws Failure if one cannot be read. */
export async function sumBlocks(
  host: Host,
  area: StorageArea,
  blocks: readonly number[],
  volume: string,
): Promise<Readonly<Record<string, string>>> {
  const [{ device } = { device: area.id }] = area.extents;
  const read = await readBlocks(host, area, blocks);
  return Object.fromEntries(
    blocks.map((block) => {
      const reading = read.get(block);
      if (reading?.kind !== 'read')
        refuse(volume, 'storage-unreadable', { device, why: reading?.reason ?? 'it does not answer' });
      return [String(block), crc32(reading.bytes).toString(16).padStart(8, '0')];
    }),
  );
}
