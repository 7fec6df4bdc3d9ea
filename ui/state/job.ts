import type { ExitCode } from '../../src/model/exit-code.ts';
import type { Plan, Step } from '../../src/model/plan.ts';
import type { OperationEvent, ProgressEvent } from '../../src/operations/session.ts';
import type { StepEvent } from '../../src/plan/execute.ts';
import { isCopyProgress } from '../../src/prose/progress.ts';
import type { Request } from './request.ts';

/** An operation that the screen was asked for, from its first look to its result. */
export interface Job {
  /** Tells it apart from every other of this screen. */
  readonly id: number;
  readonly request: Request;
  /**
   * `looking`: the plan is being made. `asking`: the plan is shown, and a person has to agree. `over`: see `result`.
   */
  readonly phase: 'looking' | 'asking' | 'running' | 'over';
  /** The plan shown last; an operation may need a second one. */
  readonly plan: Plan | undefined;
  /** The text typed so far where a plan asks for the name. */
  readonly typed: string;
  readonly steps: readonly StepEvent[];
  readonly progress: ProgressEvent | undefined;
  readonly notices: readonly string[];
  /** `asked`: the screen asks whether to stop. `ordered`: the operation stops after this step. */
  readonly stop: 'no' | 'asked' | 'ordered';
  readonly result: Result | undefined;
}

export interface Result {
  readonly exitCode: ExitCode;
  readonly what: string;
  readonly next: string | undefined;
}

export function beginJob(id: number, request: Request): Job {
  return {
    id,
    request,
    phase: 'looking',
    plan: undefined,
    typed: '',
    steps: [],
    progress: undefined,
    notices: [],
    stop: 'no',
    result: undefined,
  };
}

/** Shows a new plan, which waits for an answer. The steps of an earlier plan go. */
export function showPlan(job: Job, plan: Plan): Job {
  return { ...job, phase: 'asking', stop: 'no', plan, typed: '', steps: [], progress: undefined };
}

/** The word that a person has to type before the plan may be followed; undefined where Enter is enough. */
export function wordToType({ plan }: Job): string | undefined {
  return plan?.confirm === undefined ? undefined : plan.volume;
}

/** Takes in what an operation tells while it works. */
export function hear(job: Job, event: OperationEvent): Job {
  switch (event.kind) {
    case 'notice':
      return { ...job, notices: [...job.notices, event.message] };
    case 'progress':
      // The storage is read before there is a plan: leaving then gives the operation up.
      return {
        ...job,
        phase: job.phase === 'looking' && event.phase !== 'scanning' ? 'running' : job.phase,
        progress: event,
      };
    case 'step':
      return {
        ...job,
        phase: 'running',
        // Progress of a copy belongs to its step; that of a recovery outlasts the step that starts it.
        progress: job.progress !== undefined && isCopyProgress(job.progress) ? undefined : job.progress,
        steps: [...job.steps.filter(({ index }) => index !== event.index), event],
      };
  }
}

export function endJob(job: Job, result: Result): Job {
  return { ...job, phase: 'over', stop: 'no', result };
}

/** What becomes of the running step when the job is stopped; undefined while no step runs. */
export function stopOfRunning({ plan, steps }: Job): Step['ifStopped'] {
  const running = steps.find(({ state }) => state === 'running');
  return running === undefined ? undefined : (plan?.steps[running.index]?.ifStopped ?? 'waited-for');
}

/** Whether every step is done, or none is needed: only the kernel still works, with or without an audience. */
export function isOnlyWaiting({ phase, plan, steps }: Job): boolean {
  const isDone =
    plan === undefined || steps.filter(({ state }) => state === 'done').length === plan.steps.length;
  return phase === 'running' && isDone;
}
