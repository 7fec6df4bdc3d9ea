import { untearable, type PlannedCommand } from '../../model/command.ts';
import { blockBytes } from '../../model/disk.ts';
import type { Expectation, Step } from '../../model/plan.ts';
import type { BlockPlace } from './blocks.ts';

/** A block to write over another, both in hexadecimal without the zeros at their ends. */
export interface Writing {
  readonly place: BlockPlace;
  readonly was: string;
  readonly becomes: string;
}

/** Writes one block of 4096 bytes past the page cache; it is on the disk when the command ends. */
function writeCommand({ device, atBytes }: BlockPlace, bytes: string): PlannedCommand {
  const isAligned = atBytes % blockBytes === 0;
  const seek = `seek=${String(isAligned ? atBytes / blockBytes : atBytes)}`;
  const flags = isAligned ? 'oflag=direct' : 'oflag=direct,seek_bytes';
  const where = [`of=${device}`, `bs=${String(blockBytes)}`, 'count=1', seek, flags];
  if (bytes === '') return untearable('dd', ['if=/dev/zero', ...where, 'conv=notrunc,fsync', 'status=none']);
  // `sync` fills the block up with zeros.
  const args = [...where, 'iflag=fullblock', 'conv=sync,notrunc,fsync', 'status=none'];
  return { ...untearable('dd', args), inputBase64: Buffer.from(bytes, 'hex').toString('base64') };
}

/**
 * The step that writes a geometry block, and restores the old block if the new one turns out not to be the volume's.
 */
export function writeGeometryStep(
  { place, was, becomes }: Writing,
  { before, after }: { readonly before: readonly Expectation[]; readonly after: readonly Expectation[] },
): Step {
  const still: Expectation = { kind: 'block-is', ...place, bytes: was };
  const what = `the first block, at byte ${String(place.atBytes)} of ${place.device}`;
  return {
    title: `Write ${what}`,
    before: [...before, still],
    action: { kind: 'run', command: writeCommand(place, becomes) },
    after,
    undo: [
      {
        title: `Put ${what} back as it was`,
        action: { kind: 'run', command: writeCommand(place, was) },
        after: [still],
      },
    ],
    mayFailInPart: true,
    pointOfNoReturn: true,
  };
}
