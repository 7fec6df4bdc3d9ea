import { Failure } from '../model/problem.ts';
import { refuse } from '../model/refuse.ts';
import { lookAtHost, type Look, type Seen } from '../stacks/host-look.ts';
import { keepCopies } from '../stacks/geometry/copies.ts';
import { isFileAbout, kindOfFile } from '../journal/record-files.ts';
import { resolveVolume } from './resolve-volume.ts';
import { requireRoot, withLocks, type Session } from './session.ts';
import { findUnsettled } from './unsettled.ts';

/** A journal that nobody understands may be of an operation on this volume that is not over. */
export function guardReadable({ missing }: Look, name: string): void {
  for (const { source, path, why } of missing) {
    const file = path?.slice(path.lastIndexOf('/') + 1) ?? '';
    if (source !== 'journal' || path === undefined) continue;
    if (kindOfFile(file) === 'open' && isFileAbout(file, name))
      refuse(name, 'journal-not-understood', { path, why });
  }
}

/** What an action may meet: most need a volume that no operation was cut off on. */
export type Meets = 'settled-volumes' | 'cut-off-volumes';

/**
 * Does something with one volume, by any of its names, while nobody else does: under its lock and that of its storage
 * device, which are never waited for. A dry run only looks, and needs none.
 */
export async function withVolume<T>(
  session: Session,
  name: string,
  { doing, meets = 'settled-volumes' }: { readonly doing: string; readonly meets?: Meets },
  action: (look: Look, seen: Seen) => Promise<T>,
): Promise<T> {
  requireRoot(session, `${doing} ${name}`);
  const first = await lookAtHost(session.host);
  // Where that operation was to create the volume, there may be none of that name to be seen.
  guardReadable(first, name);
  const found = resolveVolume(session.host, first, name);
  const own = found.volume.name;
  const work = async (): Promise<T> => {
    // What was seen before the lock was held may have changed since.
    const look = await lookAtHost(session.host);
    const seen = resolveVolume(session.host, look, own);
    const unsettled = meets === 'settled-volumes' ? findUnsettled(seen) : undefined;
    if (unsettled !== undefined) throw new Failure(unsettled);
    guardReadable(look, own);
    const result = await action(look, seen);
    if (session.dryRun === undefined) keepCopies(session.host, look.seen);
    return result;
  };
  const device = found.volume.stack === 'lvm' ? undefined : found.found.storage?.deviceNumber;
  return withLocks(session, own, device, work);
}
