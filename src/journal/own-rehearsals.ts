import { changesFile, dmNameOfChanges, stateDirectory, udevRule, udevRulePath } from '../model/rehearsal.ts';
import type { Action } from '../model/plan.ts';

/** What a plan that rehearses gives its programs, and which files it writes. As in `own-copies.ts`. */
export const rehearsalRules: Readonly<
  Partial<Record<string, (args: readonly string[]) => string | undefined>>
> = {
  losetup: (args) => (isLosetup(args) ? undefined : args.join(' ')),
  truncate: ([flag, size = '', path, ...rest]) =>
    flag === '-s' && /^\d+$/.test(size) && rest.length === 0
      ? findOtherFile(path)
      : [flag, size, path].join(' '),
  rm: ([flag, path, ...rest]) => (flag === '-f' && rest.length === 0 ? findOtherFile(path) : String(path)),
};

function isLosetup(args: readonly string[]): boolean {
  const [first = '', second = '', ...rest] = args;
  const isLoop = (path: string): boolean => /^\/dev\/loop\d+$/.test(path);
  if (rest.length > 0) return false;
  return first === '-d' ? isLoop(second) : isLoop(first) && findOtherFile(second) === undefined;
}

function findOtherFile(path = ''): string | undefined {
  const dmName = dmNameOfChanges(path.slice(stateDirectory.length + 1));
  return dmName !== undefined && path === changesFile(dmName) && !dmName.includes('/') ? undefined : path;
}

/** Whether the file is the udev rule of a rehearsal, with nothing else in it: a rule can run programs. */
export function isOwnRule(action: Extract<Action, { kind: 'remove-file' | 'replace-file' }>): boolean {
  const { path, lock } = action;
  const dmName = /\/09-vdoctl-rehearsal-([^/]+)\.rules$/.exec(path)?.[1];
  if (dmName === undefined || path !== udevRulePath(dmName) || lock !== undefined) return false;
  return action.kind === 'remove-file' || action.becomes === udevRule;
}
