import { lvmDmName } from '../model/names.ts';
import { defaultSettings } from '../model/settings.ts';
import { describeVolume } from '../stacks/describe-volume.ts';
import type { Found } from '../stacks/found-volume.ts';
import type { Look, Seen } from '../stacks/host-look.ts';
import { readLent } from '../stacks/lvm/read-lent.ts';
import { patienceMs, readMetadata, readMetadataOf, type Metadata } from '../stacks/metadata.ts';
import type { Session } from './session.ts';

/**
 * Whether this is a stopped pool whose data LV is not linear: its disk can be read only after LVM has activated the
 * data LV.
 */
export function isLent({ found, volume }: Seen): boolean {
  return volume.stack === 'lvm' && found.pool !== undefined && found.area === undefined;
}

/**
 * The volume with its metadata, for an operation that is about to act on it. If no look can read a pool, LVM activates
 * its data LV read-only for a moment. Any other volume is returned as seen; so is every volume in a dry run, which
 * activates nothing.
 */
export async function withLent({ host, report, dryRun }: Session, look: Look, seen: Seen): Promise<Seen> {
  const { found, volume } = seen;
  const data = lentDataOf(seen);
  if (data === undefined) return seen;
  if (dryRun !== undefined) {
    const message =
      'only LVM can assemble its data LV, and a dry run does not ask for that: a real run first reads what its disk says';
    report({ kind: 'notice', volume: volume.name, message });
    return seen;
  }
  // A data LV that something cut off left active is read as it is; the plan takes it down.
  const metadata = look.devices.withDmName(data.dmName)
    ? await readMetadataOf(host, data.device)
    : await readLent(host, data.name, data.device);
  return describeAnew(look, found, metadata);
}

/** A pool's data LV (`vg/pool_vdata`) that LVM alone can put up, and its device; undefined of any other volume. */
export function lentDataOf(
  seen: Seen,
): { readonly name: string; readonly dmName: string; readonly device: string } | undefined {
  const { found, volume } = seen;
  const { pool, lack, target } = found;
  const dataName = pool?.pool.dataName;
  if (!isLent(seen) || dataName === undefined || pool === undefined || volume.state !== 'stopped')
    return undefined;
  if (target !== undefined || lack === 'partial') return undefined;
  const { vgName } = pool.group;
  const dmName = lvmDmName(vgName, dataName);
  return { name: `${vgName}/${dataName}`, dmName, device: `/dev/mapper/${dmName}` };
}

/**
 * Like {@link withLent}, but also waits longer for a slow disk than a look does: for a volume that is read-only in the
 * kernel, the state on its disk decides what is done.
 */
export async function readPatiently(session: Session, look: Look, seen: Seen): Promise<Seen> {
  const { found } = seen;
  if (!isStillUnread(seen) || found.area === undefined) return withLent(session, look, seen);
  const read = await readMetadata(session.host, [found.area], patienceMs);
  return describeAnew(look, found, read.get(found.area.id));
}

/** Whether a look gave up on the volume's disk; an operation waits longer for it. */
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
