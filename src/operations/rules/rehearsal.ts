import type { Problem } from '../../model/problem.ts';
import { refusal } from '../../model/refusal.ts';
import { whyUnknown } from '../../parse/dmsetup-status.ts';
import type { Seen } from '../../stacks/host-look.ts';
import { whyUnread } from '../../stacks/metadata.ts';
import { isLent, isStillUnread } from '../lent-pool.ts';
import type { Condition } from './rule.ts';
import { startable } from './storage.ts';

/** Only a forced rebuild is left for the volume, and the volume itself writes nothing. */
export const rehearsable: Condition = (look, seen, name) => {
  const { volume, found, metadata } = seen;
  if (volume.state !== 'stopped' && volume.mode !== 'read-only') {
    if (volume.mode === null && found.status !== undefined) return whyUnknown(found.status, 'mode');
    return refusal(volume.name, 'nothing-to-rehearse', { mode: volume.mode, diskState: null });
  }
  // An operation gives the disk more time to answer than a look does, or asks LVM for it.
  if (isStillUnread(seen) || (isLent(seen) && metadata === undefined)) return undefined;
  if (volume.state === 'stopped') {
    const against = startable(look, seen, name);
    if (against !== undefined) return against;
  } else if (metadata?.kind !== 'read') return findUnread(seen);
  const state = metadata?.kind === 'read' ? metadata.superBlock.state : null;
  if (state === 'read-only' || state === 'force-rebuild') return undefined;
  return refusal(volume.name, 'nothing-to-rehearse', { mode: volume.mode, diskState: state });
};

function findUnread({ volume: { name, storage }, metadata }: Seen): Problem {
  if (metadata?.kind === 'not-understood' || metadata?.kind === 'not-read') return metadata.failure.problem;
  const why = metadata === undefined || metadata.kind === 'read' ? 'it was not read' : whyUnread(metadata);
  return refusal(name, 'storage-unreadable', { device: storage.path, why });
}
