import type { Files } from '../host/host.ts';
import { formatCommand, type Command } from '../model/command.ts';
import type { JournaledOperation } from '../model/operation.ts';
import type { Step } from '../model/plan.ts';
import { Failure } from '../model/problem.ts';
import { listCommands, type RunningCommand } from '../stacks/processes.ts';
import { describeStop, untilDeadline, type Session } from './session.ts';

const pollMs = 200;

/**
 * Waits for the command that was running when the operation was cut off. The command is a process of its own, and goes
 * on even if the vdoctl that ran it was killed; settling the operation meanwhile would race with it.
 */
export async function waitForLeftRunning(session: Session, operation: JournaledOperation): Promise<void> {
  const step = findLastStep(operation);
  if (step?.action.kind !== 'run' || session.dryRun !== undefined) return;
  const { command } = step.action;
  const { host, report } = session;
  const { volume } = operation.begun.plan;
  const first = findProcess(host.files, command);
  if (first === undefined) return;
  const line = formatCommand(command);
  const orKill = step.ifStopped === 'killed' ? `; you may end it: kill ${first}` : '';
  const message = `waiting for ${line} (pid ${first}), which is still running${orKill}`;
  report({ kind: 'notice', volume, message });
  await untilDeadline(session, async (signal) => {
    while (findProcess(host.files, command) !== undefined) {
      if (signal.aborted)
        throw new Failure(describeStop(session, volume, `the end of ${line}`, 'nothing was changed'));
      await host.clock.sleep(pollMs, signal);
    }
  });
}

/** The step that began last, forward or as an undo. */
function findLastStep({ begun, steps }: JournaledOperation): Step | undefined {
  const last = steps.filter(({ state }) => state === 'begun').at(-1);
  const step = last === undefined ? undefined : begun.plan.steps[last.index];
  return last?.way === 'undo' ? step?.undo?.find(({ title }) => title === last.title) : step;
}

/** The pid of a root process with exactly this program and arguments. */
function findProcess(files: Files, { file, args }: Command): string | undefined {
  const isIt = (each: Pick<RunningCommand, 'program' | 'args'>): boolean =>
    each.program === file && each.args.join('\0') === args.join('\0');
  return listCommands(files, isIt)[0]?.pid;
}
