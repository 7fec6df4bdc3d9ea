import { Failure } from '../model/problem.ts';
import { lookAtHost, type Look, type Seen } from '../stacks/look.ts';
import { nameInId, openEnding } from '../journal/place.ts';
import { requireName, resolveVolume } from './resolve.ts';
import { requireRoot, withLock, type Session } from './session.ts';
import { findUnsettled } from './unsettled.ts';

/** A journal that nobody understands may be of an operation on this volume that is not over. */
function guardReadable({ missing }: Look, name: string): void {
  const unread = missing.find(({ what }) => what.endsWith(`-${nameInId(name)}${openEnding}`));
  if (unread === undefined) return;
  const reason = `${unread.what} is not over, and is not understood: ${unread.why}`;
  throw new Failure({ kind: 'refused', name, reason, next: 'settle it by hand, then remove that file' });
}

/** What an action may meet: most need a volume that no operation was cut off on. */
export type Meets = 'settled-volumes' | 'cut-off-volumes';

/**
 * Does something with one volume, by any of its names, while nobody else does: under its lock, which is never waited
 * for. A dry run only looks, and needs none.
 */
export async function withVolume<T>(
  session: Session,
  name: string,
  { doing, meets = 'settled-volumes' }: { readonly doing: string; readonly meets?: Meets },
  action: (look: Look, seen: Seen) => Promise<T>,
): Promise<T> {
  requireName(name);
  requireRoot(session, `${doing} ${name}`);
  const found = resolveVolume(session.host, await lookAtHost(session.host), name);
  const own = found.volume.name;
  const work = async (): Promise<T> => {
    // What was seen before the lock was held may have changed since.
    const look = await lookAtHost(session.host);
    const seen = resolveVolume(session.host, look, own);
    const unsettled = meets === 'settled-volumes' ? findUnsettled(seen) : undefined;
    if (unsettled !== undefined) throw new Failure(unsettled);
    if (meets === 'settled-volumes') guardReadable(look, own);
    return action(look, seen);
  };
  if (session.dryRun !== undefined) return work();
  // Two volumes that were given one storage device would meet under two names.
  const device = found.volume.stack === 'lvm' ? undefined : found.found.storage?.deviceNumber;
  return withLock(session, own, () =>
    device === undefined ? work() : withLock(session, `device ${device}`, work),
  );
}
