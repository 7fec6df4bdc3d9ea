import {
  activatePool,
  addDisk,
  addPool,
  addRootDisk,
  addVg,
  addVolume,
  gibibyte,
  addRemembered,
  requireDm,
  mountDevice,
  setDiskState,
  stopDevice,
} from './arrange.ts';
import { generationOf, type GenerationName } from './world/generation.ts';
import { addManagedVolume, leaveCreateCutOff } from './programs/manager/arrange.ts';
import { countDataBlocksOfSlab, countSlabs } from '../model/layout.ts';
import { enterReadOnly } from './world/vdo-running.ts';
import { createWorld, type VdoImage, type World } from './world/world.ts';

/**
 * The host of `--simulate` and `demo`: five volumes, each in another condition.
 *
 * - `archive` fine; `backups` stopped, it crashed; `media` nearly full; `mail` read-only, by its disk;
 * - `vg/pool`, LVM's, recovering.
 *
 * All but the pool belong to the dm stack, or to the classic manager on a host without the dm stack.
 */
export function tellStory(now: number, generation?: GenerationName): World {
  const world = { ...createWorld(now), ...(generation === undefined ? {} : { generation }) };
  world.bootedAt = now - 26 * 60_000;
  addRootDisk(world);
  addFine(world);
  addNearlyFull(world);
  addReadOnly(world);
  addCrashed(world);
  addRecoveringPool(world);
  addSpare(world);
  return world;
}

/**
 * The host of the screen's demonstration: one volume recovering, one read-only, one left half-made by a `vdo create`
 * that was cut off, one nearly full, one fine.
 */
export function tellScreenStory(now: number): World {
  const world = createWorld(now);
  world.bootedAt = now - 26 * 60_000;
  addRootDisk(world);
  addFine(world);
  addNearlyFull(world);
  addReadOnly(world);
  addHalfMade(world);
  addRecoveringPool(world);
  addSpare(world);
  return world;
}

/** Data blocks of a volume with this share of its physical space used. The fixed overhead counts as used. */
function countData(physicalBlocks: number, slabBlocks: number, share: number): number {
  const sizes = { physicalBlocks, slabBlocks };
  const capacity = countSlabs(sizes) * countDataBlocksOfSlab(slabBlocks);
  return Math.max(0, Math.round(physicalBlocks * share - (physicalBlocks - capacity)));
}

const smallSlab = 8192;
const usualSlab = 524_288;

interface StoryVolume {
  readonly name: string;
  readonly disk: string;
  readonly serial: string;
  readonly sizeGibibytes: number;
  readonly logicalGibibytes: number;
  readonly slabBlocks: number;
  readonly usedShare: number;
  /** Logical blocks for each block of data. */
  readonly saving: number;
  /** What its filesystem does not use any more and has not given back; absent: nothing. */
  readonly trimmableGibibytes?: number;
  readonly files?: VdoImage['files'];
}

const blocksPerGibibyte = gibibyte / 4096;

function addStoryVolume(world: World, volume: StoryVolume): string {
  const { name, disk, serial, slabBlocks } = volume;
  addDisk(world, { name: disk, sizeBytes: volume.sizeGibibytes * gibibyte, serial });
  const storage = `/dev/disk/by-id/virtio-${serial}`;
  const physicalBlocks = volume.sizeGibibytes * blocksPerGibibyte;
  const dataBlocks = countData(physicalBlocks, slabBlocks, volume.usedShare);
  const parameters = {
    slabBlocks,
    logicalBlocks: volume.logicalGibibytes * blocksPerGibibyte,
    dataBlocks,
    logicalUsedBlocks: Math.round(dataBlocks * volume.saving),
    ...(volume.trimmableGibibytes === undefined
      ? {}
      : { trimmableBlocks: volume.trimmableGibibytes * blocksPerGibibyte }),
    ...(volume.files === undefined ? {} : { files: volume.files }),
  };
  if (hasDmStack(world)) {
    addVolume(world, name, storage, parameters);
    addRemembered(world, name, storage);
  } else addManagedVolume(world, name, storage, parameters);
  return storage;
}

