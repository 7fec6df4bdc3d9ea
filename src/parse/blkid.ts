import { notUnderstood } from '../model/problem.ts';

/**
 * Reads `blkid --probe --output export DEVICE`, in its order. blkid escapes what a shell would take for something else.
 *
 * @throws Failure `not-understood` at a line that is not of the form KEY=VALUE
 */
export function parseBlkid(text: string): [key: string, value: string][] {
  return text
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line): [string, string] => {
      const match = /^([A-Z0-9_]+)=(.*)$/.exec(line);
      return match === null
        ? notUnderstood('blkid', line, 'not of the form KEY=VALUE')
        : [match[1] ?? '', (match[2] ?? '').replaceAll(/\\(.)/g, '$1')];
    });
}
