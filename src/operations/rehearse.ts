import type { Host } from '../host/host.ts';
import type { DeviceAccount } from '../model/account-schema.ts';
import type { CommandResult } from '../model/command.ts';
import type { Plan, Step } from '../model/plan.ts';
import type { RehearsalAccount } from '../model/rehearsal-account.ts';
import { Failure, type Problem } from '../model/problem.ts';
import { heed } from '../model/refuse.ts';
import { refusal } from '../model/refusal.ts';
import { makePlan, subjectOf } from '../plan/plans.ts';
import type { Look, Seen } from '../stacks/host-look.ts';
import { guardMemoryOfStart } from '../stacks/kernel-memory.ts';
import type { Metadata } from '../stacks/metadata.ts';
import { chooseBlocks, sumBlocks } from '../stacks/rehearsal/block-sums.ts';
import { isCheck } from '../stacks/rehearsal/examine-steps.ts';
import type { FoundRehearsal } from '../stacks/rehearsal/rehearsal-device.ts';
import type { Changes } from '../stacks/rehearsal/steps.ts';
import { discardSteps } from '../stacks/rehearsal/take-down.ts';
import { requirePossible } from './availability.ts';
import { carryOut, carryOutJournaled } from './carry-out.ts';
import { prepareTarget } from './guards/target.ts';
import { guardRebuild, guardStorageUnused } from './guards/volume.ts';
import { readPatiently } from './lent-pool.ts';
import { makeAccount } from './rehearsal/account.ts';
import { chooseChanges, type ChangesWish } from './rehearsal/choose-changes.ts';
import { planRehearsal, poolToLend, putUpSteps, storageOf } from './rehearsal/plan-rehearsal.ts';
import { withVolume } from './with-volume.ts';
import type { Session } from './session.ts';

export interface RehearseOptions {
  /** `keep`: leaves it up, mounted read-only. */
  readonly afterwards: 'keep' | 'throw-away';
  readonly changes: ChangesWish;
}

export interface Rehearsed {
  readonly name: string;
  readonly outcome: 'rehearsed' | 'rehearsal-kept' | 'not-whole' | 'only-shown';
  readonly account?: RehearsalAccount;
}

/**
 * Shows what a forced rebuild of a read-only volume would give: it is done on an overlay of the storage, which is thrown
 * away. The volume may run on: nothing of it is written to.
 */
export async function rehearse(session: Session, name: string, options: RehearseOptions): Promise<Rehearsed> {
  return withVolume(session, name, 'rehearse', async (look, told) => {
    const seen = await readPatiently(session, look, told);
    requirePossible(look, seen, 'rehearse');
    const { plan, changes } = await preparePlan(session, look, seen, options);
    const found = new Findings();
    const { outcome } = await tellOverflow(seen, changes, () =>
      carryOutJournaled(session, plan, {
        onAccount: (account) => {
          found.accounts.push(account);
        },
        onResult: (_index, step, result) => {
          if (isCheck(step)) found.checks.push(result);
        },
      }),
    );
    const own = { name: seen.volume.name };
    if (outcome === 'only-shown') return { ...own, outcome };
    const account = makeAccount(found.accounts, found.checks);
    const kept = options.afterwards === 'keep' ? 'rehearsal-kept' : 'rehearsed';
    return { ...own, outcome: account.isWhole ? kept : 'not-whole', account };
  });
}

class Findings {
  readonly accounts: DeviceAccount[] = [];
  readonly checks: CommandResult[] = [];
}

async function preparePlan(
  session: Session,
  look: Look,
  seen: Seen,
  { afterwards, changes: wish }: RehearseOptions,
): Promise<{ readonly plan: Plan; readonly changes: Changes }> {
  const { host } = session;
  const { volume } = seen;
  const metadata = requireMetadata(seen);
  await guardStorageUnused(host, look, volume.state === 'stopped' ? seen : withoutStorage(seen));
  await guardRebuild(host, seen);
  const { logicalBytes, physicalBytes } = metadata.superBlock;
  const demand = { cacheBytes: 32 * 1024 ** 2, logicalBytes, physicalBytes, index: 'none' } as const;
  guardMemoryOfStart(host.files, volume.name, demand);
  const changes = await chooseChanges(host, look, seen, metadata, wish);
  const sums = await sumStorage(host, seen, metadata);
  const first = await prepareTarget(host, volume);
  const up = await putUpSteps(host, look, seen, { metadata, changes, sums, first });
  return { plan: planRehearsal(seen, up, afterwards === 'keep'), changes };
}

