import { Failure } from '../model/problem.ts';

/** A stretch of a device. */
export interface Extent {
  readonly atBytes: number;
  readonly bytes: number;
}

/** Whether the journal of the filesystem is replayed, or may hold what is not at its place yet. */
export type Replay = 'replayed' | 'pending';

/**
 * What an ext2, ext3 or ext4 does not use, by `dumpe2fs DEVICE` (e2fsprogs).
 *
 * @throws Failure `tool-failed` where the text does not say it, or that the journal is replayed, where it has to be.
 */
export function parseUnusedOfExt(text: string, replay: Replay): readonly Extent[] {
  const fail = (said: string): never => failToRead('dumpe2fs', said);
  const head = text.slice(0, Math.max(0, text.search(/^Group 0:/m)));
  const blockBytes = Number(readOnce(head, /^Block size: +(\d+)$/gm));
  const features = (readOnce(head, /^Filesystem features: +(.+)$/gm) ?? '').split(' ');
  if (!Number.isInteger(blockBytes) || blockBytes < 1024) return fail('it names no block size');
  if (replay === 'replayed' && features.includes('needs_recovery'))
    return fail('the journal is not replayed');
  // Its ranges are of clusters in some versions, and of blocks in others.
  if (features.includes('bigalloc')) return fail('the filesystem has the feature bigalloc');
  return [...text.matchAll(/^ +Free blocks: (.*)$/gm)].flatMap(([, ranges = '']) =>
    ranges
      .split(', ')
      .filter((range) => range !== '')
      .map((range) => {
        const [, first, last = first] = /^(\d+)(?:-(\d+))?$/.exec(range) ?? [];
        if (first === undefined) return fail(`a range of blocks that is none: ${range}`);
        return toExtent(Number(first), Number(last) - Number(first) + 1, blockBytes);
      }),
  );
}

/**
 * What an XFS does not use, by `xfs_db -r -c 'sb 0' -c 'print blocksize agblocks' -c 'freesp -d' DEVICE` (xfsprogs): a
 * line for each stretch, with the allocation group, the block in it, and how many.
 *
 * @throws Failure `tool-failed` where the text does not say it.
 */
export function parseUnusedOfXfs(text: string): readonly Extent[] {
  const valueOf = (key: string): number => Number(readOnce(text, new RegExp(`^${key} = (\\d+)$`, 'gm')));
  const [blockBytes, groupBlocks] = [valueOf('blocksize'), valueOf('agblocks')];
  if (!(blockBytes >= 512) || !(groupBlocks > 0))
    return failToRead('xfs_db', 'it names no block size, or no size of the groups');
  return [...text.matchAll(/^ *(\d+) +(\d+) +(\d+) *$/gm)].map(([, group, block, count]) =>
    toExtent(Number(group) * groupBlocks + Number(block), Number(count), blockBytes),
  );
}

/** What follows a key, if the key is there exactly once: a name in the text may look like one. */
function readOnce(text: string, pattern: RegExp): string | undefined {
  const [first, ...others] = text.matchAll(pattern);
  return others.length > 0 ? undefined : first?.[1];
}

function toExtent(block: number, count: number, blockBytes: number): Extent {
  return { atBytes: block * blockBytes, bytes: count * blockBytes };
}

function failToRead(command: string, said: string): never {
  throw new Failure({ kind: 'tool-failed', command, how: 'what it printed is not understood', said });
}

/** What lies in an extent of each. */
export function intersectExtents(one: readonly Extent[], other: readonly Extent[]): readonly Extent[] {
  const inOrder = (all: readonly Extent[]): readonly Extent[] =>
    all.toSorted((first, second) => first.atBytes - second.atBytes);
  const [ones, others] = [inOrder(one), inOrder(other)];
  const common: Extent[] = [];
  for (let i = 0, j = 0; ;) {
    const [a, b] = [ones[i], others[j]];
    if (a === undefined || b === undefined) return common;
    const atBytes = Math.max(a.atBytes, b.atBytes);
    const end = Math.min(a.atBytes + a.bytes, b.atBytes + b.bytes);
    if (atBytes < end) common.push({ atBytes, bytes: end - atBytes });
    if (a.atBytes + a.bytes < b.atBytes + b.bytes) i += 1;
    else j += 1;
  }
}

/**
 * The extents as pieces for a device whose blocks are that large, the largest first: no part of a block that something
 * else uses, and none longer than `mostBytes`.
 */
export function cutExtents(
  extents: readonly Extent[],
  { blockBytes, mostBytes }: { readonly blockBytes: number; readonly mostBytes: number },
): readonly Extent[] {
  return extents
    .flatMap(({ atBytes, bytes }) => {
      const first = Math.ceil(atBytes / blockBytes) * blockBytes;
      const end = Math.floor((atBytes + bytes) / blockBytes) * blockBytes;
      const count = Math.max(0, Math.ceil((end - first) / mostBytes));
      return Array.from({ length: count }, (_, index): Extent => {
        const at = first + index * mostBytes;
        return { atBytes: at, bytes: Math.min(mostBytes, end - at) };
      });
    })
    .toSorted((one, other) => other.bytes - one.bytes);
}
