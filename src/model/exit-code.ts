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
  'not-whole': exitCodes.otherProgram,
  'not-confirmed': exitCodes.notConfirmed,
  'not-as-promised': exitCodes.notAsPromised,
  'left-down': exitCodes.notAsPromised,
  locked: exitCodes.locked,
};

/** The codes that say that nothing was changed. */
const untouched: readonly ExitCode[] = [
  ...[exitCodes.usage, exitCodes.notFound, exitCodes.notPermitted, exitCodes.cleanupNeeded],
  ...[exitCodes.refused, exitCodes.notConfirmed, exitCodes.locked],
];

/** Whether the problem, when it occurs before the first step, means that nothing was changed. */
export function saysUntouched(problem: Problem): boolean {
  return !('cause' in problem) && untouched.includes(exitCodeOf(problem));
}

/**
 * The exit code of a call that fails with this problem. A problem with a cause (put back, not up, stopped, half-done)
 * takes the code of the cause, unless that code says that nothing was changed.
 */
export function exitCodeOf(problem: Problem): ExitCode {
  if ('cause' in problem)
    return saysUntouched(problem.cause) ? exitCodes.otherProgram : exitCodeOf(problem.cause);
  if (problem.kind !== 'interrupted') return codesOfProblems[problem.kind];
  return problem.signal === 'SIGTERM' ? exitCodes.terminated : exitCodes.interrupted;
}

/**
 * A call for several volumes exits with the first of these codes that occurred. A usage error (2) ends a call before it
 * comes to several volumes, but stands here so that a call for one volume keeps it.
 */
export const precedence: readonly ExitCode[] = [1, 9, 11, 8, 7, 6, 5, 12, 10, 4, 3, 2, 0];

/** The exit code of a call that did the same to several volumes. An interruption ends the whole call, so it wins. */
export function combineExitCodes(codes: readonly ExitCode[]): ExitCode {
  const interruption = codes.find((code) => code > 100);
  return interruption ?? precedence.find((code) => codes.includes(code)) ?? exitCodes.ok;
}
