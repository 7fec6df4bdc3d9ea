import { Failure } from '../model/problem.ts';
import type { Plan } from '../model/plan.ts';
import { heed } from '../model/refuse.ts';
import { planFinishRebuild, planForceRebuild, planRestart, planStart } from '../plan/plans.ts';
import { askStatisticsIfAny } from '../stacks/ask-kernel.ts';
import { lookAtHost, type Look, type Seen } from '../stacks/host-look.ts';
import { prepareDrive } from '../stacks/prepare-drive.ts';
import type { Drive } from '../stacks/drive.ts';
import { tellWhatWasDone } from './after-acting.ts';
import { judgeOperation } from './availability.ts';
import { carryOut } from './carry-out.ts';
import { decide, type Act, type Decision } from './decide-recovery.ts';
import { guardNotInUse, guardRebuild, guardStart } from './guards/volume.ts';
import { readPatiently } from './lent-pool.ts';
import { withVolume } from './with-volume.ts';
import { resolveVolume } from './resolve-volume.ts';
import { preflight, usualPreflight, type PreflightWish } from './preflight.ts';
import { findAgainst } from './rules/recovery.ts';
import { describeStop, type Session } from './session.ts';
import { prepareTarget, withFirst } from './guards/target.ts';
import { waitFor, waitForStart } from './wait-for.ts';

export interface RecoverOptions {
  readonly forceRebuild: 'asked' | 'not-asked';
  /** How the storage is looked at before a forced rebuild. */
  readonly preflight?: PreflightWish;
}

/** The result of a recovery. */
export interface Recovered {
  readonly name: string;
  readonly outcome: 'already-normal' | 'recovered' | 'rebuilt' | 'only-shown';
}

/**
 * Brings a volume to `normal` by whatever it needs and the user has authorised. It looks, decides, acts and looks
 * again, so it goes on from wherever an earlier call, or a crash, left the volume.
 */
export async function recover(session: Session, name: string, options: RecoverOptions): Promise<Recovered> {
  const operation = options.forceRebuild === 'asked' ? 'force-rebuild' : 'recover';
  return withVolume(session, name, operation, (look, seen) => {
    const acted: Act[] = [];
    return tellWhatWasDone(
      seen.volume.name,
      () => operationOf(acted.at(-1)),
      () => recoverStepByStep(session, { look, told: seen }, { ...options, acted }),
    );
  });
}

/** What a recovery comes to where the look shows that it is not needed. */
export function judgeRecovered(
  look: Look,
  seen: Seen,
  { forceRebuild }: Pick<RecoverOptions, 'forceRebuild'>,
): Recovered | undefined {
  const operation = forceRebuild === 'asked' ? 'force-rebuild' : 'recover';
  if (judgeOperation(look, seen, operation).kind !== 'needless') return undefined;
  return { name: seen.volume.name, outcome: 'already-normal' };
}

function operationOf(act: Act | undefined): Plan['operation'] | undefined {
  return act === 'finish-rebuild' ? 'force-rebuild' : act;
}

/** A look, and this volume in it. */
interface VolumeLook {
  readonly look: Look;
  readonly told: Seen;
}

/** An action that changed the volume is followed by another look; one that changed nothing is not. */
async function recoverStepByStep(
  given: Session,
  first: VolumeLook,
  { acted, ...options }: RecoverOptions & { readonly acted: Act[] },
): Promise<Recovered> {
  const { name } = first.told.volume;
  let session = given;
  for (let last = first; ; last = await lookAgain(session, name)) {
    const { look } = last;
    const seen = await readPatiently(session, look, last.told);
    const decision = decide(seen, {
      ...options,
      starter: seen.found.starter === undefined ? 'none' : 'alive',
    });
    switch (decision.kind) {
      case 'nothing':
        return { name, outcome: 'already-normal' };
      case 'refuse':
        throw new Failure(decision.problem);
      case 'wait-for-start':
        await waitForStart(session, name);
        continue;
      case 'wait':
        if (session.dryRun !== undefined) return { name, outcome: 'only-shown' };
        break;
      case 'act': {
        refuseRepetition(seen, decision, acted);
        const plan = await makePlan(session, look, seen, { ...options, act: decision.act });
        session = withoutScan(session, plan);
        if (decision.act === 'restart') tellRestart(session, name);
        if ((await carryOutOrBlameStorage(session, plan)) === 'only-shown')
          return { name, outcome: 'only-shown' };
        acted.push(decision.act);
      }
    }
    if ((await waitForEnd(session, seen, acted)) === 'normal') {
      const outcome = describeOutcome(acted);
      if (outcome === 'rebuilt') await tellUncounted(session, seen);
      return { name, outcome };
    }
  }
}

