import type { BlockDevice } from '../../model/device.ts';
import { lvmDmName } from '../../model/names.ts';
import type { Problem } from '../../model/problem.ts';
import { refusal } from '../../model/refusal.ts';
import { isOnlyRemembered } from '../../stacks/dm/objections.ts';
import { expectedUuid, type Copies } from '../../stacks/geometry/copies.ts';
import type { Look, Seen } from '../../stacks/host-look.ts';
import { whyUnread, type Metadata } from '../../stacks/metadata.ts';
import { mayHaveRemains } from '../../stacks/find-remains.ts';
import { canBeLeftDown } from '../left-down.ts';
import { findEndOfWait } from '../wait-for.ts';
import type { Condition, Rule } from './rule.ts';
import { normal } from './state.ts';
import {
  noVdoProblem,
  notInUse,
  ownName,
  ownVdo,
  present,
  storageAnswers,
  storageNotInUse,
} from './storage.ts';

/** What would be erased is not in use. Only forgetting a volume touches neither the volume nor its storage. */
export const removable: Condition = (look, seen, name) => {
  const { volume, metadata } = seen;
  if (isOnlyRemembered(seen)) return undefined;
  if (volume.state !== 'stopped') return notInUse(look, seen, name);
  // The manager zeroes only what the device still holds of the volume, as the look has read it.
  if (volume.stack === 'manager')
    return metadata?.kind === 'read' && ownVdo(look, seen, name) === undefined
      ? storageNotInUse(look, seen, name)
      : undefined;
  return storageAnswers(look, seen, name) ?? ownVdo(look, seen, name) ?? storageNotInUse(look, seen, name);
};

/** To rename a running pool, LVM suspends it. */
export const calmPool: Condition = (look, seen, name) =>
  seen.volume.stack === 'lvm' && seen.volume.state !== 'stopped' ? normal(look, seen, name) : undefined;

/** Something was cut off, or may have been. */
export const cutOff: Rule = (look, seen, name) => {
  const { unfinished = [], starter } = seen.found;
  // A start under way is waited for first, and may leave something.
  if (unfinished.length > 0 || starter !== undefined || seen.found.rehearsal !== undefined) return undefined;
  const may = mayHaveRemains(seen);
  if (may === true) return ownName(look, seen, name);
  if (may !== false) return may;
  return canBeLeftDown(seen) ? undefined : 'nothing-to-clean';
};

/** A running volume is remembered by its table; a stopped one by what its storage says. */
export const rememberable: Condition = (look, seen, name) => {
  const { volume, found, metadata } = seen;
  if (volume.state !== 'stopped') return present(look, seen, name);
  const path = found.remembered?.storage;
  if (path === undefined) return noVolume(look, volume.name);
  if (found.storage === undefined) return { kind: 'no-such-device', device: path, because: 'not-there' };
  return (
    findAgainstRemembering(look, { name: volume.name, path, device: found.storage }) ??
    findNothingToRemember(volume.name, path, metadata)
  );
};

export function noVolume({ seen }: Look, name: string): Problem {
  return { kind: 'no-such-volume', name, known: seen.map(({ volume }) => volume.name) };
}

/** What to remember under a name. */
export interface Remembering {
  readonly name: string;
  /** As the user gave it, or as it is remembered. */
  readonly path: string;
  readonly device: BlockDevice;
}

/** What forbids remembering an existing device as the storage of a stopped volume. */
export function findAgainstRemembering(look: Look, { name, path, device }: Remembering): Problem | undefined {
  const taken = look.devices.withDmName(name);
  if (taken !== undefined) return refusal(name, 'name-taken', { dmName: name, device: taken.path });
  const suspended = look.devices.namesOfSuspendedUnder(device);
  if (suspended.length > 0)
    return refusal(name, 'storage-suspended', { device: path, suspended, doing: 'reading' });
  return findOtherOwner(look, name, device);
}

