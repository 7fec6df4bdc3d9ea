import * as arrange from '../../src/simulator/arrange.ts';
import { createWorld, type World } from '../../src/simulator/world/world.ts';
import { gibibyte } from './worlds.ts';

const diskBytes = 20 * gibibyte;
const minorsPerDisk = 16;

/** A host with this many running volumes, each on a disk of its own and mounted: every second one a pool of LVM. */
export function tellOfMany(now: number, count: number): World {
  const world = createWorld(now);
  arrange.addRootDisk(world);
  for (let index = 0; index < count; index += 1) {
    const disk = arrange.addDisk(world, { name: `sd${nameDisk(index)}`, sizeBytes: diskBytes });
    disk.minor = (index + 1) * minorsPerDisk;
    const label = String(index).padStart(3, '0');
    arrange.mountDevice(world, addOne(world, label, `/dev/${disk.name}`), `/mnt/${label}`);
  }
  return world;
}

/** @returns the device that has a filesystem */
function addOne(world: World, label: string, storage: string): string {
  if (Number(label) % 2 === 0) {
    arrange.addVolume(world, `vol-${label}`, storage);
    arrange.addRemembered(world, `vol-${label}`, storage);
    return `/dev/mapper/vol-${label}`;
  }
  const volumes = [{ name: 'home', sizeBytes: diskBytes }];
  const vg = arrange.addVg(world, `vg${label}`, [storage]);
  arrange.activatePool(world, arrange.addPool(world, vg, 'pool', { sizeBytes: diskBytes / 2, volumes }));
  return `/dev/vg${label}/home`;
}

/** `aa`, `ab`, … */
function nameDisk(index: number): string {
  return [Math.floor(index / 26), index % 26].map((at) => String.fromCharCode(97 + at)).join('');
}
