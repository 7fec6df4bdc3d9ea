import { listBelow } from './devices.ts';
import type { DmDevice, World } from './world.ts';

/** The dm devices that lie right on a device. */
export function listHolders(world: World, deviceNumber: string): DmDevice[] {
  return world.dmDevices.filter((dm) => listBelow(world, dm).includes(deviceNumber));
}

/** How often each device is open, by device number: mounts, processes, and devices on top. Without those that nobody has open. */
export type OpenCounts = ReadonlyMap<string, number>;

/** One walk over all devices, for a report that asks for each of them. */
export function countAllOpens(world: World): OpenCounts {
  const counts = new Map<string, number>();
  // Mounts of the same source are one opener.
  const mounted = new Map(
    world.mounts.map(({ deviceNumber, source }) => [`${deviceNumber} ${source}`, deviceNumber]),
  );
  const opened = [
    ...mounted.values(),
    ...world.processes.flatMap(({ opens }) => [...new Set(opens)]),
    ...world.dmDevices.flatMap((dm) => listBelow(world, dm)),
  ];
  for (const number of opened) counts.set(number, (counts.get(number) ?? 0) + 1);
  return counts;
}

export function countOpens(world: World, deviceNumber: string): number {
  return countAllOpens(world).get(deviceNumber) ?? 0;
}
