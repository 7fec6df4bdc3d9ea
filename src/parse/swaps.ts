import { notUnderstood } from '../model/problem.ts';
import { unescapeOctal } from './mountinfo.ts';
import { splitLines } from './text.ts';

const tool = 'swaps';

/**
 * Paths of the block devices that `/proc/swaps` (proc_swaps(5)) lists, in its order. Files are left out, and so is the
 * line that a container sees instead (lxcfs: `none virtual …`).
 *
 * @throws Failure `not-understood` at a line that is not of that form.
 */
export function parseSwaps(text: string): string[] {
  const [head, ...lines] = splitLines(tool, text);
  if (head === undefined) return [];
  if (!head.startsWith('Filename')) notUnderstood(tool, head, 'the line with the titles is missing');
  return lines.flatMap((line) => {
    const [, path, type] = /^([^ \t]+)[ \t]+(\w+)[ \t]+\d+[ \t]+\d+[ \t]+-?\d+$/.exec(line) ?? [];
    if (path === undefined) notUnderstood(tool, line, 'not of the form PATH TYPE SIZE USED PRIORITY');
    return type === 'partition' ? [unescapeOctal(path)] : [];
  });
}
