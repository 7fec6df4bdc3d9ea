import type { Host } from '../host/host.ts';
import { recordSettled } from '../journal/write.ts';
import type { JournaledOperation, UnfinishedOperation } from '../model/operation.ts';
import type { Plan } from '../model/plan.ts';
import { Failure } from '../model/problem.ts';
import { endInStart, makePlan, subjectOf, type Subject } from '../plan/plans.ts';
import { planSettlement, type Settlement } from '../plan/settlement.ts';
import { findRemains } from '../stacks/find-remains.ts';
import { requireOwnName } from '../stacks/namesakes.ts';
import { isWiped } from '../stacks/metadata.ts';
import type { Remains, RemainsOptions } from '../stacks/remains.ts';
import { lookAtHost, type Seen } from '../stacks/host-look.ts';
import type { Selection } from './all.ts';
import { carryOut, carryOutJournaled } from './carry-out.ts';
import { findLeftDown } from './left-down.ts';
import { planDiscard } from './rehearse.ts';
import type { FoundRehearsal } from '../stacks/rehearsal/rehearsal-device.ts';
import { waitForLeftRunning } from './left-running.ts';
import { withVolume } from './with-volume.ts';
import { resolveVolume } from './resolve-volume.ts';
import type { Session } from './session.ts';
import { waitForStart } from './wait-for.ts';

export interface Cleaned {
  readonly name: string;
  readonly outcome: 'nothing-to-clean' | 'finished' | 'undone' | 'dismissed' | 'removed' | 'only-shown';
}

export interface CleanupOptions extends RemainsOptions {
  /** `dismiss`: leaves what an operation left as it is; it no longer counts as unfinished. */
  readonly unfinished: 'settle' | 'dismiss';
}

/**
 * Settles what was cut off: finishes or undoes vdoctl's own operations by their journals, and removes what a failed
 * create by the stack's own tools left.
 */
export async function cleanup(session: Session, name: string, options: CleanupOptions): Promise<Cleaned> {
  return withVolume(session, name, 'cleanup', async (_look, seen, known) => {
    if (known === 'needless') return { name: seen.volume.name, outcome: 'nothing-to-clean' };
    const { unfinished = [] } = seen.found;
    if (unfinished.length > 0) {
      return options.unfinished === 'dismiss'
        ? dismissOperations(session, seen, unfinished)
        : settleOperations(session, seen, unfinished);
    }
    const { rehearsal } = seen.found;
    if (rehearsal !== undefined) return throwAwayRehearsal(session, seen, rehearsal);
    const left = await waitOutStart(session, seen);
    const remains = await findRemains(session.host, left, options);
    if (remains === undefined) return tellLeftDown(session, left, options);
    requireOwnName(left.found);
    return clearRemains(session, left, remains);
  });
}

/** A rehearsal that was kept, or what a reboot left of one. */
async function throwAwayRehearsal(session: Session, seen: Seen, rehearsal: FoundRehearsal): Promise<Cleaned> {
  const outcome = await carryOut(session, planDiscard(session.host, seen, rehearsal));
  return { name: seen.volume.name, outcome: outcome === 'only-shown' ? outcome : 'removed' };
}

/** Nothing needs cleanup, but a volume that vdoctl itself left down is not as promised, so that is reported. */
async function tellLeftDown(session: Session, seen: Seen, { unfinished }: CleanupOptions): Promise<Cleaned> {
  const { name } = seen.volume;
  const leftDown = await findLeftDown(session.host, seen);
  if (leftDown === undefined) return { name, outcome: 'nothing-to-clean' };
  if (unfinished === 'settle') throw new Failure(leftDown);
  const message = `the ${leftDown.operation} of ${leftDown.at} left it down, and it stays down`;
  session.report({ kind: 'notice', volume: name, message });
  const plan: Plan = {
    ...makePlan('cleanup', subjectOf(seen.volume), []),
    confirm: 'takes-for-settled',
  };
  const { outcome } = await carryOutJournaled(session, plan);
  return { name, outcome: outcome === 'only-shown' ? outcome : 'dismissed' };
}

