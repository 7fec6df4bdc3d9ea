import type { Host } from '../host/host.ts';
import type { OperationJournal } from '../journal/write.ts';
import type { CommandResult } from '../model/command.ts';
import type { StepEnd } from '../model/operation-ends.ts';
import { leavesNothingToSettle, type Ended } from '../model/operation.ts';
import type { CopyProgress, Reached } from '../model/copy-progress.ts';
import type { Plan, Step } from '../model/plan.ts';
import { saysUntouched } from '../model/exit-code.ts';
import { Failure, type HalfDoneProblem, type Problem } from '../model/problem.ts';
import { codeAndFacts } from '../model/problem-code.ts';
import { describeCause } from '../prose/problems.ts';
import {
  describeAction,
  describeStaying,
  holds,
  isDone,
  isWanted,
  mayHaveNoWayBack,
  takeStep,
} from './take-step.ts';
import type { Taking } from './run-step-command.ts';
import { isStart } from './plans.ts';
import { ActionFailure, type Fate } from './step-fate.ts';

/** Reports where a plan stands, before and after each step. */
export interface StepEvent {
  readonly kind: 'step';
  readonly volume: string;
  readonly index: number;
  readonly total: number;
  readonly title: string;
  /** The exact command or action. */
  readonly does: string;
  readonly state: 'running' | StepEnd;
  readonly durationMs: number;
}

export interface ExecuteOptions {
  readonly journal: OperationJournal;
  readonly report: (event: StepEvent) => void;
  /** Called with the progress of a step that takes long. */
  readonly tellProgress: (progress: CopyProgress) => void;
  /** Called with a sentence on what was put back after a failure, and with one on what stays. */
  readonly notify: (message: string) => void;
  /** Called with the result of each step's own command; those that put something back are left out. */
  readonly onResult?: ((index: number, step: Step, result: CommandResult) => void) | undefined;
  /** See {@link Taking.handsOver}. */
  readonly handsOver?: Taking['handsOver'];
  /** Called with what a rehearsal shows of one device. */
  readonly onAccount?: Taking['onAccount'];
  /**
   * Stops the plan. Between steps, the work is undone or finished; a running step decides itself what becomes of it.
   */
  readonly signal?: AbortSignal;
  /** Makes the problem to throw when the signal stops the plan; `state` says what becomes of the work. */
  readonly whenStopped: (state: string) => Problem;
}

/** Follows a plan step by step; throws a {@link Failure} that says what became of the steps done. */
export async function execute(host: Host, plan: Plan, options: ExecuteOptions): Promise<void> {
  const done: Step[] = [];
  for (const [index, step] of plan.steps.entries()) {
    try {
      if (options.signal?.aborted === true && !isCommitted(done))
        throw new Failure(options.whenStopped('the steps already taken were undone'));
      if (!(await isWanted(host, step, plan.volume))) continue;
      await followStep(host, plan, index, options);
      done.push(step);
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      const { fate, reached } = describeEnd(error);
      const cause = error.problem;
      if (fate === 'still-runs') {
        const isAllThatIsLeft = step.ifStopped === 'left-running' && index === plan.steps.length - 1;
        const outcome = isAllThatIsLeft ? 'goes-on' : 'half-done';
        options.journal.end(outcome, describeCause(cause), codeAndFacts(cause));
        throw isAllThatIsLeft && cause.kind !== 'tool-failed' ? error : leaveRunning(plan, index, cause);
      }
      throw await settleFailure(host, plan, options, { done, failed: index, fate, reached, cause });
    }
  }
  options.journal.end('done', null);
}

function describeEnd(error: unknown): Pick<Breakdown, 'fate' | 'reached'> {
  return error instanceof ActionFailure ? error : { fate: 'has-not-acted', reached: null };
}

/** How to report the end of a failed step. */
const endsOf: Readonly<Record<Fate, StepEnd>> = {
  'has-not-acted': 'failed',
  'may-have-acted': 'failed',
  'was-stopped': 'stopped',
  'still-runs': 'goes-on',
};

