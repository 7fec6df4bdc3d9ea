import type { Host } from '../../host/host.ts';
import { looking, succeeded, type CommandResult } from '../../model/command.ts';
import type { Contents } from '../../model/contents.ts';
import { sectorBytes } from '../../model/disk.ts';
import type { UnreadRange } from '../../parse/ddrescue.ts';
import type { UsedSpace } from '../../parse/filesystem.ts';
import { parseBlockuse, parseIcheck, parseNcheck } from '../../parse/hole-owners.ts';
import { describeCommandOutcome } from '../tool-result.ts';

/** The files that lie in ranges of an image which could not be read. */
export interface Holes {
  /** Each once, in order. */
  readonly names: readonly string[];
  /** Why the names are not known, or not all of them; absent if they are. */
  readonly why?: string;
}

interface Asked {
  readonly image: string;
  readonly contents: Contents;
  readonly used: UsedSpace | undefined;
  readonly unread: readonly UnreadRange[];
}

/** More blocks than a command line takes at once are asked about in parts; more than these, not at all. */
const mostBlocks = 20_000;
const blocksAtOnce = 500;
const limitMs = 30 * 60_000;

/** Asks the filesystem in the image which files own the ranges: the image does not fail to read. */
export async function nameHoles(host: Host, { image, contents, used, unread }: Asked): Promise<Holes> {
  if (contents.kind !== 'filesystem') return { names: [], why: 'nothing on it is a filesystem' };
  if (used === undefined)
    return { names: [], why: `the size of the blocks of its ${contents.type} is not known` };
  const all = unread.flatMap((range) => listBlocks(range, used.blockBytes));
  const blocks = all.slice(0, mostBlocks);
  const more = all.length > blocks.length ? { why: 'only the first ranges were looked at' } : {};
  if (/^ext[234]$/.test(contents.type)) return { ...more, ...(await askExt(host, image, blocks)) };
  if (contents.type === 'xfs') return { ...more, ...(await askXfs(host, image, blocks, used.blockBytes)) };
  return { names: [], why: `vdoctl does not know how to ask ${contents.type}` };
}

function listBlocks({ atBytes, lengthBytes }: UnreadRange, blockBytes: number): number[] {
  const first = Math.floor(atBytes / blockBytes);
  const count = Math.ceil((atBytes + lengthBytes) / blockBytes) - first;
  return Array.from({ length: Math.min(count, mostBlocks) }, (_, index) => first + index);
}

async function askExt(host: Host, image: string, blocks: readonly number[]): Promise<Holes> {
  const inodes = new Set<string>();
  for (let at = 0; at < blocks.length; at += blocksAtOnce) {
    const asked = await askDebugfs(host, image, 'icheck', blocks.slice(at, at + blocksAtOnce).map(String));
    if (!succeeded(asked)) return { names: [], why: explain(asked) };
    for (const inode of parseIcheck(asked.stdout)) inodes.add(inode);
  }
  const names: string[] = [];
  const all = [...inodes];
  for (let at = 0; at < all.length; at += blocksAtOnce) {
    const asked = await askDebugfs(host, image, 'ncheck', all.slice(at, at + blocksAtOnce));
    if (!succeeded(asked)) return { names, why: explain(asked) };
    names.push(...parseNcheck(asked.stdout));
  }
  return { names: [...new Set(names)].toSorted() };
}

function askDebugfs(
  host: Host,
  image: string,
  verb: 'icheck' | 'ncheck',
  words: readonly string[],
): Promise<CommandResult> {
  return host.run(looking('debugfs', ['-R', [verb, ...words].join(' '), image], limitMs));
}

/** One block is asked about at a time: blockuse counts from where the cursor stands. */
async function askXfs(
  host: Host,
  image: string,
  blocks: readonly number[],
  blockBytes: number,
): Promise<Holes> {
  const isFile = !image.startsWith('/dev/');
  const asked = blocks
    .slice(0, blocksAtOnce)
    .flatMap((block) => ['-c', `daddr ${String((block * blockBytes) / sectorBytes)}`, '-c', 'blockuse -n']);
  const args = ['-r', ...(isFile ? ['-f'] : []), '-c', 'blockget -n', ...asked, image];
  const result = await host.run(looking('xfs_db', args, limitMs));
  if (!succeeded(result)) return { names: [], why: explain(result) };
  const more = blocks.length > blocksAtOnce ? { why: 'only the first ranges were looked at' } : {};
  return { names: parseBlockuse(result.stdout).toSorted(), ...more };
}

function explain(result: CommandResult): string {
  const said = result.stderr.trim().split('\n').at(-1) ?? '';
  return `${result.command.file}: ${said === '' ? describeCommandOutcome(result) : said}`;
}
