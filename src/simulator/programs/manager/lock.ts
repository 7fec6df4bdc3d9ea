import type { Clock, LockResult } from '../../../host/host.ts';
import type { WorldKeeper } from '../../world/world-keeper.ts';
import { jobEndsAt } from './job.ts';

/** The file by whose flock one `vdo` keeps out the others. */
export const lockFile = '/var/lock/vdo/_etc_vdoconf.yml.lock';

/**
 * Waits for the manager's lock as another program than `vdo` does. Whoever holds it here writes at once and lets go,
 * so that no `vdo` can meet it held.
 */
export async function waitForFileLock(
  keeper: WorldKeeper,
  clock: Clock,
  path: string,
  patienceMs: number,
): Promise<LockResult> {
  const held: LockResult = { kind: 'held', release: () => undefined };
  if (path !== lockFile) return held;
  const givesUpAt = keeper.now() + patienceMs;
  for (;;) {
    const world = keeper.look();
    if (world.managerJob === undefined) return held;
    const leftMs = givesUpAt - world.now;
    if (leftMs <= 0) return { kind: 'taken', holder: '' };
    const endsAt = jobEndsAt(world) ?? Infinity;
    await clock.sleep(Math.min(leftMs, Math.max(1, endsAt - world.now)));
  }
}
