import { Failure } from '../model/problem.ts';
import type { Look, Seen } from '../stacks/look.ts';

/** Throws while the volume is being started: that ends by itself, and is neither joined nor taken for none. */
export function guardNotStarting({ volume: { name }, found }: Seen): void {
  if (found.starter === undefined) return;
  const next = `vdoctl recover ${name} waits for it`;
  throw new Failure({ kind: 'refused', name, reason: `it is being started by ${found.starter}`, next });
}

/**
 * Throws while something is under way with the volume that must not be met: a start, or a suspension of it or of what
 * lies beneath, which would make us hang.
 *
 * @param doing what was to be done: `stopping`.
 */
export function guardIdle(look: Look, seen: Seen, doing: string): void {
  const { volume } = seen;
  const { name } = volume;
  guardNotStarting(seen);
  if (volume.state === 'suspended') {
    const next = `dmsetup resume ${volume.dmName} when its owner is done with it`;
    throw new Failure({ kind: 'refused', name, reason: 'it is suspended', next });
  }
  guardStorageAnswers(look, seen, doing);
}

/** Throws while the storage, or what lies beneath it, is suspended: writing to it would hang in the kernel. */
export function guardStorageAnswers({ devices }: Look, { volume, found }: Seen, doing: string): void {
  const suspended = found.storage === undefined ? [] : devices.suspendedUnder(found.storage);
  if (suspended.length === 0) return;
  const names = suspended.map((device) => device.dm?.name ?? device.path).join(' ');
  const reason = `its storage is suspended (${names}): ${doing} would hang`;
  throw new Failure({ kind: 'refused', name: volume.name, reason, next: `dmsetup resume ${names}` });
}
