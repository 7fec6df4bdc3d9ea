import type { Host } from '../../host/host.ts';
import { looking } from '../../model/command.ts';
import { parseUnusedOfExt, parseUnusedOfXfs, type Extent } from '../../parse/unused-extents.ts';
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
    { readonly words: readonly [string, ...string[]]; readonly parse: (text: string) => readonly Extent[] }
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
export async function askUnused(host: Host, type: TellsUnused, device: string): Promise<readonly Extent[]> {
  const { words, parse } = listings[type];
  const [program, ...options] = words;
  return parse(outputOf(await host.run(looking(program, [...options, device], limitMs))));
}