/** What taking a plan's steps needs, without the signal: the steps that put something back are not stopped. */
function takingOf(
  host: Host,
  plan: Plan,
  { journal, whenStopped, notify, tellProgress }: ExecuteOptions,
): Omit<Taking, 'signal'> {
  return { host, plan, journal, whenStopped, notify, tellProgress };
}

/** Undoing beneath a command that still runs would race with it. */
function leaveRunning(plan: Plan, index: number, cause: Problem): Failure {
  const how = cause.kind === 'tool-failed' ? cause.how : 'still running';
  const left = [`${describeAction(stepAt(plan, index))}: ${how}; wait for its end`];
  const finish = plan.steps.slice(index + 1).map(describeAction);
  return halfDone(plan, { cause, left, finish });
}

function halfDone(plan: Plan, how: Pick<HalfDoneProblem, 'cause' | 'left' | 'finish'>): Failure {
  const settledBy = leavesNothingToSettle(plan) ? 'recover' : 'cleanup';
  return new Failure({ kind: 'half-done', name: plan.volume, ...how, settledBy });
}

function isCommitted(done: readonly Step[]): boolean {
  return done.some((step) => step.pointOfNoReturn === true);
}

async function followStep(host: Host, plan: Plan, index: number, options: ExecuteOptions): Promise<void> {
  const { journal, signal } = options;
  const step = plan.steps[index];
  if (step === undefined) return;
  const startedAt = host.clock.elapsedMs();
  const tell = (state: StepEvent['state']): void => {
    const place = { volume: plan.volume, index, total: plan.steps.length };
    const durationMs = host.clock.elapsedMs() - startedAt;
    const does = describeAction(step);
    options.report({ kind: 'step', ...place, title: step.title, does, state, durationMs });
    journal.step({ way: 'forward', index, title: step.title, state: state === 'running' ? 'begun' : state });
  };
  tell('running');
  try {
    const onResult = (_step: Step, result: CommandResult): void => options.onResult?.(index, step, result);
    const { onAccount, handsOver } = options;
    await takeStep({ ...takingOf(host, plan, options), signal, onResult, onAccount, handsOver }, step);
  } catch (error) {
    tell(endsOf[describeEnd(error).fate]);
    throw error;
  }
  tell('done');
}

function stepAt({ steps }: Plan, place: number): Step {
  const step = steps[place];
  if (step === undefined) throw new Error(`the plan has no step ${String(place)}`);
  return step;
}

/** Whether a step changes the host. Waiting for udev, for example, does not. */
function changesSomething({ action }: Step): boolean {
  return action.kind !== 'run' || action.command.effect === 'changes';
}

interface Breakdown {
  readonly done: readonly Step[];
  /** The step's place in the plan, since two steps of a plan may be identical. */
  readonly failed: number;
  readonly fate: Fate;
  /** (stopped) How far the step had come. */
  readonly reached: Reached | null;
  readonly cause: Problem;
}

