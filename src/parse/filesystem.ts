import { notUnderstood } from '../model/problem.ts';

/** The room on a filesystem, in bytes. */
export interface Room {
  readonly usedBytes: number;
  readonly availableBytes: number;
  /** What is mounted there: `/dev/sdb1`, `tmpfs`. */
  readonly source: string;
}

/**
 * Reads `df --block-size=1 --output=size,used,avail,source PATH`.
 *
 * @throws Failure `not-understood`
 */
export function parseDf(text: string): Room {
  const line = text.trim().split('\n').at(-1) ?? '';
  const match = /^\s*\d+\s+(\d+)\s+(\d+)\s+(.*)$/.exec(line);
  if (match === null) notUnderstood('df', line, 'not of the form SIZE USED AVAIL SOURCE');
  return { usedBytes: Number(match[1]), availableBytes: Number(match[2]), source: match[3] ?? '' };
}

/** How much of a filesystem is used, and in what blocks: both in bytes. */
export interface UsedSpace {
  readonly usedBytes: number;
  readonly blockBytes: number;
  /** (ext3, ext4) Whether something stands only in its journal. */
  readonly needsReplay?: boolean;
}

/** Reads `dumpe2fs -h DEVICE`; undefined if it lacks a number. */
export function parseDumpe2fs(text: string): UsedSpace | undefined {
  const found = space(text, {
    total: /^Block count:\s+(\d+)$/m,
    free: /^Free blocks:\s+(\d+)$/m,
    block: /^Block size:\s+(\d+)$/m,
  });
  const features = /^Filesystem features:(.*)$/m.exec(text)?.[1];
  return found === undefined || features === undefined
    ? found
    : { ...found, needsReplay: features.split(/\s+/).includes('needs_recovery') };
}

/** Reads `xfs_db -r -c "sb 0" -c "print dblocks fdblocks blocksize" DEVICE`; undefined if it lacks a number. */
export function parseXfsDb(text: string): UsedSpace | undefined {
  return space(text, {
    total: /^dblocks = (\d+)$/m,
    free: /^fdblocks = (\d+)$/m,
    block: /^blocksize = (\d+)$/m,
  });
}

/** Reads `btrfs inspect-internal dump-super DEVICE`; undefined if it lacks a number. */
export function parseDumpSuper(text: string): UsedSpace | undefined {
  const used = /^bytes_used\s+(\d+)$/m.exec(text)?.[1];
  const block = /^sectorsize\s+(\d+)$/m.exec(text)?.[1];
  return used === undefined || block === undefined
    ? undefined
    : { usedBytes: Number(used), blockBytes: Number(block) };
}

function space(
  text: string,
  words: Readonly<Record<'total' | 'free' | 'block', RegExp>>,
): UsedSpace | undefined {
  const [total, free, block] = [words.total, words.free, words.block].map((each) => each.exec(text)?.[1]);
  if (total === undefined || free === undefined || block === undefined) return undefined;
  return { usedBytes: (Number(total) - Number(free)) * Number(block), blockBytes: Number(block) };
}