/** A volume that runs under another name, or that another stack remembers, could then be started from two places. */
function findOtherOwner({ seen }: Look, name: string, device: BlockDevice): Problem | undefined {
  const other = seen.find(
    ({ volume, found }) =>
      found.storage === device &&
      volume.dmName !== name &&
      (volume.state !== 'stopped' || volume.stack === 'manager'),
  );
  if (other === undefined) return undefined;
  const { name: sharer, stack, state } = other.volume;
  const facts = { device: device.path, sharer, stack, state, lies: 'under', isNew: false } as const;
  return refusal(name, 'storage-shared', facts);
}

/** Why a device holds no VDO to remember; undefined also if it has not answered. */
export function findNothingToRemember(
  name: string,
  path: string,
  metadata: Metadata | undefined,
): Problem | undefined {
  if (metadata?.kind === 'not-understood') return metadata.failure.problem;
  if (metadata?.kind === 'not-vdo' || metadata?.kind === 'half-converted')
    return noVdoProblem(name, path, metadata);
  return metadata?.kind === 'failed'
    ? refusal(name, 'storage-unreadable', { device: path, why: whyUnread(metadata) })
    : undefined;
}

/** (lvm) The dm name of the pool's data LV. */
export function dataDmNameOf({ found: { pool } }: Seen): string | undefined {
  return pool === undefined ? undefined : lvmDmName(pool.group.vgName, pool.pool.dataName ?? '');
}

/** The first block can be found and, if the volume is stopped, nobody holds the storage. */
export const repairable: Condition = (look, seen, name) => {
  const { volume, found } = seen;
  const absent = present(look, seen, name);
  if (absent !== undefined) return absent;
  if (found.sharer !== undefined) return findSharer(look, seen, found.sharer);
  if (found.area === undefined) return refusal(volume.name, 'first-block-not-found', { isLinear: false });
  if (volume.state !== 'stopped') return undefined;
  const data = dataDmNameOf(seen);
  const isUp = data !== undefined && look.devices.withDmName(data) !== undefined;
  return (
    ownName(look, seen, name) ??
    (isUp ? refusal(volume.name, 'data-is-up', { data }) : storageNotInUse(look, seen, name))
  );
};

/** Two volumes share one first block: only a person knows whose it is. */
function findSharer({ seen: all }: Look, { volume }: Seen, sharer: string): Problem {
  const { stack, state } = all.find((each) => each.volume.name === sharer)?.volume ?? volume;
  const device = volume.storage.path;
  return refusal(volume.name, 'storage-shared', {
    device,
    sharer,
    stack,
    state,
    lies: 'under',
    isNew: false,
  });
}

/** Something is wrong with the first block, as far as a look has read it. */
export const damaged: Rule = ({ copies }, seen) => judgeFirstBlock(seen, seen.metadata, copies);

/** What is wrong with a readable first block: nothing, or it belongs to another volume. */
export function judgeFirstBlock(
  { volume, found }: Seen,
  metadata: Metadata | undefined,
  copies: Copies,
): Problem | 'already-so' | undefined {
  if (metadata?.kind !== 'read') return undefined;
  const { uuid } = metadata.geometry;
  const expected = expectedUuid(found, copies) ?? uuid;
  return expected === uuid ? 'already-so' : refusal(volume.name, 'formatted-anew', { uuid, expected });
}

/** Waiting does not start a volume, and resumes none. */
export function findNotRunning({ volume: { name, state, dmName } }: Seen): Problem | undefined {
  return state === 'running' ? undefined : refusal(name, 'not-running', { state, dmName });
}

/** Waiting for normal mode can succeed; a start under way is waited for, too. */
export const waitable: Rule = (_look, seen) => {
  const { starter, status } = seen.found;
  if (starter !== undefined) return undefined;
  const { name, mode } = seen.volume;
  const problem = findNotRunning(seen) ?? (status && findEndOfWait(name, status, 'normal'));
  return problem ?? (mode === 'normal' ? 'reached' : undefined);
};