function hasDmStack(world: World): boolean {
  return generationOf(world).stacks.includes('dm');
}

function addFine(world: World): void {
  const sizes = { sizeGibibytes: 500, logicalGibibytes: 1500, slabBlocks: usualSlab };
  const use = { usedShare: 0.41, saving: 2.7 };
  addStoryVolume(world, { name: 'archive', disk: 'vdb', serial: 'S5YBNX0R1001', ...sizes, ...use });
  mountDevice(world, '/dev/mapper/archive', '/srv/archive');
}

function addNearlyFull(world: World): void {
  const sizes = { sizeGibibytes: 200, logicalGibibytes: 600, slabBlocks: usualSlab };
  const use = { usedShare: 0.93, saving: 1.4, trimmableGibibytes: 24 };
  addStoryVolume(world, { name: 'media', disk: 'vdc', serial: 'S5YBNX0R1002', ...sizes, ...use });
  mountDevice(world, '/dev/mapper/media', '/srv/media');
}

/** A volume that went read-only while it ran: its disk says so, and it shows everything until it is stopped. */
function addReadOnly(world: World): void {
  const sizes = { sizeGibibytes: 40, logicalGibibytes: 100, slabBlocks: smallSlab };
  const use = { usedShare: 0.5, saving: 1.8 };
  addStoryVolume(world, {
    name: 'mail',
    disk: 'vdd',
    serial: 'S5YBNX0R1003',
    files: ['ann', 'ben', 'eve'].map((name) => ({
      name: `${name}/inbox`,
      checksum: `5f${name}`,
      unreplayed: true,
    })),
    ...sizes,
    ...use,
  });
  enterReadOnly(world, requireDm(world, 'mail'));
}

/** A volume that ran when the machine went down. Nobody has started it since. */
function addCrashed(world: World): void {
  const sizes = { sizeGibibytes: 100, logicalGibibytes: 300, slabBlocks: smallSlab };
  const use = { usedShare: 0.62, saving: 2.1 };
  const storage = addStoryVolume(world, {
    name: 'backups',
    disk: 'vde',
    serial: 'S5YBNX0R1004',
    ...sizes,
    ...use,
  });
  stopDevice(world, 'backups');
  setDiskState(world, storage, 'dirty');
}

/** Somebody's `vdo create` was killed when the target had just come up. */
function addHalfMade(world: World): void {
  addDisk(world, { name: 'vdh', sizeBytes: 60 * gibibyte, serial: 'S5YBNX0R1007' });
  leaveCreateCutOff(world, 'scratch', '/dev/disk/by-id/virtio-S5YBNX0R1007', 'started');
}

/** An unused disk, for a user who tries to create a volume. */
function addSpare(world: World): void {
  addDisk(world, { name: 'vdg', sizeBytes: 300 * gibibyte, serial: 'S5YBNX0R1006' });
}

/** A pool that LVM started a moment ago. */
function addRecoveringPool(world: World): void {
  addDisk(world, { name: 'vdf', sizeBytes: 250 * gibibyte, serial: 'S5YBNX0R1005' });
  const vg = addVg(world, 'vg', ['/dev/vdf']);
  const physicalBlocks = 240 * blocksPerGibibyte;
  const dataBlocks = countData(physicalBlocks, usualSlab, 0.55);
  const pool = addPool(world, vg, 'pool', {
    sizeBytes: 240 * gibibyte,
    volumes: [{ name: 'home', sizeBytes: 800 * gibibyte }],
    state: 'dirty',
    dataBlocks,
    logicalUsedBlocks: dataBlocks * 2,
    recovery: { replayMs: 4000, scrubMs: 90_000, fromPercent: 31 },
    // After a crash the kernel rebuilds the deduplication index from its own volume, which takes long.
    indexOpensAfterMs: 60_000,
  });
  activatePool(world, pool);
}
