import type { TargetVersion } from '../model/generation.ts';
import { notUnderstood } from '../model/problem.ts';
import { splitLines, toCount } from './text.ts';

const tool = 'dmsetup targets';

/**
 * The targets that the kernel has right now, by name: those built in, and those whose module is loaded. In the order of
 * `dmsetup targets`, which prints `vdo              v9.1.0`.
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

/** The target's version from that of its module, which has one number more (`6.2.8.7`); undefined where it is none. */
export function parseModuleVersion(text: string): TargetVersion | undefined {
  const [, major, minor, patch] = /^(\d+)\.(\d+)\.(\d+)/.exec(text.trim()) ?? [];
  if (major === undefined) return undefined;
  return { major: Number(major), minor: Number(minor), patch: Number(patch) };
}
