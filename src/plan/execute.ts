import type { Host } from '../host/host.ts';
import { formatCommand, succeeded, type Command, type CommandResult } from '../model/command.ts';
import type { Expectation, Plan, Step } from '../model/plan.ts';
import { Failure, type Problem, type ToolFailedProblem } from '../model/problem.ts';
import { pathOf, writeMemory } from '../stacks/dm/memory.ts';
import { readKernelComplaints } from '../stacks/kernel-log.ts';
import { toolFailure } from '../stacks/result.ts';
import { describeExpectation, findShortfall } from './expect.ts';

/** Where a plan stands: told before and after each step. */
export interface StepEvent {
  readonly kind: 'step';
  readonly volume: string;
  readonly index: number;
  readonly total: number;
  readonly title: string;
  /** The exact command or action. */
  readonly does: string;
  readonly state: 'running' | 'done' | 'failed';
  readonly durationMs: number;
}

export interface ExecuteOptions {
  readonly report: (event: StepEvent) => void;
  /**
   * Stops the plan. Between steps the work is undone or finished; within a step it waits for the step's end, unless
   * it is the last one and goes on by itself (a start).
   */
  readonly signal?: AbortSignal;
  /** What to throw when the signal stops it, given what becomes of the work. */
  readonly whenStopped: (state: string) => Problem;
}

/** Follows a plan step by step; throws a {@link Failure} that says what became of the steps done. */
export async function execute(host: Host, plan: Plan, options: ExecuteOptions): Promise<void> {
  const done: Step[] = [];
  for (const [index, step] of plan.steps.entries()) {
    const isLast = index === plan.steps.length - 1;
    try {
      if (options.signal?.aborted === true && !isCommitted(done))
        throw new Failure(options.whenStopped('what was begun was put back'));
      await followStep(host, plan, step, index, isLast ? options : { ...options, signal: undefined });
      done.push(step);
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      const fate = error instanceof ActionFailure ? error.fate : 'has-not-acted';
      const cause = error.problem;
      if (fate !== 'still-runs') throw await settleFailure(host, plan, { done, failed: step, fate, cause });
      throw cause.kind === 'tool-failed' ? leaveRunning(plan, done.length, cause) : error;
    }
  }
}

/** What became of a step's action although the step failed. */
type Fate = 'has-not-acted' | 'may-have-acted' | 'still-runs';

class ActionFailure extends Failure {
  readonly fate: Fate;

  constructor(problem: Problem, fate: Fate) {
    super(problem);
    this.fate = fate;
  }
}

/** Undoing beneath a command that still runs would race with it. */
function leaveRunning(plan: Plan, index: number, cause: ToolFailedProblem): Failure {
  const left = [`${cause.command}: ${cause.how}; wait for its end`];
  const finish = plan.steps.slice(index + 1).map(describeAction);
  return new Failure({ kind: 'half-done', name: plan.volume, cause, left, finish });
}

/** What a step does, as a person would do it. */
export function describeAction(step: Step): string {
  return step.action.kind === 'run'
    ? formatCommand(step.action.command)
    : `write ${pathOf(step.action.remembered.name)}`;
}

function isCommitted(done: readonly Step[]): boolean {
  return done.some((step) => step.pointOfNoReturn === true);
}

type FollowOptions = Omit<ExecuteOptions, 'signal'> & { readonly signal?: AbortSignal | undefined };

async function followStep(
  host: Host,
  plan: Plan,
  step: Step,
  index: number,
  options: FollowOptions,
): Promise<void> {
  const startedAt = host.clock.now();
  const tell = (state: StepEvent['state']): void => {
    const place = { volume: plan.volume, index, total: plan.steps.length };
    const durationMs = host.clock.now() - startedAt;
    options.report({
      kind: 'step',
      ...place,
      title: step.title,
      does: describeAction(step),
      state,
      durationMs,
    });
  };
  tell('running');
  try {
    await require(host, step.before, plan.volume, 'before');
    await act(host, plan, step, options);
    await require(host, step.after, plan.volume, 'after');
  } catch (error) {
    tell('failed');
    throw error;
  }
  tell('done');
}