/**
 * The process that began the start may be gone while the kernel is still working, so this waits for the result before
 * the cleanup.
 */
async function waitOutStart(session: Session, first: Seen): Promise<Seen> {
  const { name } = first.volume;
  let seen = first;
  if (seen.found.starter !== undefined) {
    const message = `it is being started by ${seen.found.starter}: waiting for that first`;
    session.report({ kind: 'notice', volume: name, message });
  }
  while (seen.found.starter !== undefined) {
    await waitForStart(session, name);
    seen = resolveVolume(session.host, await lookAtHost(session.host), name);
  }
  return seen;
}

/** For `cleanup --all`: the volumes that need cleanup, or about which it has something to report. */
export const cutOffVolumes: Selection<never> = {
  doing: 'clean up volumes',
  async choose(host, look) {
    const cutOff: Seen[] = [];
    for (const seen of look.seen) if (await needsCleanup(host, seen)) cutOff.push(seen);
    return [cutOff];
  },
};

/** Whether `cleanup` has anything to do or to report. */
async function needsCleanup(host: Host, seen: Seen): Promise<boolean> {
  if ((seen.found.unfinished ?? []).some(({ state }) => state === 'cut-off')) return true;
  if (seen.found.rehearsal !== undefined) return true;
  try {
    const remains = await findRemains(host, seen, { interruptedImport: 'forget' });
    return remains !== undefined || (await findLeftDown(host, seen)) !== undefined;
  } catch (error) {
    // A refusal is reported for this volume, and does not stop the others.
    if (error instanceof Failure) return true;
    throw error;
  }
}

/** The way out if no step can settle the operation: somebody has settled it by hand. */
async function dismissOperations(
  session: Session,
  { volume }: Seen,
  unfinished: readonly UnfinishedOperation[],
): Promise<Cleaned> {
  const { name } = volume;
  for (const { operation } of unfinished) {
    const { plan, at } = operation.begun;
    const message = `what is left of the ${plan.operation} of ${at} stays as it is: you settle it by hand`;
    session.report({ kind: 'notice', volume: name, message });
  }
  const plan: Plan = {
    ...makePlan('cleanup', subjectOf(volume), []),
    confirm: 'takes-for-settled',
  };
  const settles = unfinished.map(({ operation }) => operation.begun.id);
  const carried = await carryOutJournaled(session, plan, { settles });
  if (carried.outcome === 'only-shown') return { name, outcome: 'only-shown' };
  for (const each of unfinished) recordSettled(session.host, each, { by: carried.id, how: 'dismissed' });
  return { name, outcome: 'dismissed' };
}

/** Settling a cleanup that was itself cut off also settles what it was cleaning up. */
async function settleOperations(
  session: Session,
  seen: Seen,
  unfinished: readonly UnfinishedOperation[],
): Promise<Cleaned> {
  const { name } = seen.volume;
  const own = unfinished.filter(({ operation }) => operation.begun.plan.operation !== 'cleanup');
  const [first] = own.length > 0 ? own : unfinished;
  if (first === undefined) return { name, outcome: 'nothing-to-clean' };
  for (const { operation } of unfinished) await waitForLeftRunning(session, operation);
  const settlement = await planSettlement(session.host, first.operation);
  tell(session, first.operation, settlement);
  const settleAll = (by: string): void => {
    for (const each of unfinished) recordSettled(session.host, each, { by, how: settlement.how });
  };
  const isOnlyStart = leavesOnlyStart(first.operation, settlement);
  const isUp = isOnlyStart && seen.volume.state !== 'stopped';
  const plan = planCleanup(first.operation, isUp ? { ...settlement, steps: [] } : settlement);
  guardFirstBlock(seen, plan);
  if (plan.steps.length === 0 && session.dryRun === undefined) {
    settleAll('');
    if (isUp) tellUp(session, seen);
    return { name, outcome: settlement.how };
  }
  const settles = unfinished.map(({ operation }) => operation.begun.id);
  try {
    const carried = await carryOutJournaled(session, plan, { settles });
    if (carried.outcome === 'only-shown') return { name, outcome: 'only-shown' };
    settleAll(carried.id);
  } catch (error) {
    if (!isOnlyStart || !(error instanceof Failure) || !hasTriedToStart(error)) throw error;
    // The cleanup has ended, too: the next look shows what the start needs, and cleanup cannot provide that.
    settleAll('');
    const { operation } = first.operation.begun.plan;
    throw new Failure({ kind: 'not-up', name, operation, cause: error.problem });
  }
  return { name, outcome: settlement.how };
}

