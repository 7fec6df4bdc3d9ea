import { planRemove } from '../plan/plans.ts';
import { prepareDrive } from '../stacks/stack.ts';
import { carryOut } from './carry-out.ts';
import { guardIdle } from './guard-idle.ts';
import { guardNotInUse, guardStorageUnused } from './guard.ts';
import { withVolume } from './locked.ts';
import type { Session } from './session.ts';
import type { Changed } from './start-stop.ts';

/** Takes a volume that nobody uses from the host for good, with its data. */
export async function remove(session: Session, name: string): Promise<Changed> {
  return withVolume(session, name, { doing: 'remove' }, async (look, seen) => {
    guardIdle(look, seen, 'removing');
    if (seen.volume.state === 'stopped') await guardStorageUnused(session.host, look, seen);
    else await guardNotInUse(session.host, look, seen);
    const drive = await prepareDrive(session.host, look, seen);
    const outcome = await carryOut(session, planRemove(seen, drive));
    return { name: seen.volume.name, outcome };
  });
}
