import { quoteWord } from '../model/command.ts';
import type { Found } from './found.ts';
import { copiesDirectory, copyOf, identitiesOf, type Copies, type Identity } from './geometry-copies.ts';
import type { Metadata } from './metadata.ts';
import { configPath } from '../model/vdoconf.ts';

/** How long a look waits for disks that it reads only to see whose they are. */
export const identityLimitMs = 5_000;

/** Whether the kernel says that it works: then nothing but its identity is asked of its disk, whose state is old. */
export function runsWell({ status }: Pick<Found, 'status'>): boolean {
  return status?.mode !== undefined && status.mode !== 'read-only';
}

const tellsNothing: readonly Metadata['kind'][] = ['no-answer', 'failed', 'not-read'];

/**
 * What a look takes from the disk of a volume. One that works and whose disk is slow or fails is told of by the kernel;
 * so is one of a format that was never understood.
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

/**
 * That the storage of a volume holds another VDO than its own, in words: it was formatted anew, or another disk took
 * its name. While another volume runs on it, the disk speaks of that one.
 *
 * @param uuid what the disk says now; undefined or null where that is not known.
 */
export function describeAnother(
  found: Found,
  uuid: string | null | undefined,
  copies: Copies = new Map(),
): string | undefined {
  if (uuid === null || uuid === undefined || found.sharer !== undefined) return undefined;
  const expected = identitiesOf(found, copies).find((each) => each.uuid !== uuid);
  if (expected === undefined) return undefined;
  return `its storage ${found.storagePath} holds another VDO (UUID ${uuid}, not ${describeIdentity(expected)})`;
}

function describeIdentity({ uuid, by }: Identity): string {
  const words: Readonly<Record<Identity['by'], string>> = {
    memory: `the remembered ${uuid}`,
    kernel: `${uuid}, which runs`,
    manager: `${uuid}, as ${configPath} has it`,
    copy: `${uuid}, of which ${copiesDirectory} has a copy`,
  };
  return words[by];
}

/** What to do about it: nothing but `adopt` makes the other VDO the volume's own. */
export function adviseAnother(found: Found, copies: Copies = new Map()): string {
  const { name, stack, storagePath, status } = found;
  if (stack === 'dm') {
    const device = status === undefined ? ` --device ${quoteWord(storagePath)}` : '';
    return `if it is the one that is wanted: vdoctl adopt ${name}${device}; else find out where the remembered one is`;
  }
  const search = 'find out which disk it is, and who formatted it';
  const saved = status === undefined ? search : `copy its data off while it runs; ${search}`;
  const kept = identitiesOf(found, copies).find(({ by }) => by === 'copy');
  if (kept === undefined) return saved;
  return `${saved}; if the other one is wanted: rm ${copiesDirectory}/${kept.uuid}.json`;
}
