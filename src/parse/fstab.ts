import type { Told } from '../model/odd.ts';
import { notUnderstood } from '../model/problem.ts';
import { unescapeOctal } from './mountinfo.ts';
import { Oddities } from './text.ts';

const tool = '/etc/fstab';

/** A line of `/etc/fstab` (fstab(5)). */
export interface FstabLine {
  /** A path, or a tag such as `UUID=…`. */
  readonly source: string;
  /** The mount point; `none` or `swap` for swap. */
  readonly path: string;
  readonly type: string;
  readonly options: readonly string[];
}

/** Every line of `/etc/fstab`, in its order. A line without its first three fields is odd; mount(8) skips it too. */
export function parseFstab(text: string): Told<FstabLine> {
  const oddities = new Oddities();
  const rows = text.split('\n').flatMap((line) => {
    const words = line.trim().split(/[ \t]+/);
    if (line.trim() === '' || line.trimStart().startsWith('#')) return [];
    return oddities.attempt('a line of /etc/fstab', () => parseLine(line, words)) ?? [];
  });
  return { rows, odd: oddities.found };
}

function parseLine(line: string, words: readonly string[]): FstabLine {
  const [source, path, type, options = 'defaults'] = words.map(unescapeOctal);
  if (source === undefined || path === undefined || type === undefined)
    notUnderstood(tool, line, 'it has fewer than three fields');
  return { source, path, type, options: options.split(',') };
}
