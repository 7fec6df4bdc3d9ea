import type { Host } from '../../host/host.ts';
import { looking } from '../../model/command.ts';
import { sectorBytes } from '../../model/disk.ts';
import { notUnderstood } from '../../model/problem.ts';
import { readBlockDevices } from '../devices.ts';
import { outputOf } from '../tool-result.ts';

/** How full the changes of a dm-snapshot device are. */
export type OverlayStatus =
  | { readonly kind: 'valid'; readonly usedBytes: number; readonly roomBytes: number }
  /** They ran out of room, or their device failed: the kernel fails every request since. */
  | { readonly kind: 'invalid' };

/** Undefined if there is no such device. Source: dm_snap.c of the kernel, `snapshot_status`. */
export async function readOverlayStatus(host: Host, dmName: string): Promise<OverlayStatus | undefined> {
  if (readBlockDevices(host.files).withDmName(dmName) === undefined) return undefined;
  const line = outputOf(await host.run(looking('dmsetup', ['status', dmName]))).trimEnd();
  if (/ snapshot (?:Invalid|Overflow|Merge failed)$/.test(line)) return { kind: 'invalid' };
  const [, used, room] = / snapshot (\d+)\/(\d+)(?: \d+)?$/.exec(line) ?? [];
  if (used === undefined || room === undefined)
    return notUnderstood('dmsetup status', line, 'not the status of a snapshot');
  return { kind: 'valid', usedBytes: Number(used) * sectorBytes, roomBytes: Number(room) * sectorBytes };
}
