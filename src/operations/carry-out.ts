import { pruneHistory } from '../journal/prune.ts';
import { tellBegun, tellEnded } from '../journal/system-log.ts';
import { OperationJournal } from '../journal/write.ts';
import type { Plan } from '../model/plan.ts';
import { execute } from '../plan/execute.ts';
import { isStart } from '../plan/plans.ts';
import { findMissingPrograms, guardPrograms } from '../plan/required-programs.ts';
import { proveWritable } from '../plan/prove-writable.ts';
import { describeStop, untilDeadline, untilInterrupted, type Session } from './session.ts';
import { watchOver } from './watch-recovery.ts';

/** How often a long start says that it is still at it. */
const tickMs = 1000;

export interface CarryOutOptions {
  /** (cleanup) Ids of the operations that the plan settles. */
  readonly settles?: readonly string[];
}

/** What carrying a plan out came to; `id` is that of its journal. */
export type CarriedOut =
  { readonly outcome: 'done'; readonly id: string } | { readonly outcome: 'only-shown' };

/**
 * Carries a plan out: asks first where it has to be asked, then follows the steps, writing each down before and after.
 * In a dry run it only shows the plan.
 */
export async function carryOutJournaled(
  session: Session,
  plan: Plan,
  { settles = [] }: CarryOutOptions = {},
): Promise<CarriedOut> {
  if (session.dryRun !== undefined) {
    session.dryRun(plan);
    tellMissing(session, plan);
    return { outcome: 'only-shown' };
  }
  await session.confirm(plan);
  guardPrograms(session.host, plan);
  proveWritable(session.host.files, plan);
  const journal = OperationJournal.begin(session.host, plan, settles);
  const { host } = session;
  await tellBegun(host, journal.id, plan);
  let failure: unknown;
  try {
    const wait = hasOwnLimits(plan) ? untilInterrupted : untilDeadline;
    await wait(session, (signal) => withTicks(session, plan, journal, signal));
  } catch (error) {
    failure = error;
    throw error;
  } finally {
    await tellEnded(host, journal, plan, failure);
    pruneOperations(session);
  }
  return { outcome: 'done', id: journal.id };
}

/** Work of hours: its step says how long it may take, and what follows it comes when it is done. */
function hasOwnLimits({ steps }: Plan): boolean {
  return steps.some(({ ifStopped }) => ifStopped === 'killed');
}

/** A plan can be looked at where it cannot be carried out. */
function tellMissing({ host, report }: Session, plan: Plan): void {
  const programs = findMissingPrograms(host, plan);
  if (programs.length === 0) return;
  const message = `needed, but not installed: ${programs.join(', ')}`;
  report({ kind: 'notice', volume: plan.volume, message });
}

function pruneOperations({ host, settings }: Session): void {
  const retention = { count: settings['history-count'], days: settings['history-days'] };
  pruneHistory(host.files, host.clock.now(), retention);
}

/** The same for who does not need the journal. @returns whether anything was done. */
export async function carryOut(session: Session, plan: Plan): Promise<CarriedOut['outcome']> {
  return (await carryOutJournaled(session, plan)).outcome;
}

/**
 * Follows the plan; while the step that starts the volume takes its time, it tells how that goes: the
 * command that starts a volume can outlast its recovery, since udev probes the device before it returns.
 */
async function withTicks(
  session: Session,
  plan: Plan,
  journal: OperationJournal,
  signal: AbortSignal,
): Promise<void> {
  const over = new AbortController();
  let ticking: Promise<void> | undefined;
  try {
    await execute(session.host, plan, {
      journal,
      report: (event) => {
        session.report(event);
        const step = plan.steps[event.index];
        if (event.state !== 'running' || step === undefined || !isStart(plan, step)) return;
        ticking = tick(session, plan, over.signal);
      },
      tellProgress: (progress) => {
        session.report({ kind: 'progress', volume: plan.volume, ...progress });
      },
      notify: (message) => {
        session.report({ kind: 'notice', volume: plan.volume, message });
      },
      signal,
      whenStopped: (state) => describeStop(session, plan.volume, 'normal', state),
    });
  } finally {
    over.abort();
    await ticking;
  }
}

async function tick(session: Session, { volume, starts = '' }: Plan, over: AbortSignal): Promise<void> {
  const watch = watchOver(session, { name: volume, dmName: starts });
  for (;;) {
    await session.host.clock.sleep(tickMs, over);
    if (over.aborted) return;
    await watch.tellStart();
  }
}
