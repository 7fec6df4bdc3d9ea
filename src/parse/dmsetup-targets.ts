import { notUnderstood } from '../model/problem.ts';
import { splitLines, toCount } from './text.ts';

const tool = 'dmsetup targets';

/** `MAJOR.MINOR.PATCH` of a target, which its module chooses. */
export interface TargetVersion {
  readonly major: number;
  readonly minor: number;
  readonly patch: number;
}

/**
 * The targets that the kernel has right now, by name: those that are built in, and those whose module is loaded. What
 * `dmsetup targets` prints, `vdo              v9.1.0`, in its order.
 *
 * @throws Failure `not-understood` at a line of another form.
 */
export function parseTargets(text: string): Map<string, TargetVersion> {
  return new Map(splitLines(tool, text).map(parseTarget));
}

function parseTarget(line: string): [string, TargetVersion] {
  const found = /^(\S+) +v(\d+)\.(\d+)\.(\d+)$/.exec(line);
  if (found === null) return notUnderstood(tool, line, 'not of the form NAME vMAJOR.MINOR.PATCH');
  const [, name = '', ...numbers] = found;
  const [major = 0, minor = 0, patch = 0] = numbers.map((number) =>
    toCount({ tool, line }, 'a part of the version', number),
  );
  return [name, { major, minor, patch }];
}
