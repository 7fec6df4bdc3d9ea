import type { Clock, LockResult } from '../../../host/host.ts';
import type { WorldKeeper } from '../../world/world-keeper.ts';
import { jobEndsAt } from './job.ts';

/** The file that a `vdo` locks with flock to keep out the others. */
export const lockFile = '/var/lock/vdo/_etc_vdoconf.yml.lock';

/**
 * Waits for the manager's lock, for a program other than `vdo`. On this host such a program writes at once and releases
 * the lock, so no `vdo` ever finds the lock held by it.
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
