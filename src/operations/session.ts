import type { Host, Identity, LockResult } from '../host/host.ts';
import type { CopyProgress } from '../model/copy-progress.ts';
import type { Plan } from '../model/plan.ts';
import { Failure, type Problem } from '../model/problem.ts';
import { refusal } from '../model/refusal.ts';
import { heed } from '../model/refuse.ts';
import type { Settings } from '../model/settings.ts';
import type { StepEvent } from '../plan/execute.ts';
import type { Progress } from './recovery-tracker.ts';

/** What an operation reports while it works. The command line and the screen draw it, `--json` prints it. */
export type OperationEvent =
  StepEvent | ProgressEvent | { readonly kind: 'notice'; readonly volume: string; readonly message: string };

export type ProgressEvent = RecoveryProgressEvent | CopyProgressEvent;

/** The progress of a step that takes long. */
export interface CopyProgressEvent extends CopyProgress {
  readonly kind: 'progress';
  readonly volume: string;
}

export interface RecoveryProgressEvent extends Omit<Progress, 'stillForMs'> {
  readonly kind: 'progress';
  readonly volume: string;
  /** `starting`: the kernel replays the journal, and cannot be asked about anything yet. */
  readonly phase: 'starting' | 'recovering' | 'waiting';
  readonly elapsedMs: number;
}

/** What a caller gives to an operation. */
export interface Session {
  readonly host: Host;
  readonly report: (event: OperationEvent) => void;
  /**
   * Called with each plan before it runs. Resolves once the plan may run, after a person's agreement if it needs that.
   * Throws not-confirmed otherwise.
   */
  readonly confirm: (plan: Plan) => Promise<void>;
  /** Set if only the plan is wanted: it is shown, and nothing is done. */
  readonly dryRun: ((plan: Plan) => void) | undefined;
  /** When waits give up, in elapsed milliseconds of {@link Host.clock}. */
  readonly deadlineMs: number;
  readonly settings: Settings;
  /** Aborted by Ctrl-C or a signal; its reason is the signal's name. */
  readonly interrupted: AbortSignal;
  /** Set where others are at work beside it. */
  readonly beside?: Beside;
}

/**
 * What an operation owes to those that go on beside it. Only one at a time looks, checks and acts: what is checked of
 * the others, of memory and of the storage has to be so until the step that needs it. They wait side by side.
 */
export interface Beside {
  /** Called when it begins to wait for the kernel. */
  readonly waits: () => void;
  /** Resolves when it may look and act again; false if an interruption came first. */
  readonly actsAgain: () => Promise<boolean>;
  /** How many are at work now, itself included. */
  readonly count: () => number;
}

/** The problem when an interruption or the deadline stops a wait. */
export function describeStop(
  session: Pick<Session, 'interrupted'>,
  name: string,
  waitedFor: string,
  state: string,
): Problem {
  const signal = session.interrupted.reason as unknown;
  if (session.interrupted.aborted && isSignal(signal)) return { kind: 'interrupted', name, signal, state };
  return { kind: 'not-by-the-deadline', name, waitedFor, state };
}

function isSignal(value: unknown): value is 'SIGINT' | 'SIGTERM' | 'SIGHUP' {
  return value === 'SIGINT' || value === 'SIGTERM' || value === 'SIGHUP';
}

type Stoppable<T> = (signal: AbortSignal) => Promise<T>;

/** Runs an action that only an interruption can stop, however long it takes. */
export function untilInterrupted<T>(session: Session, action: Stoppable<T>): Promise<T> {
  return action(session.interrupted);
}

/** Runs an action that may be stopped by the deadline or an interruption, whichever comes first. */
export async function untilDeadline<T>(session: Session, action: Stoppable<T>): Promise<T> {
  const { clock } = session.host;
  const controller = new AbortController();
  const stop = (): void => {
    controller.abort();
  };
  if (session.interrupted.aborted) stop();
  session.interrupted.addEventListener('abort', stop, { once: true });
  const over = new AbortController();
  void clock.sleep(Math.max(0, session.deadlineMs - clock.elapsedMs()), over.signal).then(() => {
    if (!over.signal.aborted) stop();
  });
  try {
    return await action(controller.signal);
  } finally {
    over.abort();
    session.interrupted.removeEventListener('abort', stop);
  }
}

/** Runs an action while holding a lock; never waits for the lock. */
async function withLock<T>({ host }: Session, name: string, action: () => Promise<T>): Promise<T> {
  const lock = await host.lock(name);
  if (lock.kind === 'taken') throw new Failure({ kind: 'locked', name, holder: lock.holder });
  if (lock.kind === 'failed') throw refuseLock(name, lock);
  try {
    return await action();
  } finally {
    lock.release();
  }
}

function refuseLock(
  name: string,
  { path, reason: why }: Extract<LockResult, { readonly kind: 'failed' }>,
): Failure {
  return new Failure(refusal(name, 'lock-unwritable', { path, why, whose: 'vdoctl' }));
}

/**
 * Runs an action while holding the lock of the volume and, if its storage is one device, the lock of that: otherwise
 * two volumes on one device could be changed under two different locks. A dry run only looks, and takes none.
 */
export async function withLocks<T>(
  session: Session,
  name: string,
  device: string | undefined,
  action: () => Promise<T>,
): Promise<T> {
  if (session.dryRun !== undefined) return action();
  return withLock(session, name, () =>
    device === undefined ? action() : withLock(session, `device ${device}`, action),
  );
}

/** Why the caller may not do that; undefined for root, whom every operation that acts requires. */
export function notRoot({ isRoot }: Pick<Identity, 'isRoot'>, doing: string): Problem | undefined {
  return isRoot ? undefined : { kind: 'not-root', doing };
}

/** Throws unless root runs it. */
export function requireRoot({ host }: Session, doing: string): void {
  heed(notRoot(host.identity, doing));
}
