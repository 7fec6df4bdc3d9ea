import { formatCommand, succeeded, type CommandResult } from '../model/command.ts';
import type { NotUnderstoodProblem, Odd } from '../model/odd.ts';
import { Failure, type Problem, type ToolFailedProblem } from '../model/problem.ts';
import type { Missing } from '../model/volume.ts';

/** A failed command as a problem, with the end of its output. */
export function toolFailure(result: CommandResult): ToolFailedProblem {
  const said = (result.stderr.trim() === '' ? result.stdout : result.stderr).trim();
  return {
    kind: 'tool-failed',
    command: formatCommand(result.command),
    how: describeCommandOutcome(result),
    ...(result.outcome.kind === 'not-installed' ? { notInstalled: result.command.file } : {}),
    said: said.slice(-600),
  };
}

/** The command's stdout. @throws Failure unless it exited 0. */
export function outputOf(result: CommandResult): string {
  if (!succeeded(result)) throw new Failure(toolFailure(result));
  return result.stdout;
}

/** Output that is not understood, in words for the list of what is not seen. */
export function describeNotUnderstood({ tool, line, reason }: NotUnderstoodProblem): string {
  return `${tool} is not understood (${reason}): ${JSON.stringify(line)}`;
}

/** Why a question that failed was not answered, in words for the same list. */
export function sayWhyUntold(problem: Problem): string {
  if (problem.kind === 'not-understood') return describeNotUnderstood(problem);
  if (problem.kind !== 'tool-failed') return problem.kind;
  const { command, how, said } = problem;
  return [command, how, said].filter((part) => part !== '').join(': ');
}

/** What could not be seen because an answer was not understood. */
export function missingOf(odd: readonly Odd[], own: Pick<Missing, 'source' | 'volume' | 'path'>): Missing[] {
  return odd.map(({ what, problem, isHarmless, hides }) => {
    const told = { ...own, what, why: describeNotUnderstood(problem) };
    if (isHarmless === true) return { ...told, volume: null };
    return { ...told, failed: true, ...(hides === undefined ? {} : { hides }) };
  });
}

/** How a command ended, in words. */
export function describeCommandOutcome(result: Pick<CommandResult, 'command' | 'outcome'>): string {
  const limit = `${String(result.command.timeLimitMs / 1000)} s`;
  const { outcome } = result;
  switch (outcome.kind) {
    case 'exited':
      return `exit code ${String(outcome.code)}`;
    case 'signalled':
      return `ended by ${outcome.signal}`;
    case 'not-installed':
      return 'not installed';
    case 'not-executable':
      return 'not permitted to run it';
    case 'not-started':
      return `could not be started (${outcome.reason})`;
    case 'timed-out':
      return outcome.ended
        ? `killed at its time limit of ${limit}`
        : `no answer within ${limit}, and SIGKILL does not end it (pid ${String(outcome.pid)} is stuck in the kernel)`;
    case 'left-running':
      return `still running (pid ${String(outcome.pid)})`;
    case 'printed-too-much':
      return 'printed more than vdoctl reads';
    case 'aborted':
      return outcome.stuckPid === undefined
        ? 'interrupted'
        : `interrupted, and SIGKILL does not end it (pid ${String(outcome.stuckPid)} is stuck in the kernel)`;
  }
}
