import { Failure } from '../model/problem.ts';
import { lookAtHost } from '../stacks/look.ts';
import { requireName, resolveVolume } from './resolve.ts';
import { requireRoot, type Session } from './session.ts';
import { waitFor, type Goal } from './wait.ts';

/** Waits until a running volume is as wished; takes no lock and changes nothing. */
export async function awaitGoal(session: Session, name: string, goal: Goal): Promise<string> {
  requireName(name);
  requireRoot(session, `wait for ${name}`);
  const { volume } = resolveVolume(session.host, await lookAtHost(session.host), name);
  if (volume.state !== 'running') {
    const next =
      volume.state === 'stopped' ? `vdoctl recover ${volume.name}` : `dmsetup resume ${volume.dmName}`;
    const reason = `it is ${volume.state}, and waiting does not change that`;
    throw new Failure({ kind: 'refused', name: volume.name, reason, next });
  }
  await waitFor(session, volume, goal);
  return volume.name;
}
