import type { Plan } from '../model/plan.ts';
import { planRemove } from '../plan/plans.ts';
import type { Look, Seen } from '../stacks/host-look.ts';
import { entryOnlySteps } from '../stacks/manager/remove.ts';
import { prepareDrive } from '../stacks/prepare-drive.ts';
import { carryOut } from './carry-out.ts';
import { guardNotInUse, guardStorageUnused } from './guards/volume.ts';
import { preflightOfCopies } from './preflight.ts';
import { withVolume } from './with-volume.ts';
import type { Session } from './session.ts';
import type { Changed } from './start-stop.ts';

export interface RemoveOptions {
  /** (manager) `entry-only`: no device is written to; only the manager forgets the volume. */
  readonly takes?: 'volume' | 'entry-only';
}

/** Removes a volume that nobody uses from the host for good, with its data. */
export async function remove(
  session: Session,
  name: string,
  { takes = 'volume' }: RemoveOptions = {},
): Promise<Changed> {
  return withVolume(session, name, 'remove', async (look, seen) => {
    const drive = await prepareDrive(session.host, look, seen);
    const steps =
      takes === 'entry-only' ? await entryOnlySteps(session.host, seen) : await drive.removeSteps();
    const plan = planRemove(seen, steps);
    await guardRemoval(session, look, seen, plan);
    const told = erases(plan) ? { ...plan, preflight: await preflightOfCopies(session, seen) } : plan;
    return { name: seen.volume.name, outcome: await carryOut(session, told) };
  });
}

function erases({ steps }: Plan): boolean {
  return steps.some(({ pointOfNoReturn }) => pointOfNoReturn === true);
}

/** Steps that only forget touch neither the volume nor its storage, so nobody's use of those matters. */
async function guardRemoval({ host }: Session, look: Look, seen: Seen, plan: Plan): Promise<void> {
  if (seen.volume.state === 'stopped') {
    if (erases(plan)) await guardStorageUnused(host, look, seen);
  } else if (plan.steps.some(({ action }) => action.kind === 'run')) await guardNotInUse(host, look, seen);
}
