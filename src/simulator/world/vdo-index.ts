import { imageOf } from './vdo-start.ts';
import type { DmDevice, SimulatedTarget, World } from './world.ts';

/** The deduplication index of a running volume: closed or open. The volume asks an open one, or not (`offline`). */

export function closeIndex(vdo: SimulatedTarget): void {
  delete vdo.indexOnlineAt;
  vdo.index = 'closed';
}

/** Opening a closed index takes its time. An open index changes its state at once. */
export function openIndex(world: World, dm: DmDevice): void {
  const { vdo } = dm;
  if (vdo === undefined || vdo.index === 'opening') return;
  if (vdo.index !== 'closed') {
    vdo.index = vdo.deduplicates === false ? 'offline' : 'online';
    return;
  }
  vdo.index = 'opening';
  vdo.indexOnlineAt = world.now + (imageOf(world, dm)?.indexOpensAfterMs ?? 0);
}
