import { blockBytes } from '../../model/disk.ts';
import { blockMapRoots, journalBlocks, slabSummaryBlocks } from '../../model/layout.ts';
import type { ScanExtent } from '../../model/preflight-schema.ts';
import type { Metadata } from '../metadata.ts';

/** A stretch of a volume's storage. Units: bytes, from its beginning. */
export interface Stretch {
  readonly startBytes: number;
  readonly lengthBytes: number;
}

const samples = 256;
const sampleBytes = 64 * 1024;

/**
 * What to read of the storage: all of it, or, as a sample, the metadata without which nothing can be rebuilt, and
 * pieces of the rest at even distances.
 *
 * @param metadata as the disk has it; without it, the sample is even.
 */
export function chooseStretches(
  extent: ScanExtent,
  metadata: Metadata | undefined,
  storageBytes: number,
): readonly Stretch[] {
  if (extent === 'full') return [{ startBytes: 0, lengthBytes: storageBytes }];
  const known = metadata?.kind === 'read' ? listMetadata(metadata) : [];
  const begin = Math.max(
    0,
    ...known.slice(0, -1).map(({ startBytes, lengthBytes }) => startBytes + lengthBytes),
  );
  const end = known.at(-1)?.startBytes ?? storageBytes;
  return [...known, ...spread(begin, Math.min(end, storageBytes))].flatMap(({ startBytes, lengthBytes }) => {
    const length = Math.min(startBytes + lengthBytes, storageBytes) - startBytes;
    return length > 0 ? [{ startBytes, lengthBytes: length }] : [];
  });
}

/** The geometry block; the super block with the roots of the block map behind it; journal and slab summary at the end. */
function listMetadata({ geometry, superBlock }: Extract<Metadata, { kind: 'read' }>): Stretch[] {
  const endBlocks = journalBlocks + slabSummaryBlocks;
  return [
    { startBytes: 0, lengthBytes: blockBytes },
    { startBytes: geometry.superBlockAt * blockBytes, lengthBytes: (1 + blockMapRoots) * blockBytes },
    {
      startBytes: superBlock.physicalBytes - geometry.movedBlocks * blockBytes - endBlocks * blockBytes,
      lengthBytes: endBlocks * blockBytes,
    },
  ];
}

function spread(begin: number, end: number): Stretch[] {
  const distance = (end - begin) / samples;
  if (distance <= sampleBytes) return end > begin ? [{ startBytes: begin, lengthBytes: end - begin }] : [];
  return Array.from({ length: samples }, (_, at) => ({
    startBytes: Math.floor((begin + at * distance) / blockBytes) * blockBytes,
    lengthBytes: sampleBytes,
  }));
}
