import type { Host, RunOptions } from '../host/host.ts';
import type { OperationJournal } from '../journal/write.ts';
import type { DeviceAccount } from '../model/account-schema.ts';
import {
  formatCommand,
  succeeded,
  type CommandOutcome,
  type CommandResult,
  type PlannedCommand,
} from '../model/command.ts';
import type { CopyProgress } from '../model/copy-progress.ts';
import type { Plan, Step } from '../model/plan.ts';
import type { Problem } from '../model/problem.ts';
import { readKernelComplaints } from '../stacks/kernel-log.ts';
import { describeLockWait } from '../stacks/manager/lock.ts';
import { explainFailure } from '../stacks/manager/explain-failure.ts';
import { listManagerCommands } from '../stacks/manager/workers.ts';
import { describeCommandOutcome } from '../stacks/tool-result.ts';
import { ActionFailure, type Fate } from './step-fate.ts';
import { StepWatch } from './step-watch.ts';

/** What taking a step needs besides the step itself. */
export interface Taking {
  readonly host: Host;
  readonly plan: Pick<Plan, 'volume' | 'operation'>;
  readonly journal: OperationJournal;
  /** Stops the action, in the way that the step allows. */
  readonly signal?: AbortSignal | undefined;
  /** Makes the problem to throw on a stop; `state` says what becomes of the work. */
  readonly whenStopped: (state: string) => Problem;
  /** Called with a sentence on what the step waits for. */
  readonly notify: (message: string) => void;
  /** Called with the progress of a step that takes long. */
  readonly tellProgress: (progress: CopyProgress) => void;
  /** Called with what a step's command printed, and how it ended, before anybody judges that. */
  readonly onResult?: ((step: Step, result: CommandResult) => void) | undefined;
  /** Whether programs of the user's may be run: only the call that was given them does. */
  readonly handsOver?: true | undefined;
  /** Called with what a rehearsal shows of one device. */
  readonly onAccount?: ((account: DeviceAccount) => void) | undefined;
}

/** Runs the command of a step, again if it fails and the step says so. @throws ActionFailure if it did not succeed. */
export async function runStepCommand(taking: Taking, step: Step, command: PlannedCommand): Promise<void> {
  const { host, plan, signal } = taking;
  if (command.file === 'vdo') tellLockWait(taking);
  const { progress } = step;
  const watch = progress === undefined ? undefined : new StepWatch(host.clock, progress, taking.tellProgress);
  const result = await runPatiently(taking, step, command, watch);
  taking.onResult?.(step, result);
  if (isEnough(step, result) || step.mayFail === true) return;
  const fate = fateOf(step, result);
  if (result.outcome.kind === 'left-running' && signal?.aborted === true) {
    throw new ActionFailure(taking.whenStopped(`${plan.operation} goes on by itself`), 'still-runs');
  }
  if (result.outcome.kind === 'aborted') {
    const problem = taking.whenStopped(`"${step.title}" was stopped partway`);
    throw new ActionFailure(problem, fate, watch?.reached);
  }
  const problem = explainFailure(result, plan.volume);
  // A known message means a refusal, so nothing has changed.
  if (problem.kind !== 'tool-failed') throw new ActionFailure(problem, 'has-not-acted');
  const kernelSaid = await readKernelComplaints(host, result);
  throw new ActionFailure({ ...problem, kernelSaid }, fate, watch?.reached);
}

/** Runs the command until it succeeds, its retries are used up, or somebody stops the plan; journals each run. */
async function runPatiently(
  taking: Taking,
  step: Step,
  command: PlannedCommand,
  watch: StepWatch | undefined,
): Promise<CommandResult> {
  const { host, journal, signal, notify } = taking;
  const { times, everyMs } = step.retries ?? { times: 0, everyMs: 0 };
  for (let tries = 1; ; tries += 1) {
    const result = await host.run(command, optionsOf(taking, step, watch));
    journal.command(result, describeCommandOutcome(result));
    const isOver = isEnough(step, result) || result.outcome.kind !== 'exited' || tries > times;
    if (isOver || signal?.aborted === true) return result;
    const said = result.stderr.trim().split('\n').at(-1) ?? '';
    const how = said === '' ? describeCommandOutcome(result) : said;
    const next = `again in ${String(Math.round(everyMs / 1000))} s`;
    notify(`try ${String(tries)} of ${String(times + 1)} of ${formatCommand(command)}: ${how}; ${next}`);
    await host.clock.sleep(everyMs, signal);
  }
}

function isEnough({ goesOnAfter = [] }: Step, result: CommandResult): boolean {
  const { outcome } = result;
  return succeeded(result) || (outcome.kind === 'exited' && goesOnAfter.includes(outcome.code));
}

function optionsOf({ signal }: Taking, { ifStopped }: Step, watch: StepWatch | undefined): RunOptions {
  const isStoppable = ifStopped === 'left-running' || ifStopped === 'killed';
  return {
    ...(isStoppable ? { ifStopped, ...(signal === undefined ? {} : { signal }) } : {}),
    ...(watch === undefined ? {} : { onLine: watch.onLine }),
  };
}

/** A `vdo` that vdoctl starts waits silently for any other one. */
function tellLockWait({ host, notify }: Taking): void {
  if (listManagerCommands(host.files).length > 0) notify(describeLockWait(host.files));
}

const neverRan: readonly CommandOutcome['kind'][] = ['not-installed', 'not-executable', 'not-started'];

/** A command that failed outright has changed nothing; one that was killed may have. */
function fateOf({ mayFailInPart, ifStopped }: Step, { outcome }: CommandResult): Fate {
  if (neverRan.includes(outcome.kind)) return 'has-not-acted';
  if (outcome.kind === 'left-running') return 'still-runs';
  if (outcome.kind === 'aborted') return outcome.stuckPid === undefined ? 'was-stopped' : 'still-runs';
  if (outcome.kind === 'timed-out') {
    if (!outcome.ended) return 'still-runs';
    return ifStopped === 'killed' ? 'was-stopped' : 'may-have-acted';
  }
  return outcome.kind === 'signalled' || mayFailInPart === true ? 'may-have-acted' : 'has-not-acted';
}
