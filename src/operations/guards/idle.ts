import { refuse } from '../../model/refuse.ts';
import type { Look, Seen } from '../../stacks/host-look.ts';

/** Throws while the volume is being started: that ends by itself, and is neither joined nor taken for none. */
export function guardNotStarting({ volume: { name }, found }: Seen): void {
  if (found.starter !== undefined) refuse(name, 'starting', { starter: found.starter });
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
  if (volume.state === 'suspended') refuse(name, 'suspended', { dmName: volume.dmName });
  guardStorageAnswers(look, seen, doing);
}

/** Throws while the storage, or what lies beneath it, is suspended: writing to it would hang in the kernel. */
export function guardStorageAnswers({ devices }: Look, { volume, found }: Seen, doing: string): void {
  const suspended = found.storage === undefined ? [] : devices.suspendedUnder(found.storage);
  if (suspended.length === 0) return;
  const names = suspended.map((device) => device.dm?.name ?? device.path);
  refuse(volume.name, 'storage-suspended', { device: volume.storage.path, suspended: names, doing });
}
