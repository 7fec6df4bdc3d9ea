import type { Mount } from '../model/kernel.ts';
import { notUnderstood } from '../model/problem.ts';
import { splitLines, toWord } from './text.ts';

const tool = 'mountinfo';
const deviceNumber = /^(?:0|[1-9][0-9]*):(?:0|[1-9][0-9]*)$/;
const fieldsBeforeTags = 6;

/**
 * Every mount in `/proc/PID/mountinfo` (proc(5)), in its order.
 *
 * A mount counts as read-only when either it or its file system is.
 *
 * @throws Failure `not-understood` at a line that is not of the form that proc(5) gives.
 */
export function parseMountinfo(text: string): Mount[] {
  return splitLines(tool, text).map(parseMount);
}

function parseMount(line: string): Mount {
  const words = line.split(' ');
  const separator = words.indexOf('-', fieldsBeforeTags);
  if (separator === -1) notUnderstood(tool, line, 'the separator "-" is missing');
  const [id = '', parent = '', device = '', root = '', path = '', options = ''] = words;
  const [type = '', source = '', superOptions = ''] = words.slice(separator + 1);
  if (words.length < separator + 4) notUnderstood(tool, line, 'three fields must follow "-"');
  if (!/^[0-9]+$/.test(id) || !/^[0-9]+$/.test(parent)) notUnderstood(tool, line, 'a mount ID is no number');
  if (!deviceNumber.test(device)) notUnderstood(tool, line, 'the device number is not MAJOR:MINOR');
  if (root === '' || !path.startsWith('/')) notUnderstood(tool, line, 'the mount point is not a path');
  if (type === '') notUnderstood(tool, line, 'the file system has no type');
  return {
    deviceNumber: device,
    path: unescapeOctal(path),
    type: unescapeOctal(type),
    source: unescapeOctal(source),
    ...(root === '/' ? {} : { subtree: unescapeOctal(root) }),
    isReadOnly: [options, superOptions].map((each) => hasReadOnly(line, each)).includes(true),
    ...(superOptions.split(',').some((each) => /^discard(?:=|$)/.test(each)) ? { discards: true } : {}),
  };
}

/** Options always begin with `ro` or `rw`; the rest is the file system's own. */
function hasReadOnly(line: string, options: string): boolean {
  const [first = ''] = options.split(',');
  return toWord({ tool, line }, 'the first option', first, ['ro', 'rw']) === 'ro';
}

/** The kernel writes blanks, `#` and `\` in a field as three octal digits; everything else stands as it is. */
export function unescapeOctal(field: string): string {
  return field.replace(/\\([0-7]{3})/g, (_, digits: string) =>
    String.fromCharCode(Number.parseInt(digits, 8)),
  );
}

/** The options of a mount: those of the mount itself, and those of its filesystem. */
export interface MountOptions {
  readonly ofMount: readonly string[];
  readonly ofFilesystem: readonly string[];
}

/** The options of every mount in `/proc/PID/mountinfo`, by mount point; of several at one, the last, which is seen. */
export function parseMountOptions(text: string): Map<string, MountOptions> {
  return new Map(
    splitLines(tool, text).map((line) => {
      const words = line.split(' ');
      const separator = words.indexOf('-', fieldsBeforeTags);
      const list = (field = ''): readonly string[] => unescapeOctal(field).split(',');
      const [, , , , path = '', ofMount] = words;
      return [
        unescapeOctal(path),
        { ofMount: list(ofMount), ofFilesystem: list(words[separator + 3]) },
      ] as const;
    }),
  );
}