async function act(host: Host, plan: Plan, step: Step, options: FollowOptions): Promise<void> {
  const { action } = step;
  if (action.kind === 'remember') {
    writeMemory(host, action.remembered);
    return;
  }
  const result = await host.run(
    action.command,
    options.signal === undefined ? {} : { signal: options.signal },
  );
  if (succeeded(result)) return;
  if (result.outcome.kind === 'left-running' && options.signal?.aborted === true) {
    throw new ActionFailure(options.whenStopped(`${plan.operation} goes on by itself`), 'still-runs');
  }
  const kernelSaid = await readKernelComplaints(host, result);
  throw new ActionFailure({ ...toolFailure(result), kernelSaid }, fateOf(step, result));
}

/** A command that failed outright has changed nothing; one that was killed may have. */
function fateOf({ mayFailInPart }: Step, { outcome }: CommandResult): Fate {
  if (outcome.kind === 'left-running') return 'still-runs';
  if (outcome.kind === 'timed-out') return outcome.ended ? 'may-have-acted' : 'still-runs';
  return outcome.kind === 'signalled' || mayFailInPart === true ? 'may-have-acted' : 'has-not-acted';
}

/** Throws unless all of it is so: before the action as a refusal, after it as a broken promise. */
async function require(
  host: Host,
  expectations: readonly Expectation[] | undefined,
  name: string,
  moment: 'before' | 'after',
): Promise<void> {
  for (const expectation of expectations ?? []) {
    const shortfall = await findShortfall(host, expectation, name);
    if (shortfall === undefined) continue;
    if (typeof shortfall !== 'string')
      throw new ActionFailure(shortfall, moment === 'after' ? 'may-have-acted' : 'has-not-acted');
    const promised = describeExpectation(expectation);
    if (moment === 'after')
      throw new ActionFailure(
        { kind: 'not-as-promised', name, promised, found: shortfall },
        'may-have-acted',
      );
    throw new Failure({ kind: 'refused', name, reason: `${promised} must be so first, but ${shortfall}` });
  }
}

interface Breakdown {
  readonly done: readonly Step[];
  readonly failed: Step;
  readonly fate: Fate;
  readonly cause: Problem;
}

/** Puts back what the steps changed; where that is impossible, says what is left and how to finish. */
async function settleFailure(
  host: Host,
  plan: Plan,
  { done, failed, fate, cause }: Breakdown,
): Promise<Failure> {
  if (isCommitted(done) || (failed.pointOfNoReturn === true && fate === 'may-have-acted')) {
    const rest = plan.steps.slice(done.length);
    const left = [`step "${failed.title}" and what follows it`];
    return new Failure({
      kind: 'half-done',
      name: plan.volume,
      cause,
      left,
      finish: rest.map(describeAction),
    });
  }
  const acted = fate === 'may-have-acted' ? [...done, failed] : done;
  const undo = acted.toReversed().flatMap((step) => step.undo ?? []);
  const failures: CommandResult[] = [];
  for (const command of undo) {
    const result = await host.run(command);
    if (!succeeded(result) && !isAlreadyUndone(result)) failures.push(result);
  }
  if (failures.length === 0) return new Failure(cause);
  const left = failures.map(
    (result) => `${formatCommand(result.command)} failed: ${toolFailure(result).said}`,
  );
  const finish = failures.map((result): Command => result.command).map(formatCommand);
  return new Failure({ kind: 'half-done', name: plan.volume, cause, left, finish });
}

/** Undoing a step that did not act finds nothing to remove, or what it would create still there. */
function isAlreadyUndone(result: CommandResult): boolean {
  return /No such device|Device does not exist|create ioctl on .* failed: Device or resource busy/.test(
    result.stderr,
  );
}
