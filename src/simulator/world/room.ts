import { findKernelDevice } from './devices.ts';
import type { SimulatedMount, World } from './world.ts';

/** The mount that a path lies on. */
export function findMountUnder(world: World, path: string): SimulatedMount | undefined {
  const over = world.mounts.filter(
    (mount) => mount.path === '/' || mount.path === path || path.startsWith(`${mount.path}/`),
  );
  return over.reduce<SimulatedMount | undefined>(
    (longest, mount) => (mount.path.length >= (longest?.path.length ?? 0) ? mount : longest),
    undefined,
  );
}

/** The room that is left on a filesystem once what was copied there is taken off. */
export function countFreeBytes(world: World, mount: SimulatedMount): number {
  const copied = world.files
    .filter(({ path }) => findMountUnder(world, path) === mount)
    .reduce((sum, { bytes = 0 }) => sum + bytes, 0);
  // Of a filesystem that nobody said anything about, half is free.
  const size = findKernelDevice(world, mount.deviceNumber)?.sizeBytes ?? 0;
  return Math.max(0, (mount.freeBytes ?? Math.floor(size / 2)) - copied);
}