/** A running volume uses its storage itself. */
function withoutStorage(seen: Seen): Seen {
  return { ...seen, found: { ...seen.found, storage: undefined } };
}

type ReadMetadata = Extract<Metadata, { kind: 'read' }>;

function requireMetadata({ volume, metadata }: Seen): ReadMetadata {
  if (metadata?.kind === 'read') return metadata;
  const why = 'only LVM can assemble its data LV, and a dry run does not ask for that';
  throw new Failure(refusal(volume.name, 'storage-unreadable', { device: volume.storage.path, why }));
}

/** Sums of the metadata as it is now. What only LVM can assemble is not there yet: that is left out. */
async function sumStorage(
  host: Host,
  { volume, found }: Seen,
  { geometry }: ReadMetadata,
): Promise<Readonly<Record<string, string>>> {
  if (found.area === undefined) return {};
  const { bytes } = storageOf({ volume, found });
  return sumBlocks(host, found.area, chooseBlocks(geometry, bytes), volume.name);
}

/** An overlay without room ends the rehearsal: everything is put back, and the words say what to do. */
async function tellOverflow<T>({ volume }: Seen, changes: Changes, action: () => Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (error) {
    if (!(error instanceof Failure) || !isOverflow(error.problem)) throw error;
    const where = changes.kind === 'lv' ? changes.name : changes.path;
    const roomBytes = changes.kind === 'device' ? null : changes.bytes;
    const cause = refusal(volume.name, 'rehearsal-overflowed', { changes: where, roomBytes });
    if (error.problem.kind === 'half-done') throw new Failure({ ...error.problem, cause });
    throw new Failure({ kind: 'put-back', name: volume.name, cause, stays: '' });
  }
}

function isOverflow(problem: Problem): boolean {
  if ('cause' in problem) return isOverflow(problem.cause);
  return problem.kind === 'not-as-promised' && problem.found.what === 'overlay-invalid';
}

export interface Discarded {
  readonly name: string;
  readonly outcome: 'discarded' | 'nothing-to-discard' | 'only-shown';
}

/** Throws away the rehearsal of a volume that was kept, or what is left of one. */
export async function discardRehearsal(session: Session, name: string): Promise<Discarded> {
  return withVolume(session, name, 'cleanup', async (_look, seen) => {
    const { rehearsal, unfinished = [] } = seen.found;
    const own = { name: seen.volume.name };
    if (unfinished.length > 0) heed({ kind: 'cut-off', name: own.name, ...describeCutOff(seen) });
    if (rehearsal === undefined) return { ...own, outcome: 'nothing-to-discard' };
    const outcome = await carryOut(session, planDiscard(session.host, seen, rehearsal));
    return { ...own, outcome: outcome === 'only-shown' ? outcome : 'discarded' };
  });
}

function describeCutOff({ found }: Seen): { readonly operation: string; readonly known: string } {
  const [first] = found.unfinished ?? [];
  const { plan, user, at } = first?.operation.begun ?? { plan: { operation: '' }, user: '', at: '' };
  return { operation: plan.operation, known: `begun by ${user} at ${at}` };
}

/** The plan that throws a rehearsal away. */
export function planDiscard(host: Host, seen: Seen, rehearsal: FoundRehearsal): Plan {
  const lent: readonly Step[] = poolToLend(seen)?.takeBackSteps() ?? [];
  const steps = discardSteps(host, seen.found, rehearsal, lent);
  return makePlan('cleanup', subjectOf(seen.volume), steps);
}
