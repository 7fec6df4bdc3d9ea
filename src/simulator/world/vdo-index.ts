import { imageOf } from './vdo-start.ts';
import type { DmDevice, SimulatedTarget, World } from './world.ts';

/** The deduplication index of a running volume: closed, or open; and an open one is asked, or left alone (`offline`). */

export function closeIndex(vdo: SimulatedTarget): void {
  delete vdo.indexOnlineAt;
  vdo.index = 'closed';
}

/** Opening a closed one takes its time; one that is open already changes at once. */
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