async function lookAgain(session: Session, name: string): Promise<VolumeLook> {
  const { host, beside } = session;
  if (beside !== undefined && !(await beside.actsAgain()))
    throw new Failure(describeStop(session, name, 'its turn', 'what was begun for it goes on by itself'));
  const look = await lookAtHost(host);
  return { look, told: resolveVolume(host, look, name) };
}

/**
 * Reports that the kernel has no counter to prove the rebuild: the volume was read-only before and is normal now, which
 * shows it.
 */
async function tellUncounted({ host, report }: Session, { volume }: Seen): Promise<void> {
  if ((await askStatisticsIfAny(host, volume.dmName)) !== undefined) return;
  const message = 'rebuilt; the kernel has no counter to prove it, but its mode and its disk show it';
  report({ kind: 'notice', volume: volume.name, message });
}

function tellRestart({ report }: Session, volume: string): void {
  const message =
    'it is read-only, but its disk does not say so: a restart recovers it, without a forced rebuild';
  report({ kind: 'notice', volume, message });
}

/**
 * If the storage makes a start fail, this ends like a recovery that fails for the same reason: no rebuild would help.
 */
async function carryOutOrBlameStorage(session: Session, plan: Plan): Promise<'done' | 'only-shown'> {
  try {
    return await carryOut(session, plan);
  } catch (error) {
    if (!(error instanceof Failure) || error.problem.kind !== 'tool-failed') throw error;
    const { metadata } = (await lookAgain(session, plan.volume)).told;
    if (metadata?.kind !== 'failed') throw error;
    throw new Failure({
      kind: 'read-only',
      name: plan.volume,
      because: 'storage-fails',
      detail: metadata.reason,
    });
  }
}

/**
 * Waits for the end of the online recovery. A volume that comes up read-only after a start or restart is looked at
 * again, since its disk shows what it needs. One that goes read-only during its recovery ends this.
 */
async function waitForEnd(
  session: Session,
  { volume }: Seen,
  acted: readonly Act[],
): Promise<'normal' | 'look-again'> {
  try {
    await waitFor(session, volume, 'normal');
    return 'normal';
  } catch (error) {
    if (!(error instanceof Failure) || error.problem.kind !== 'read-only' || acted.length === 0) throw error;
    return 'look-again';
  }
}

function describeOutcome(acted: readonly Act[]): Recovered['outcome'] {
  return acted.includes('force-rebuild') || acted.includes('finish-rebuild') ? 'rebuilt' : 'recovered';
}

/** What did not help once will not help twice; a restart after a start is a second start. */
function refuseRepetition(
  { volume }: Seen,
  { act }: Extract<Decision, { kind: 'act' }>,
  acted: readonly Act[],
): void {
  const isSecondStart = act === 'restart' && acted.length > 0;
  if (!acted.includes(act) && !isSecondStart) return;
  if (volume.mode === 'read-only') {
    const detail = 'it went read-only right after it was started';
    throw new Failure({ kind: 'read-only', name: volume.name, because: 'storage-fails', detail });
  }
  throw new Failure({
    kind: 'not-as-promised',
    name: volume.name,
    promised: { kind: 'dm-present', dmName: volume.dmName },
    found: { what: 'other-state', state: volume.state },
  });
}

/** The deadline is for the recovery: reading the storage beforehand takes as long as it takes. */
function withoutScan(session: Session, { preflight: found }: Plan): Session {
  return { ...session, deadlineMs: session.deadlineMs + (found?.scan?.durationMs ?? 0) };
}

interface Making extends Pick<RecoverOptions, 'preflight'> {
  readonly act: Act;
}

async function makePlan(
  session: Session,
  look: Look,
  seen: Seen,
  { act, preflight: wish = usualPreflight }: Making,
): Promise<Plan> {
  const { host } = session;
  heed(findAgainst(look, seen, seen.volume.name, act));
  const drive = await prepareDrive(host, look, seen);
  const isStopped = seen.volume.state === 'stopped';
  if (isStopped) await guardStart(host, look, seen);
  else await guardNotInUse(host, look, seen);
  const isRebuild = act === 'force-rebuild' || act === 'finish-rebuild';
  if (isRebuild) await guardRebuild(host, seen);
  const first = isStopped ? await prepareTarget(host, seen.volume) : [];
  const plan = withFirst(first, planAct(act, seen, drive));
  return isRebuild ? { ...plan, preflight: await preflight(session, look, seen, wish) } : plan;
}

function planAct(act: Act, seen: Seen, drive: Drive): Plan {
  switch (act) {
    case 'start':
      return planStart(seen, drive);
    case 'restart':
      return planRestart(seen, drive);
    case 'force-rebuild':
      return planForceRebuild(seen, drive);
    case 'finish-rebuild':
      return planFinishRebuild(seen, drive);
  }
}
