import { blockBytes } from '../../model/disk.ts';
import { findKernelDevice, land, listBelow, type KernelDevice } from './devices.ts';
import type { World } from './world.ts';

export type StorageHealth = 'good' | 'fails' | 'fails-writes';

/** Whether a device takes reads and writes where a volume's metadata lies. */
export function checkStorage(world: World, device: KernelDevice, superBlock: number): StorageHealth {
  const landings = [0, superBlock * blockBytes].map((at) => land(world, device, at));
  if (landings.some((landing) => landing.kind === 'error')) return 'fails';
  const disks = landings.flatMap((landing) => (landing.kind === 'disk' ? [landing.disk] : []));
  if (disks.some((disk) => disk.fault === 'fails')) return 'fails';
  const refuses = disks.some(({ fault }) => fault === 'fails-writes' || fault === 'read-only');
  return refuses || isFlakeyUnder(world, device) ? 'fails-writes' : 'good';
}

/** dm-flakey that lets reads through and fails writes. */
function isFlakeyUnder(world: World, device: KernelDevice): boolean {
  if (device.part.kind !== 'dm') return false;
  const { dm } = device.part;
  const isFlakey = (dm.live ?? []).some(
    (line) => line.target === 'flakey' && line.parameters.includes('error_writes'),
  );
  return (
    isFlakey ||
    listBelow(world, dm).some((number) => {
      const below = findKernelDevice(world, number);
      return below !== undefined && isFlakeyUnder(world, below);
    })
  );
}