/** Whether only the start at the end of the plan is left. */
function leavesOnlyStart({ begun: { plan } }: JournaledOperation, { how, steps }: Settlement): boolean {
  const [step, ...more] = steps;
  const isLast = step !== undefined && step === plan.steps.at(-1);
  return how === 'finished' && plan.starts !== undefined && isLast && more.length === 0;
}

/** Whether a start was really tried: not without confirmation, when stopped, or when a condition failed before it. */
function hasTriedToStart({ problem }: Failure): boolean {
  return ['tool-failed', 'not-as-promised', 'put-back'].includes(problem.kind);
}

function tellUp({ report }: Session, { volume: { name, mode } }: Seen): void {
  const message = `only its start was left, and it is running (${mode ?? 'mode unknown'}): vdoctl recover ${name} says what it needs`;
  report({ kind: 'notice', volume: name, message });
}

/**
 * Checks the first block whatever the steps expect: an older vdoctl may have begun the operation without that
 * expectation.
 */
function guardFirstBlock({ volume, metadata }: Seen, { steps }: Plan): void {
  const starts = steps.some(({ after = [] }) => after.some(({ kind }) => kind === 'dm-present'));
  if (!starts || volume.state !== 'stopped' || !isWiped(metadata)) return;
  throw new Failure({ kind: 'first-block-wiped', name: volume.name, device: volume.storage.path });
}

function tell(
  { report }: Session,
  { begun }: JournaledOperation,
  { how, why, stays = '' }: Settlement,
): void {
  const { plan, user, at } = begun;
  const what = `a ${plan.operation} that ${user} began at ${at} was cut off`;
  const end = how === 'dismissed' ? 'nothing of it is left' : `it is ${how}`;
  const but = stays === '' ? `since ${why}` : `but ${stays}`;
  report({ kind: 'notice', volume: plan.volume, message: `${what}; ${end}, ${but}` });
}

/**
 * The plan of a cleanup, with what it may lose: a created volume when undone, a removed one when finished, data in a
 * rebuild.
 */
function planCleanup({ begun }: JournaledOperation, { how, steps }: Settlement): Plan {
  const { plan } = begun;
  const subject: Subject = { name: plan.volume, stack: plan.stack, storage: plan.storage };
  const bare = makePlan('cleanup', subject, steps);
  // Finishing ends with the same start as the plan; undoing ends with other steps.
  const ends = how === 'finished' && plan.starts !== undefined;
  const own = ends ? endInStart(bare, plan.starts) : bare;
  const undoneCreate = how === 'undone' && plan.operation === 'create';
  const mayLose = undoneCreate
    ? [`The half-made volume ${plan.volume} is removed, with whatever is on it.`]
    : how === 'finished'
      ? plan.mayLose
      : [];
  return mayLose.length === 0 || steps.length === 0 ? own : { ...own, mayLose, confirm: 'may-lose-data' };
}

async function clearRemains(session: Session, { volume }: Seen, remains: Remains): Promise<Cleaned> {
  const { report } = session;
  for (const message of remains.notes) report({ kind: 'notice', volume: volume.name, message });
  const plan: Plan = {
    ...makePlan('cleanup', subjectOf(volume), remains.steps),
    mayLose: remains.mayLose,
    ...(remains.mayLose.length === 0 ? {} : { confirm: 'may-lose-data' }),
  };
  const { outcome } = await carryOutJournaled(session, plan);
  return { name: volume.name, outcome: outcome === 'only-shown' ? outcome : remains.outcome };
}