/** Puts back what the steps changed; where that is impossible, says what is left and how to finish. */
async function settleFailure(
  host: Host,
  plan: Plan,
  options: ExecuteOptions,
  { done, failed, fate, reached, cause }: Breakdown,
): Promise<Failure> {
  const end = (outcome: Ended['outcome'], why = cause): void => {
    options.journal.end(outcome, describeCause(why), codeAndFacts(why));
  };
  const step = stepAt(plan, failed);
  const hasActed = fate !== 'has-not-acted';
  const isCrossed = hasActed && (await mayHaveNoWayBack(host, step, plan.volume));
  if (isCommitted(done) && isStart(plan, step)) {
    end('not-up');
    return new Failure({ kind: 'not-up', name: plan.volume, operation: plan.operation, cause });
  }
  if (isCommitted(done) || isCrossed) {
    const rest = await listRest(host, plan, failed);
    const finish = rest.map(describeAction);
    const left = [`step "${step.title}" and what follows it`];
    end('half-done');
    return halfDone(plan, { cause, left, finish });
  }
  if (!(await holds(host, plan.undoOnlyIf ?? [], plan.volume))) {
    const left = [
      'what was done until then: it may have been used since, and undoing it would lose data then',
    ];
    const finish = plan.steps.slice(done.length).map(describeAction);
    end('half-done');
    return halfDone(plan, { cause, left, finish });
  }
  const acted = hasActed ? [...done, step] : done;
  const { undone, failures } = await undo(takingOf(host, plan, options), acted);
  const stays = describeStaying(acted, (_step, index) => index < done.length || fate === 'was-stopped');
  for (const message of describeUndoing(undone, stays)) options.notify(message);
  if (failures.length > 0) {
    end('half-done');
    return halfUndone(plan, cause, failures);
  }
  if (fate === 'was-stopped') {
    const problem: Problem = { kind: 'stopped', name: plan.volume, step: step.title, reached, cause, stays };
    end('stopped', problem);
    return new Failure(problem);
  }
  end('put-back');
  const isChanged = acted.some(changesSomething) && saysUntouched(cause);
  return new Failure(isChanged ? { kind: 'put-back', name: plan.volume, cause, stays } : cause);
}

/** What could not be undone is left for cleanup. */
function halfUndone(plan: Plan, cause: Problem, failures: readonly UndoFailure[]): Failure {
  const left = failures.map(
    ({ step, problem }) => `${describeAction(step)} failed: ${describeCause(problem)}`,
  );
  const finish = failures.map(({ step }) => describeAction(step));
  return halfDone(plan, { cause, left, finish });
}

/**
 * The steps that finish a plan after one failed. A torn step is finished in its own way instead of taken again, and a
 * forced rebuild is not ordered twice, even if nothing proves the first order.
 */
async function listRest(host: Host, plan: Plan, place: number): Promise<readonly Step[]> {
  const { steps, volume, operation } = plan;
  const failed = stepAt(plan, place);
  const rest = steps.slice(place + 1);
  if (await isDone(host, failed, volume)) return rest;
  if (failed.ifTorn === undefined || !(await holds(host, failed.ifTorn.recognisedBy, volume))) {
    const isOrder = operation === 'force-rebuild' && failed.pointOfNoReturn === true;
    return isOrder && !(await holds(host, failed.before ?? [], volume)) ? rest : [failed, ...rest];
  }
  const own: Step[] = [];
  for (const step of failed.ifTorn.finish) if (!(await isDone(host, step, volume))) own.push(step);
  return [...own, ...rest];
}

/** Says what was undone and what stays: whoever sees a plan fail has to know what is left of it. */
function describeUndoing(undone: readonly Step[], stays: string): string[] {
  const back = undone.map(({ title }) => title).join('; ');
  return [...(back === '' ? [] : [`undone: ${back}`]), ...(stays === '' ? [] : [`not undone: ${stays}`])];
}

interface Undoing {
  readonly undone: readonly Step[];
  readonly failures: readonly UndoFailure[];
}

interface UndoFailure {
  readonly step: Step;
  readonly problem: Problem;
}

/** Undoes the steps, last first, and skips what needs no undoing; one failure does not stop the others. */
async function undo(taking: Taking, acted: readonly Step[]): Promise<Undoing> {
  const undone: Step[] = [];
  const failures: UndoFailure[] = [];
  for (const [index, { undo: steps = [] }] of [...acted.entries()].reverse()) {
    for (const step of steps) {
      const place = { way: 'undo', index, title: step.title } as const;
      try {
        if (await isDone(taking.host, step, taking.plan.volume)) continue;
        if (!(await isWanted(taking.host, step, taking.plan.volume))) continue;
        taking.journal.step({ ...place, state: 'begun' });
        await takeStep(taking, step);
        taking.journal.step({ ...place, state: 'done' });
        undone.push(step);
      } catch (error) {
        if (!(error instanceof Failure)) throw error;
        taking.journal.step({ ...place, state: 'failed' });
        failures.push({ step, problem: error.problem });
      }
    }
  }
  return { undone, failures };
}
