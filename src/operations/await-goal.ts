import { Failure } from '../model/problem.ts';
import { heed } from '../model/refuse.ts';
import { lookAtHost, type Look, type Seen } from '../stacks/host-look.ts';
import { judgeOperation } from './availability.ts';
import { resolveVolume } from './resolve-volume.ts';
import { findNotRunning } from './rules/upkeep.ts';
import { requireRoot, type Session } from './session.ts';
import { waitFor, waitForStart, waitForStorage, type Goal } from './wait-for.ts';

/** Waits until a running volume has reached the goal. Takes no lock and changes nothing. */
export async function awaitGoal(session: Session, name: string, goal: Goal): Promise<string> {
  requireRoot(session, `wait for ${name}`);
  const seen = await waitUntilStarted(session, name);
  heed(findNotRunning(seen));
  const { volume } = seen;
  await waitFor(session, volume, goal);
  return volume.name;
}

/** What a wait comes to where the look shows that it is over. */
export function judgeReached(
  look: Look,
  seen: Seen,
  goal: Goal | 'storage',
): { readonly name: string; readonly outcome: 'reached' } | undefined {
  const isReached = goal === 'normal' && judgeOperation(look, seen, 'wait').kind === 'needless';
  return isReached ? { name: seen.volume.name, outcome: 'reached' } : undefined;
}

/** A start under way ends by itself; until then, nothing else is known about the volume. */
async function waitUntilStarted(session: Session, name: string): Promise<Seen> {
  for (;;) {
    const seen = resolveVolume(session.host, await lookAtHost(session.host), name);
    if (seen.found.starter === undefined) return seen;
    await waitForStart(session, seen.volume.name);
  }
}

/**
 * Waits until the storage of a volume is there and no start of it is under way, whether or not it runs: a start at boot
 * needs that. An LVM pool is visible only with its storage; any other volume either is remembered, or does not exist.
 *
 * @returns the volume's own name.
 */
export async function awaitStorage(session: Session, name: string): Promise<string> {
  requireRoot(session, `wait for ${name}`);
  for (;;) {
    const seen = findMaybeUnseen(session, await lookAtHost(session.host), name);
    if (seen?.found.starter !== undefined) await waitForStart(session, seen.volume.name);
    else if (seen?.volume.storage.present === true) return seen.volume.name;
    else await waitForStorage(session, name, describeAbsence(seen));
  }
}

function findMaybeUnseen({ host }: Session, look: Look, name: string): Seen | undefined {
  try {
    return resolveVolume(host, look, name);
  } catch (error) {
    const mayCome = error instanceof Failure && error.problem.kind === 'no-such-volume' && name.includes('/');
    if (mayCome) return undefined;
    throw error;
  }
}

function describeAbsence(seen: Seen | undefined): string {
  return seen === undefined ? 'LVM does not know it' : `${seen.volume.storage.path} is missing`;
}
