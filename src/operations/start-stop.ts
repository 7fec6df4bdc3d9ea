import { Failure } from '../model/problem.ts';
import { planStart, planStop } from '../plan/plans.ts';
import { lookAtHost, type Look, type Seen } from '../stacks/look.ts';
import { prepareDrive } from '../stacks/stack.ts';
import { carryOut } from './carry-out.ts';
import { decide } from './decide.ts';
import { guardNotInUse, guardStart } from './guard.ts';
import { requireName, resolveVolume } from './resolve.ts';
import { requireRoot, withLock, type Session } from './session.ts';
import { waitFor } from './wait.ts';

export interface Changed {
  readonly name: string;
  readonly outcome: 'already-so' | 'done' | 'only-shown';
}

/**
 * Starts a volume. One that comes up read-only is left running, so that its data can be read, and the failure says
 * so; one whose next start would be a forced rebuild is not started, since that may lose data.
 */
export async function start(session: Session, name: string, wait: 'for-normal' | 'no'): Promise<Changed> {
  return locked(session, name, 'start', async (look, seen) => {
    const outcome = await startIfStopped(session, look, seen);
    if (outcome !== 'only-shown') await verifyStarted(session, name, wait);
    return { name: seen.volume.name, outcome };
  });
}

async function startIfStopped(session: Session, look: Look, seen: Seen): Promise<Changed['outcome']> {
  const { volume } = seen;
  if (volume.state !== 'stopped') return 'already-so';
  guardNotStarting(seen);
  if (volume.onDisk?.state === 'force-rebuild') {
    throw new Failure({ kind: 'read-only', name: volume.name, because: 'rebuild-is-pending' });
  }
  const drive = await prepareDrive(session.host, look, seen);
  await guardStart(session.host, look, seen);
  return carryOut(session, planStart(seen, drive));
}

async function verifyStarted(session: Session, name: string, wait: 'for-normal' | 'no'): Promise<void> {
  const seen = resolveVolume(session.host, await lookAtHost(session.host), name);
  const decision = decide(seen, { forceRebuild: 'not-asked', starter: 'none' });
  if (decision.kind === 'refuse') throw new Failure(decision.problem);
  if (seen.volume.mode === 'read-only') {
    throw new Failure({ kind: 'read-only', name: seen.volume.name, because: 'went-read-only-while-waiting' });
  }
  if (wait === 'for-normal') await waitFor(session, seen.volume, 'normal');
}

/** Stops a volume that nobody uses. In the middle of a recovery that is safe: it recovers again at the next start. */
export async function stop(session: Session, name: string): Promise<Changed> {
  return locked(session, name, 'stop', async (look, seen) => {
    const { volume } = seen;
    guardNotStarting(seen);
    if (volume.state === 'stopped') return { name: volume.name, outcome: 'already-so' };
    if (volume.state === 'suspended') {
      const next = `dmsetup resume ${volume.dmName} when its owner is done with it`;
      throw new Failure({ kind: 'refused', name: volume.name, reason: 'it is suspended', next });
    }
    guardStorageAnswers(look, seen);
    await guardNotInUse(session.host, look, seen);
    const drive = await prepareDrive(session.host, look, seen);
    return { name: volume.name, outcome: await carryOut(session, planStop(seen, drive)) };
  });
}

/** A start under way, somebody else's or an interrupted call's, ends by itself: it is not joined, nor taken for none. */
function guardNotStarting({ volume, found }: Seen): void {
  if (found.starter === undefined) return;
  const reason = `it is being started by ${found.starter}`;
  const next = `vdoctl recover ${volume.name} waits for it`;
  throw new Failure({ kind: 'refused', name: volume.name, reason, next });
}

/** Stopping writes to the storage: beneath a suspended device it would hang in the kernel. */
export function guardStorageAnswers({ devices }: Look, { volume, found }: Seen): void {
  const suspended = found.storage === undefined ? [] : devices.suspendedUnder(found.storage);
  if (suspended.length === 0) return;
  const names = suspended.map((device) => device.dm?.name ?? device.path).join(' ');
  const reason = `its storage is suspended (${names}): stopping would hang`;
  throw new Failure({ kind: 'refused', name: volume.name, reason, next: `dmsetup resume ${names}` });
}

async function locked(
  session: Session,
  name: string,
  doing: string,
  action: (look: Look, seen: Seen) => Promise<Changed>,
): Promise<Changed> {
  requireName(name);
  requireRoot(session, `${doing} ${name}`);
  const own = resolveVolume(session.host, await lookAtHost(session.host), name).volume.name;
  const work = async (): Promise<Changed> => {
    // What was seen before the lock was held may have changed since.
    const look = await lookAtHost(session.host);
    return action(look, resolveVolume(session.host, look, own));
  };
  return session.dryRun === undefined ? withLock(session, own, work) : work();
}
