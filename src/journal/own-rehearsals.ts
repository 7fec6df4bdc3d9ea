import { changesFile, replayFile, udevRule, udevRulePath } from '../model/rehearsal.ts';
import type { Action } from '../model/plan.ts';

type Test = (args: readonly string[]) => boolean;

const unless =
  (isOwn: Test) =>
  (args: readonly string[]): string | undefined =>
    isOwn(args) ? undefined : args.join(' ');

/** What a plan that rehearses gives its programs, and which files it writes. As in `own-copies.ts`. */
export const rehearsalRules: Readonly<
  Partial<Record<string, (args: readonly string[]) => string | undefined>>
> = {
  losetup: unless(
    ([first, second, ...rest]) =>
      rest.length === 0 && (first === '-d' ? isLoop(second) : isLoop(first) && isChangesFile(second)),
  ),
  truncate: unless(
    ([flag, size = '', path, ...rest]) =>
      rest.length === 0 && flag === '-s' && /^\d+$/.test(size) && isChangesFile(path),
  ),
  rm: unless(([flag, path, ...rest]) => rest.length === 0 && flag === '-f' && isChangesFile(path)),
};

function isLoop(path = ''): boolean {
  return /^\/dev\/loop\d+$/.test(path);
}

function isChangesFile(path = ''): boolean {
  const dmName = /\/(?:rehearsal|reclaim)-([^/]+)\.changes$/.exec(path)?.[1];
  return dmName !== undefined && [changesFile(dmName), replayFile(dmName)].includes(path);
}

/** Whether the file is the udev rule of a rehearsal, with nothing else in it: a rule can run programs. */
export function isOwnRule(action: Extract<Action, { kind: 'remove-file' | 'replace-file' }>): boolean {
  const { path, lock } = action;
  const dmName = /\/09-vdoctl-rehearsal-([^/]+)\.rules$/.exec(path)?.[1];
  if (dmName === undefined || path !== udevRulePath(dmName) || lock !== undefined) return false;
  return action.kind === 'remove-file' || action.becomes === udevRule;
}
