import { quoteWord } from '../model/command.ts';
import type { Found } from './found-volume.ts';
import { copiesDirectory, copyOf, knownUuidsOf, type Copies } from './geometry/copies.ts';
import type { Metadata } from './metadata.ts';
import type { RefusalFacts } from '../model/refusal.ts';
import { configPath } from '../model/vdoconf.ts';

/** How long a look waits for disks that it reads only to learn which VDO they hold. */
export const identityLimitMs = 5_000;

/**
 * Whether the kernel says that the volume works. Its disk is then read only for its identity: the state there is old.
 */
export function runsWell({ status }: Pick<Found, 'status'>): boolean {
  return status?.mode !== undefined && status.mode !== 'read-only';
}

const tellsNothing: readonly Metadata['kind'][] = ['no-answer', 'failed', 'not-read'];

/**
 * The part of a volume's metadata that a look uses. If the volume works, the kernel speaks for it when its disk is slow
 * or fails, or has a format that was never understood.
 */
export function tellingOf(
  found: Found,
  metadata: Metadata | undefined,
  copies: Copies,
): Metadata | undefined {
  if (!runsWell(found)) return metadata;
  if (metadata !== undefined && tellsNothing.includes(metadata.kind)) return undefined;
  const isKnown = found.remembered !== undefined || copyOf(found, undefined, copies) !== undefined;
  return metadata?.kind === 'not-understood' && !isKnown ? undefined : metadata;
}

export type Another = RefusalFacts['another-volume'];

/**
 * Tells that the storage of a volume holds another VDO than its own: it was formatted anew, or another disk took its
 * name. Undefined if it does not, or if another volume runs on it, whose VDO the disk then shows.
 *
 * @param uuid what the disk says now; undefined or null if unknown.
 */
export function findAnother(
  found: Found,
  uuid: string | null | undefined,
  copies: Copies = new Map(),
): Another | undefined {
  if (uuid === null || uuid === undefined || found.sharer !== undefined) return undefined;
  const identities = knownUuidsOf(found, copies);
  const expected = identities.find((each) => each.uuid !== uuid);
  if (expected === undefined) return undefined;
  return {
    device: found.storagePath,
    uuid,
    expected: expected.uuid,
    by: expected.by,
    stack: found.stack,
    isRunning: found.status !== undefined,
    copy: identities.find(({ by }) => by === 'copy')?.uuid ?? null,
  };
}

/** {@link Another} in words. */
export function sayAnother({ device, uuid, expected, by }: Another): string {
  const words: Readonly<Record<Another['by'], string>> = {
    memory: `the remembered ${expected}`,
    kernel: `${expected}, which is running`,
    manager: `${expected}, as ${configPath} has it`,
    copy: `${expected}, of which ${copiesDirectory} has a copy`,
  };
  return `its storage ${device} holds another VDO (UUID ${uuid}, not ${words[by]})`;
}

/** What to do about another VDO: only `adopt` makes it the volume's own. */
export function adviseAnother({ stack, device, isRunning, copy }: Another, name: string): string {
  if (stack === 'dm') {
    const on = isRunning ? '' : ` --device ${quoteWord(device)}`;
    return `if you want this one: vdoctl adopt ${name}${on}; if not, find out where the remembered one is`;
  }
  const search = 'find out which disk it is, and who formatted it';
  const saved = isRunning ? `copy its data off while it runs (vdoctl salvage); ${search}` : search;
  return copy === null ? saved : `${saved}; if you want the other one: rm ${copiesDirectory}/${copy}.json`;
}
