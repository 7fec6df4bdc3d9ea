import type { Host, StorageArea } from '../../host/host.ts';
import { blockBytes } from '../../model/disk.ts';
import type { GeometryCopy } from '../../model/geometry-copy.ts';
import { Failure } from '../../model/problem.ts';
import { refuse } from '../../model/refuse.ts';
import { parseGeometry, parseSuperBlock } from '../../parse/disk.ts';
import { readBlocks, type BlockReading } from './blocks.ts';
import { copiesDirectory, copyOf, expectedUuid, type Copies } from './copies.ts';
import type { Seen } from '../host-look.ts';
import { workOutGeometry, type FoundGeometry } from './work-out-geometry.ts';

/**
 * The geometry block that belongs to the super block on the storage: both have the same nonce. It comes from the kept
 * copy, or is worked out from the super block itself.
 *
 * @throws Failure if there is none, or if the super block belongs to another volume.
 */
export async function findGeometry(
  host: Host,
  seen: Seen,
  area: StorageArea,
  copies: Copies,
): Promise<FoundGeometry> {
  const expected = expectedUuid(seen.found, copies);
  const own = copyOf(seen.found, undefined, copies);
  const candidates = expected === undefined ? [...copies.values()] : own === undefined ? [] : [own];
  const places = new Set(candidates.map(({ superBlock }) => superBlock.block));
  const read = await readBlocks(host, area, [...places]);
  for (const copy of candidates) {
    if (belongsTo(copy, read.get(copy.superBlock.block)))
      return {
        uuid: copy.uuid,
        block: copy.geometry,
        notes: [`the copy in ${copiesDirectory} belongs to it: the super block has the same nonce`],
      };
  }
  if (own !== undefined) refuseOther(seen, own, read.get(own.superBlock.block));
  const workedOut = await workOutGeometry(host, area, expected);
  if (workedOut !== undefined) return workedOut;
  refuse(seen.volume.name, 'no-geometry-copy', { directory: copiesDirectory });
}

function belongsTo(copy: GeometryCopy, reading: BlockReading | undefined): boolean {
  if (reading?.kind !== 'read') return false;
  try {
    const geometry = parseGeometry(expand(copy.geometry));
    parseSuperBlock(reading.bytes, geometry);
    return geometry.uuid === copy.uuid;
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return false;
  }
}

/** The whole block, from its hexadecimal without the zeros at its end. */
export function expand(hex: string): Uint8Array {
  const block = new Uint8Array(blockBytes);
  block.set(Buffer.from(hex, 'hex'));
  return block;
}

function refuseOther(
  { volume: { name } }: Seen,
  { superBlock: { block } }: GeometryCopy,
  reading: BlockReading | undefined,
): never {
  const why = reading?.kind === 'read' ? null : (reading?.reason ?? 'no answer');
  refuse(name, 'super-block-gone', { block, why });
}
