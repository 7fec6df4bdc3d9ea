import { lvmDmName } from '../model/names.ts';
import { defaultSettings } from '../model/settings.ts';
import { describeVolume } from '../stacks/describe-volume.ts';
import type { Found } from '../stacks/found-volume.ts';
import type { Look, Seen } from '../stacks/host-look.ts';
import { readLent } from '../stacks/lvm/read-lent.ts';
import { patienceMs, readMetadata, readMetadataOf, type Metadata } from '../stacks/metadata.ts';
import type { Session } from './session.ts';

/** A stopped pool in other than linear pieces: its disk can be read only when LVM has put its data up. */
export function isLent({ found, volume }: Seen): boolean {
  return volume.stack === 'lvm' && found.pool !== undefined && found.area === undefined;
}

/**
 * The volume with what its disk says, for an operation that is about to act on it: of a pool that no look can read, LVM
 * puts the data up for that, read-only and for a moment. Any other volume is as it was seen; in a dry run each is, which
 * puts nothing up.
 */
export async function withLent({ host, report, dryRun }: Session, look: Look, seen: Seen): Promise<Seen> {
  const { found, volume } = seen;
  const { pool, lack, target } = found;
  const dataName = pool?.pool.dataName;
  if (!isLent(seen) || dataName === undefined || pool === undefined || volume.state !== 'stopped')
    return seen;
  if (target !== undefined || lack === 'partial') return seen;
  const { vgName } = pool.group;
  const dmName = lvmDmName(vgName, dataName);
  const device = `/dev/mapper/${dmName}`;
  if (dryRun !== undefined) {
    const message =
      'only LVM can assemble its data LV, and a dry run does not ask for that: a real run first reads what its disk says';
    report({ kind: 'notice', volume: volume.name, message });
    return seen;
  }
  // What something cut off left up is read as it is, and taken down by the plan.
  const metadata = look.devices.withDmName(dmName)
    ? await readMetadataOf(host, device)
    : await readLent(host, `${vgName}/${dataName}`, device);
  return describeAnew(look, found, metadata);
}

/**
 * The same, and with the time that a disk takes that a look does not wait for: of a volume that is read-only in the
 * kernel, what its disk says decides what is done to it.
 */
export async function readPatiently(session: Session, look: Look, seen: Seen): Promise<Seen> {
  const { found } = seen;
  if (!isStillUnread(seen) || found.area === undefined) return withLent(session, look, seen);
  const read = await readMetadata(session.host, [found.area], patienceMs);
  return describeAnew(look, found, read.get(found.area.id));
}

/** A look has not waited for its disk. Who acts on the volume gives it more time. */
export function isStillUnread({ found, metadata }: Seen): boolean {
  return found.area !== undefined && (metadata?.kind === 'no-answer' || metadata?.kind === 'not-read');
}

function describeAnew(look: Look, found: Found, metadata: Metadata | undefined): Seen {
  const { devices, mounts, copies } = look;
  const around = { devices, mounts, thresholds: defaultSettings, copies };
  return {
    found,
    metadata,
    volume: describeVolume(found, metadata, around),
  };
}
