import type { VolumeOperation } from '../model/availability.ts';
import { heed } from '../model/refuse.ts';
import { keepCopies } from '../stacks/geometry/copies.ts';
import { lookAtHost, type Look, type Seen } from '../stacks/host-look.ts';
import { describeDoing, requirePossible } from './availability.ts';
import { resolveVolume } from './resolve-volume.ts';
import { findUnreadable } from './rules/state.ts';
import { requireRoot, withLocks, type Session } from './session.ts';

/**
 * Acts on one volume, under any of its names, with its lock and the lock of its storage device. Never waits for a lock.
 * A dry run only looks, and takes none.
 *
 * @param action is told whether there is anything to do, as far as the look shows.
 * @throws Failure if the look shows that it is impossible: see `availability.ts`.
 */
export async function withVolume<T>(
  session: Session,
  name: string,
  operation: VolumeOperation,
  action: (look: Look, seen: Seen, known: 'possible' | 'needless') => Promise<T>,
): Promise<T> {
  requireRoot(session, describeDoing(operation, name));
  const first = await lookAtHost(session.host);
  // If that operation was to create the volume, there may be none of that name yet.
  heed(findUnreadable(first, name));
  const found = resolveVolume(session.host, first, name);
  const own = found.volume.name;
  const work = async (): Promise<T> => {
    // The look from before the lock may be out of date.
    const look = await lookAtHost(session.host);
    const seen = resolveVolume(session.host, look, own);
    const result = await action(look, seen, requirePossible(look, seen, operation, name));
    if (session.dryRun === undefined) keepCopies(session.host, look.seen);
    return result;
  };
  return withLocks(session, own, lockedDeviceOf(found), work);
}

/** The device number of the storage, where that is one device: its lock goes with the volume's. */
export function lockedDeviceOf({ volume, found }: Seen): string | undefined {
  return volume.stack === 'lvm' ? undefined : found.storage?.deviceNumber;
}
