import type { Host } from '../../host/host.ts';
import { looking } from '../../model/command.ts';
import {
  intersectExtents,
  parseUnusedOfExt,
  parseUnusedOfXfs,
  type Extent,
  type Replay,
} from '../../parse/unused-extents.ts';
import { outputOf } from '../tool-result.ts';

/** How the unused blocks of each filesystem are listed; the device follows. Sources: dumpe2fs(8), xfs_db(8). */
const listings = {
  ext2: { words: ['dumpe2fs'], parse: parseUnusedOfExt },
  ext3: { words: ['dumpe2fs'], parse: parseUnusedOfExt },
  ext4: { words: ['dumpe2fs'], parse: parseUnusedOfExt },
  xfs: {
    words: ['xfs_db', '-r', '-c', 'sb 0', '-c', 'print blocksize agblocks', '-c', 'freesp -d'],
    parse: parseUnusedOfXfs,
  },
} as const satisfies Readonly<
  Record<
    string,
    {
      readonly words: readonly [string, ...string[]];
      readonly parse: (text: string, replay: Replay) => readonly Extent[];
    }
  >
>;

/** The types of filesystem that tell which blocks they do not use. */
export const tellingUnused = [
  'ext2',
  'ext3',
  'ext4',
  'xfs',
] as const satisfies readonly (keyof typeof listings)[];

export type TellsUnused = (typeof tellingUnused)[number];

export function tellsUnused(type: string): type is TellsUnused {
  return Object.hasOwn(listings, type);
}

/** The program that lists them. */
export function programOfUnused(type: TellsUnused): string {
  return listings[type].words[0];
}

const limitMs = 10 * 60_000;

/** What a filesystem that is not mounted does not use. @throws Failure where its program does not say. */
async function askUnused(
  host: Host,
  type: TellsUnused,
  device: string,
  replay: Replay,
): Promise<readonly Extent[]> {
  const { words, parse } = listings[type];
  const [program, ...options] = words;
  return parse(outputOf(await host.run(looking(program, [...options, device], limitMs))), replay);
}

/**
 * What nothing needs: neither the filesystem as it is once its journal is replayed, which its overlay shows, nor the
 * replay itself, and what it does to files that were deleted while they were open. That still reads blocks which it then
 * frees, so a block counts only if the filesystem did not use it before the replay either.
 *
 * Measured on Linux 6.18: with the first alone, an XFS with such files could not be mounted any more.
 *
 * @throws Failure where the filesystem's program does not say it.
 */
export async function askNeverUsed(
  host: Host,
  {
    type,
    device,
    overlay,
  }: { readonly type: TellsUnused; readonly device: string; readonly overlay: string },
): Promise<readonly Extent[]> {
  const before = await askUnused(host, type, device, 'pending');
  return intersectExtents(before, await askUnused(host, type, overlay, 'replayed'));
}

/**
 * Why the journal of a filesystem cannot be replayed on an overlay; undefined if it can. A journal on another device
 * would be used up for real: the kernel finds it by itself.
 *
 * @throws Failure where the filesystem's program does not say it.
 */
export async function findOtherDevices(
  host: Host,
  type: TellsUnused,
  device: string,
): Promise<'journal-elsewhere' | 'realtime-elsewhere' | undefined> {
  if (type === 'xfs') {
    const words = ['-r', '-c', 'sb 0', '-c', 'print logstart rextents', device];
    const told = outputOf(await host.run(looking('xfs_db', words, limitMs)));
    if (!/^logstart = [1-9]\d*$/m.test(told)) return 'journal-elsewhere';
    return /^rextents = 0$/m.test(told) ? undefined : 'realtime-elsewhere';
  }
  const told = outputOf(await host.run(looking('dumpe2fs', ['-h', device], limitMs)));
  const isInside = /^Journal inode: +[1-9]\d*$/m.test(told);
  const hasNone = !/^Filesystem features: .*\bhas_journal\b/m.test(told);
  return isInside || hasNone ? undefined : 'journal-elsewhere';
}
