import type { Host } from '../../host/host.ts';
import type { EntryDoubt } from '../../model/manager-facts.ts';
import { refuse } from '../../model/refuse.ts';
import type { Seen } from '../host-look.ts';
import { readMetadataOf, type Metadata } from '../metadata.ts';
import type { Remains } from '../remains.ts';
import type { Managed } from './config.ts';
import { finishStep } from './entry.ts';
import { describeOddSizes, findOddSizes, isGrown } from './sizes.ts';

/**
 * Writes the sizes of the super block into the manager's file if they differ: a cut-off growth leaves them different,
 * even after the manager has called it finished. Undefined if they agree.
 *
 * @throws Failure `refused` if the device may hold another VDO than the entry's
 */
export async function mendSizes(host: Host, seen: Seen, managed: Managed): Promise<Remains | undefined> {
  const odd = findOddSizes(seen.found, seen.metadata);
  if (odd.length === 0) return undefined;
  const { name, device } = managed;
  const disk = await readMetadataOf(host, device);
  const refuseDoubtful = (doubt: EntryDoubt): never =>
    refuse(name, 'manager-entry-in-doubt', { device, differs: odd, doubt });
  if (disk.kind !== 'read') return refuseDoubtful({ kind: 'no-readable-vdo' });
  const doubt = findDoubt(host, seen, managed, disk);
  if (doubt !== undefined) return refuseDoubtful(doubt);
  const { uuid, nonce } = disk.geometry;
  const step = await finishStep(
    host,
    name,
    device,
    `Write the sizes of ${name} into the manager's configuration`,
  );
  return {
    steps: [{ ...step, before: [{ kind: 'holds-vdo', device, uuid, nonce: String(nonce) }] }],
    outcome: 'finished',
    notes: [describeOddSizes(odd)],
    mayLose: [],
  };
}

/** Why the disk may not be the entry's. While the volume runs, the kernel and the disk must agree. */
function findDoubt(
  { files }: Host,
  { found }: Seen,
  managed: Managed,
  disk: Extract<Metadata, { kind: 'read' }>,
): EntryDoubt | undefined {
  const { device, uuid } = managed;
  const { geometry, superBlock } = disk;
  if (uuid !== null && uuid !== geometry.uuid) return { kind: 'another-vdo', uuid: geometry.uuid };
  if (found.status === undefined)
    return uuid !== null || isGrown(managed, superBlock) ? undefined : { kind: 'not-told-apart' };
  const described = files.describe(device);
  const isThere = described.kind === 'read' && described.value.deviceNumber === found.storage?.deviceNumber;
  if (!isThere) return { kind: 'runs-elsewhere', runsOn: found.storagePath };
  const differs = findOddSizes({ ...found, managed: { ...managed, ...superBlock } }, disk);
  return differs.length === 0 ? undefined : { kind: 'kernel-and-super-block-differ' };
}
