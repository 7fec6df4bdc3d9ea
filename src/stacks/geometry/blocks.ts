import type { Host, StorageArea } from '../../host/host.ts';
import { blockBytes } from '../../model/disk.ts';
import { patienceMs, readerFailure } from '../metadata.ts';

/** A block of a device, `atBytes` from its beginning. */
export interface BlockPlace {
  readonly device: string;
  readonly atBytes: number;
}

/** Where the first block of a volume's storage lies. */
export function placeOfFirstBlock({ extents }: StorageArea): BlockPlace | undefined {
  const [first] = extents;
  return first === undefined ? undefined : { device: first.device, atBytes: first.startBytes };
}

/** The result of reading a block. */
export type BlockReading =
  | { readonly kind: 'read'; readonly bytes: Uint8Array }
  | { readonly kind: 'failed'; readonly reason: string };

/**
 * Reads blocks of a storage past the page cache, whatever they hold, with one child process. Numbers count blocks of
 * 4096 bytes from the beginning of the storage; a block beyond its end is left out.
 *
 * @throws Failure `tool-failed` if that process failed.
 */
export async function readBlocks(
  host: Host,
  area: StorageArea,
  blocks: readonly number[],
): Promise<ReadonlyMap<number, BlockReading>> {
  const areas = blocks.flatMap((block) => startAt(area, block) ?? []);
  const read = areas.length === 0 ? [] : await host.readMetadata(areas, patienceMs);
  return new Map(
    read.map((each): [number, BlockReading] => {
      if (each.kind === 'read' || each.kind === 'not-vdo')
        return [Number(each.id), { kind: 'read', bytes: each.geometry }];
      if (each.kind === 'not-read') throw readerFailure(each);
      const reason = each.kind === 'failed' ? each.reason : 'it does not answer';
      return [Number(each.id), { kind: 'failed', reason }];
    }),
  );
}

/** The area from that block on; undefined beyond its end. */
function startAt({ extents }: StorageArea, block: number): StorageArea | undefined {
  let skipped = block * blockBytes;
  for (const [index, extent] of extents.entries()) {
    const { lengthBytes = Infinity } = extent;
    if (skipped >= lengthBytes) {
      skipped -= lengthBytes;
      continue;
    }
    const rest = lengthBytes === Infinity ? {} : { lengthBytes: lengthBytes - skipped };
    const first = { ...extent, startBytes: extent.startBytes + skipped, ...rest };
    return { id: String(block), extents: [first, ...extents.slice(index + 1)], isOneBlock: true };
  }
  return undefined;
}
