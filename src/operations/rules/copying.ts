import type { Operation } from '../../model/plan.ts';
import { refusal } from '../../model/refusal.ts';
import type { Condition } from './rule.ts';
import { findUnsettled } from '../unsettled.ts';
import { findUnreadable } from './state.ts';

/** What has to be so before data is copied off a volume. */

/**
 * No earlier operation is left to settle, but for one of the same kind that was cut off: the next call takes down what
 * that left, and goes on from there.
 */
export function settledFor(operation: Operation): Condition {
  return (look, seen) => {
    const { unfinished = [] } = seen.found;
    const isOwn =
      unfinished.length > 0 &&
      unfinished.every(
        (each) => each.state === 'cut-off' && each.operation.begun.plan.operation === operation,
      );
    // A rehearsal that is up may stay: a copy writes nothing beneath it.
    return findUnreadable(look, seen.volume.name) ?? (isOwn ? undefined : findUnsettled(seen));
  };
}

/** A VDO that is mounted as it is changes while it is copied, and only of a logical volume can a snapshot be made. */
export const heldStill: Condition = (look, { volume: { name, stack }, found: { target } }) => {
  if (stack === 'lvm' || target === undefined) return undefined;
  const mounts = look.mounts.filter(({ deviceNumber }) => deviceNumber === target.deviceNumber);
  return mounts.length === 0
    ? undefined
    : refusal(name, 'no-snapshot', { device: target.path, mountedOn: mounts.map(({ path }) => path) });
};

/** What is stopped cannot be read. */
export const runningToCopy: Condition = (_look, { volume: { name, state, onDisk }, found: { starter } }) =>
  state === 'stopped' && starter === undefined
    ? refusal(name, 'only-running-is-copied', { onDisk: onDisk?.state ?? null })
    : undefined;

/** Only a rehearsal that is up shows what it would give. */
export const rehearsalIsUp: Condition = (_look, { volume: { name }, found: { rehearsal } }) =>
  (rehearsal?.devices.length ?? 0) === 0 ? refusal(name, 'no-rehearsal', {}) : undefined;
