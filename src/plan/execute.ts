import type { Host } from '../host/host.ts';
import { formatCommand, succeeded, type Command, type CommandResult } from '../model/command.ts';
import type { Expectation, Plan, Step } from '../model/plan.ts';
import { Failure, type Problem } from '../model/problem.ts';
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
      const isOnItsWay = error.problem.kind === 'interrupted' || error.problem.kind === 'not-by-the-deadline';
      if (isOnItsWay && isLast) throw error;
      throw await settleFailure(host, plan, { done, failed: step, cause: error.problem });
    }
  }
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

async function act(host: Host, plan: Plan, { action }: Step, options: FollowOptions): Promise<void> {
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
    throw new Failure(options.whenStopped(`${plan.operation} goes on by itself`));
  }
  throw new Failure({ ...toolFailure(result), kernelSaid: await readKernelComplaints(host, result) });
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
    if (typeof shortfall !== 'string') throw new Failure(shortfall);
    const promised = describeExpectation(expectation);
    if (moment === 'after') throw new Failure({ kind: 'not-as-promised', name, promised, found: shortfall });
    throw new Failure({ kind: 'refused', name, reason: `${promised} must be so first, but ${shortfall}` });
  }
}

interface Breakdown {
  readonly done: readonly Step[];
  readonly failed: Step;
  readonly cause: Problem;
}

/** Puts back what the steps changed; where that is impossible, says what is left and how to finish. */
async function settleFailure(host: Host, plan: Plan, { done, failed, cause }: Breakdown): Promise<Failure> {
  if (isCommitted(done) || (failed.pointOfNoReturn === true && cause.kind === 'not-as-promised')) {
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
  // A command that failed outright has changed nothing; one that went through without its effect may have.
  const acted = cause.kind === 'not-as-promised' ? [...done, failed] : done;
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

/** Undoing a step that failed outright finds nothing to undo. */
function isAlreadyUndone(result: CommandResult): boolean {
  return /No such device|Device does not exist/.test(result.stderr);
}
