import { Failure } from '../model/problem.ts';
import { lookAtHost, type Look, type Seen } from '../stacks/look.ts';
import { requireName, resolveVolume } from './resolve.ts';
import { requireRoot, withLock, type Session } from './session.ts';
import { findUnsettled } from './unsettled.ts';

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
  const own = resolveVolume(session.host, await lookAtHost(session.host), name).volume.name;
  const work = async (): Promise<T> => {
    // What was seen before the lock was held may have changed since.
    const look = await lookAtHost(session.host);
    const seen = resolveVolume(session.host, look, own);
    const unsettled = meets === 'settled-volumes' ? findUnsettled(seen) : undefined;
    if (unsettled !== undefined) throw new Failure(unsettled);
    return action(look, seen);
  };
  return session.dryRun === undefined ? withLock(session, own, work) : work();
}
