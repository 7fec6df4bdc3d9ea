import type { Found } from './find.ts';
import type { Metadata } from './metadata.ts';

/** How long a look waits for disks that it reads only to see whose they are. */
export const identityLimitMs = 5_000;

/** Whether the kernel says that it works: then nothing but its identity is asked of its disk, whose state is old. */
export function runsWell({ status }: Pick<Found, 'status'>): boolean {
  return status?.mode !== undefined && status.mode !== 'read-only';
}

/** What a look takes from the disk of a volume. One that works and whose disk is slow or fails is told of by the kernel. */
export function tellingOf(found: Found, metadata: Metadata | undefined): Metadata | undefined {
  const isSilent = metadata?.kind === 'no-answer' || metadata?.kind === 'failed';
  return isSilent && runsWell(found) ? undefined : metadata;
}

/**
 * That the storage of a remembered volume holds another VDO than was remembered, in words: it was formatted anew, or
 * another disk took its name. While another volume runs on it, the disk speaks of that one.
 *
 * @param uuid what the disk says now; undefined or null where that is not known.
 */
export function describeAnother(found: Found, uuid: string | null | undefined): string | undefined {
  const { remembered, sharer, storagePath } = found;
  const expected = remembered?.uuid ?? undefined;
  if (expected === undefined || sharer !== undefined) return undefined;
  if (uuid === null || uuid === undefined || uuid === expected) return undefined;
  return `its storage ${storagePath} holds another VDO (UUID ${uuid}, not the remembered ${expected})`;
}

/** What to do about it: nothing but `adopt` makes the other VDO the volume's own. */
export function adviseAnother({ name, storagePath, status }: Found): string {
  const device = status === undefined ? ` --device ${storagePath}` : '';
  return `if it is the one that is wanted: vdoctl adopt ${name}${device}; else find out where the remembered one is`;
}
