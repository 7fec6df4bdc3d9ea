import {
  addDisk,
  addRemembered,
  addRootDisk,
  addVolume,
  gibibyte,
  setDiskState,
  stopDevice,
} from '../../src/simulator/arrange.ts';
import { tellStory } from '../../src/simulator/stories.ts';
import { createWorld, type World } from '../../src/simulator/world/world.ts';
import { addProcess } from '../simulated/levers.ts';

/** A host without a volume, and with a disk for one. */
export function tellEmptyHost(now: number): World {
  const world = createWorld(now);
  addRootDisk(world);
  addDisk(world, { name: 'vdb', sizeBytes: 100 * gibibyte, serial: 'S5YBNX0R2001' });
  return world;
}

/** Every dmsetup hangs until its time limit. */
export function tellHungDmsetup(now: number): World {
  return { ...tellStory(now), hung: ['dmsetup'] };
}

/** A process has a volume open, which no look shows. */
export function tellReader(now: number): World {
  const world = tellStory(now);
  addProcess(world, { name: 'rsync', opens: ['/dev/mapper/mail'] });
  return world;
}

/** The usual host, and one more volume that crashed: its recovery takes long. */
export function tellTwoCrashed(now: number, scrubMs = 400_000): World {
  const world = tellStory(now);
  const storage = '/dev/disk/by-id/virtio-S5YBNX0R1008';
  addDisk(world, { name: 'vdi', sizeBytes: 100 * gibibyte, serial: 'S5YBNX0R1008' });
  addVolume(world, 'wiki', storage, { recovery: { replayMs: 1000, scrubMs, fromPercent: 10 } });
  addRemembered(world, 'wiki', storage);
  stopDevice(world, 'wiki');
  setDiskState(world, storage, 'dirty');
  return world;
}
