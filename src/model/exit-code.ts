import type { Problem } from './problem.ts';

/** The exit codes that scripts rely on. Their meaning never changes once released. */
export const exitCodes = {
  ok: 0,
  defect: 1,
  usage: 2,
  notFound: 3,
  notPermitted: 4,
  onItsWay: 5,
  readOnly: 6,
  cleanupNeeded: 7,
  refused: 8,
  otherProgram: 9,
  notConfirmed: 10,
  notAsPromised: 11,
  locked: 12,
  interrupted: 130,
  terminated: 143,
} as const;

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

const codesOfProblems: Readonly<
  Record<Exclude<Problem['kind'], 'interrupted' | 'half-done' | 'put-back' | 'not-up' | 'stopped'>, ExitCode>
> = {
  usage: exitCodes.usage,
  'no-such-volume': exitCodes.notFound,
  'no-such-device': exitCodes.notFound,
  'not-root': exitCodes.notPermitted,
  'not-by-the-deadline': exitCodes.onItsWay,
  'read-only': exitCodes.readOnly,
  'in-use': exitCodes.refused,
  refused: exitCodes.refused,
  'first-block-wiped': exitCodes.refused,
  'cut-off': exitCodes.cleanupNeeded,
  'tool-failed': exitCodes.otherProgram,
  'not-seen': exitCodes.otherProgram,
  'not-understood': exitCodes.otherProgram,
  'not-written': exitCodes.otherProgram,
  'not-confirmed': exitCodes.notConfirmed,
  'not-as-promised': exitCodes.notAsPromised,
  'left-down': exitCodes.notAsPromised,
  locked: exitCodes.locked,
};

/** These say that nothing was changed. */
const untouched: readonly ExitCode[] = [
  ...[exitCodes.usage, exitCodes.notFound, exitCodes.notPermitted, exitCodes.cleanupNeeded],
  ...[exitCodes.refused, exitCodes.notConfirmed, exitCodes.locked],
];

/** Whether nothing was changed if it occurs before the first step. */
export function saysUntouched(problem: Problem): boolean {
  return !('cause' in problem) && untouched.includes(exitCodeOf(problem));
}

/**
 * What a call exits with that fails for this. What was put back, did not come up, or is half-done, has the code of its cause, unless
 * that one says that nothing was changed.
 */
export function exitCodeOf(problem: Problem): ExitCode {
  if ('cause' in problem)
    return saysUntouched(problem.cause) ? exitCodes.otherProgram : exitCodeOf(problem.cause);
  if (problem.kind !== 'interrupted') return codesOfProblems[problem.kind];
  return problem.signal === 'SIGTERM' ? exitCodes.terminated : exitCodes.interrupted;
}

/**
 * Of several volumes' codes the first in this order that occurred is the call's. Words that are off (2) end a call
 * before it comes to several volumes; a call for one must not lose them.
 */
export const precedence: readonly ExitCode[] = [1, 9, 11, 8, 7, 6, 5, 12, 10, 4, 3, 2, 0];

/** The exit code of a call that did the same to several volumes. An interruption ends them all and wins. */
export function combineExitCodes(codes: readonly ExitCode[]): ExitCode {
  const interruption = codes.find((code) => code > 100);
  return interruption ?? precedence.find((code) => codes.includes(code)) ?? exitCodes.ok;
}
