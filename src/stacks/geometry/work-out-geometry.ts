import type { Host, StorageArea } from '../../host/host.ts';
import type { Geometry } from '../../model/disk.ts';
import { indexMemories, superBlockAt } from '../../model/layout.ts';
import type { IndexSize } from '../../model/index-size.ts';
import { Failure } from '../../model/problem.ts';
import { formatGeometry } from '../../parse/disk-encode.ts';
import { parseLoneSuperBlock } from '../../parse/disk.ts';
import { readBlocks, type BlockReading } from './blocks.ts';
import { toTrimmedHex } from './copies.ts';

/** No larger index is known: one with 64 GiB of memory takes more than half a terabyte of storage. */
const mostGibibytes = 64;

/**
 * Works out a geometry block from the super block. It looks for that behind an index of each possible size; where it is
 * found, everything that the kernel needs is known. Undefined if none or more than one is found: an earlier volume may
 * have left its own.
 *
 * @param uuid the volume's, if known
 */
export async function workOutGeometry(
  host: Host,
  area: StorageArea,
  uuid: string | undefined,
): Promise<FoundGeometry | undefined> {
  const sizes = listIndexes();
  const read = await readBlocks(host, area, [...sizes.keys()]);
  const found = [...sizes].flatMap(([block, index]) => {
    const own = understand(read.get(block));
    return own === undefined ? [] : [{ block, index, ...own }];
  });
  const [only, ...others] = found;
  if (only === undefined || others.length > 0) return undefined;
  const { block, index, releaseVersion, superBlock } = only;
  const geometry: Geometry = {
    // A release version means a format before 8, with a geometry block of version 4, which every kernel reads.
    version: releaseVersion === 0 ? 5 : 4,
    releaseVersion,
    nonce: superBlock.nonce,
    uuid: uuid ?? makeUuid(superBlock.nonce),
    movedBlocks: 0,
    superBlockAt: block,
    index,
  };
  const size = `${index.isSparse ? 'a sparse' : 'a dense'} index of ${String(index.memoryGibibytes)} GiB`;
  const assumed = 'its UUID is unknown, so a new one is made: the kernel does not use it';
  return {
    uuid: geometry.uuid,
    block: toTrimmedHex(formatGeometry(geometry)),
    notes: [
      `no copy is kept; its super block was found at block ${String(block)}, behind ${size}, and tells the rest`,
      ...(uuid === undefined ? [assumed] : []),
    ],
  };
}

/** Every index size that vdoformat makes, by the place of the super block behind it. */
function listIndexes(): ReadonlyMap<number, IndexSize> {
  const whole = Array.from({ length: mostGibibytes }, (_, index) => index + 1);
  const sizes = [...indexMemories, ...whole].flatMap((memoryGibibytes) =>
    [false, true].map((isSparse): IndexSize => ({ memoryGibibytes, isSparse })),
  );
  return new Map(sizes.map((index) => [superBlockAt({ index }), index]));
}

function understand(reading: BlockReading | undefined): ReturnType<typeof parseLoneSuperBlock> | undefined {
  if (reading?.kind !== 'read') return undefined;
  try {
    return parseLoneSuperBlock(reading.bytes);
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return undefined;
  }
}

/** The same UUID each time, so that the plan shown is the plan carried out. */
function makeUuid(nonce: bigint): string {
  const hex = nonce.toString(16).padStart(16, '0');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(12, 15)}-8${hex.slice(15)}00-000000000000`;
}

/** The geometry block that belongs on the storage. */
export interface FoundGeometry {
  readonly uuid: string;
  /** In hexadecimal, without the zeros at its end. */
  readonly block: string;
  /** What was found, and what is assumed, in sentences. */
  readonly notes: readonly string[];
}
