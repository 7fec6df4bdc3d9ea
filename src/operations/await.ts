import { Failure } from '../model/problem.ts';
import { lookAtHost, type Seen } from '../stacks/look.ts';
import { requireName, resolveVolume } from './resolve.ts';
import { requireRoot, type Session } from './session.ts';
import { waitFor, waitForStart, type Goal } from './wait.ts';

/** Waits until a running volume is as wished; takes no lock and changes nothing. */
export async function awaitGoal(session: Session, name: string, goal: Goal): Promise<string> {
  requireName(name);
  requireRoot(session, `wait for ${name}`);
  const { volume } = await waitUntilStarted(session, name);
  if (volume.state !== 'running') {
    const next =
      volume.state === 'stopped' ? `vdoctl recover ${volume.name}` : `dmsetup resume ${volume.dmName}`;
    const reason = `it is ${volume.state}, and waiting does not change that`;
    throw new Failure({ kind: 'refused', name: volume.name, reason, next });
  }
  await waitFor(session, volume, goal);
  return volume.name;
}

/** A start under way ends by itself; until then nothing else can be told of the volume. */
async function waitUntilStarted(session: Session, name: string): Promise<Seen> {
  for (;;) {
    const seen = resolveVolume(session.host, await lookAtHost(session.host), name);
    if (seen.found.starter === undefined) return seen;
    await waitForStart(session, seen.volume.name);
  }
}
