import { notUnderstood } from '../model/problem.ts';
import { unescapeOctal } from './mountinfo.ts';
import { splitLines } from './text.ts';

const tool = 'swaps';

/**
 * Paths of what `/proc/swaps` (proc_swaps(5)) lists, devices and files, in its order. Throws Failure `not-understood` at
 * a line that is not of that form.
 */
export function parseSwaps(text: string): string[] {
  const [head, ...lines] = splitLines(tool, text);
  if (head === undefined) return [];
  if (!head.startsWith('Filename')) notUnderstood(tool, head, 'the line with the titles is missing');
  return lines.map((line) => {
    const [, path] = /^(\S+)\s+(?:partition|file)\s+\d+\s+\d+\s+-?\d+$/.exec(line) ?? [];
    return path === undefined
      ? notUnderstood(tool, line, 'not of the form PATH TYPE SIZE USED PRIORITY')
      : unescapeOctal(path);
  });
}
