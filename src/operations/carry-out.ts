import { pruneHistory } from '../journal/prune.ts';
import { tellBegun, tellEnded } from '../journal/system-log.ts';
import { OperationJournal } from '../journal/write.ts';
import type { Plan } from '../model/plan.ts';
import { execute, type ExecuteOptions } from '../plan/execute.ts';
import { isStart } from '../plan/plans.ts';
import { findMissingPrograms, guardPrograms } from '../plan/required-programs.ts';
import { proveWritable } from '../plan/prove-writable.ts';
import { describeStop, untilDeadline, untilInterrupted, type Session } from './session.ts';
import { watchOver } from './watch-recovery.ts';

/** How often a long start reports that it is still going on. */
const tickMs = 1000;

export interface CarryOutOptions {
  /** (cleanup) Ids of the operations that the plan settles. */
  readonly settles?: readonly string[];
  readonly onResult?: ExecuteOptions['onResult'];
  readonly onAccount?: ExecuteOptions['onAccount'];
  readonly handsOver?: ExecuteOptions['handsOver'];
}

/** How carrying out a plan ended; `id` is that of its journal. */
export type CarriedOut =
  { readonly outcome: 'done'; readonly id: string } | { readonly outcome: 'only-shown' };

/**
 * Carries out a plan: asks for confirmation if the plan needs it, then follows the steps and records each before and
 * after. In a dry run, only shows the plan.
 */
export async function carryOutJournaled(
  session: Session,
  plan: Plan,
  { settles = [], ...taking }: CarryOutOptions = {},
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
    await wait(session, (signal) => withTicks(session, plan, { journal, signal, ...taking }));
  } catch (error) {
    failure = error;
    throw error;
  } finally {
    await tellEnded(host, journal, plan, failure);
    pruneOperations(session);
  }
  return { outcome: 'done', id: journal.id };
}

/** Whether a step works for hours: it sets its own time limit, and the steps after it run when it is done. */
function hasOwnLimits({ steps }: Plan): boolean {
  return steps.some(({ ifStopped }) => ifStopped === 'killed');
}

/** Reports the missing programs: a plan can be shown even where it cannot be carried out. */
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

/** Like {@link carryOutJournaled}, without the journal's id. @returns whether anything was done. */
export async function carryOut(session: Session, plan: Plan): Promise<CarriedOut['outcome']> {
  return (await carryOutJournaled(session, plan)).outcome;
}

/**
 * Follows the plan. While the step that starts the volume runs, reports how that goes: the command can outlast the
 * volume's recovery, since udev probes the device before it returns.
 */
async function withTicks(
  session: Session,
  plan: Plan,
  {
    journal,
    signal,
    ...taking
  }: Pick<ExecuteOptions, 'journal' | 'onResult' | 'onAccount' | 'handsOver'> & {
    readonly signal: AbortSignal;
  },
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
      ...taking,
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
