import { describe, expect, test } from 'vitest';

import type { Host, StorageArea } from '../../src/host/host.ts';
import {
  demandOfStart,
  guardNotInUse,
  guardStart,
  guardStorageUnused,
} from '../../src/operations/guards/volume.ts';
import { start } from '../../src/operations/start-stop.ts';
import { addDisk, addDm, addPool, addRemembered, addVg, addVolume } from '../../src/simulator/arrange.ts';
import type { World } from '../../src/simulator/world/world.ts';
import { lookAtHost } from '../../src/stacks/host-look.ts';
import { usualCacheBytes } from '../../src/stacks/kernel-memory.ts';
import * as happen from '../simulated/levers.ts';
import type { TestHost } from '../simulated/test-host.ts';
import { createDiskHost, gibibyte } from '../simulated/worlds.ts';
import { makeManaged, makeMetadata, makeSeen, makeStopped } from './builders.ts';
import { createSession, problemOf } from './fakes.ts';
import { remember } from './rules-scene.ts';

const sectors = (10 * gibibyte) / 512;
const own = '/dev/mapper/own';

/** `my-vdo`, remembered and stopped, on the first half of `vdb`; `beside` is the other half. */
function createHalves(arrange: (world: World) => void): TestHost {
  return createDiskHost(
    (world) => {
      addDm(world, 'own', `0 ${String(sectors)} linear /dev/vdb 0`);
      addDm(world, 'beside', `0 ${String(sectors)} linear /dev/vdb ${String(sectors)}`);
      addVolume(world, 'my-vdo', own);
      addRemembered(world, 'my-vdo', own);
      happen.stopDevice(world, 'my-vdo');
      arrange(world);
    },
    { sizeBytes: 20 * gibibyte },
  );
}

/** Starts `my-vdo`. Resolves with every device whose metadata was read for that. */
async function startAndListRead(host: TestHost): Promise<readonly string[]> {
  const read: string[] = [];
  const noting = Object.create(host, {
    readMetadata: {
      value: (areas: readonly StorageArea[], limitMs?: number) => {
        read.push(...areas.flatMap(({ extents }) => extents.map(({ device }) => device)));
        return host.readMetadata(areas, limitMs);
      },
    },
  }) as Host;
  expect(await start({ ...createSession(host), host: noting }, 'my-vdo', 'no')).toMatchObject({
    outcome: 'done',
  });
  return read;
}

describe('a volume is started', () => {
  test('beside one that runs on the same disk, and is another VDO', async () => {
    const host = createHalves((world) => {
      addVolume(world, 'other', '/dev/mapper/beside');
    });
    expect(await startAndListRead(host)).toContain('/dev/mapper/beside');
  });

  test('beside a clone of it that is stopped, too', async () => {
    const host = createHalves((world) => {
      happen.cloneDisk(world, 'vdb', 'vdc');
      addDm(world, 'clone', `0 ${String(sectors)} linear /dev/vdc 0`);
      addRemembered(world, 'clone', '/dev/mapper/clone');
    });
    await startAndListRead(host);
  });

  test('beside one on another disk that is suspended, and would not answer: nothing of that is read', async () => {
    const host = createHalves((world) => {
      addDisk(world, { name: 'vdc', sizeBytes: 10 * gibibyte });
      happen.addLayer(world, 'hangs', '/dev/vdc');
      addVolume(world, 'other', '/dev/mapper/hangs');
      happen.suspend(world, 'hangs');
    });
    expect(await startAndListRead(host)).not.toContain('/dev/mapper/hangs');
  });

  test('and beside one whose disk was taken away', async () => {
    const host = createHalves((world) => {
      addDisk(world, { name: 'vdc', sizeBytes: 10 * gibibyte });
      addVolume(world, 'other', '/dev/vdc');
      happen.setDiskFault(world, 'vdc', 'gone');
    });
    expect(await startAndListRead(host)).not.toContain('/dev/vdc');
  });
});

test('but not beside one on the same disk that cannot be read: it may be the same VDO', async () => {
  const host = createHalves((world) => {
    addVolume(world, 'other', '/dev/mapper/beside');
    happen.suspend(world, 'beside');
  });
  expect(await problemOf(start(createSession(host), 'my-vdo', 'no'))).toMatchObject({
    because: 'twin-not-ruled-out',
    facts: { other: 'other', sharedDisks: ['/dev/vdb'] },
  });
});

describe('what a guard is not asked for', () => {
  test('the users of a stopped volume, and of storage that is not there', async () => {
    const host = createHalves(() => undefined);
    const look = await lookAtHost(host);
    const seen = makeSeen({ found: makeStopped({ storage: undefined }) });
    await expect(guardNotInUse(host, look, seen)).resolves.toBeUndefined();
    await expect(guardStorageUnused(host, look, seen)).resolves.toBeUndefined();
  });

  test('a start of what no look can read', async () => {
    const host = createHalves(() => undefined);
    await expect(
      guardStart(host, await lookAtHost(host), makeSeen({ found: makeStopped() })),
    ).resolves.toBeUndefined();
  });

  test('who else uses the physical volume of a pool', async () => {
    const host = createDiskHost((world) => {
      const volumes = [{ name: 'home', sizeBytes: gibibyte }];
      addPool(world, addVg(world, 'vg', ['/dev/vdb']), 'pool', { sizeBytes: 6 * gibibyte, volumes });
      const uuid = 'LVM-aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaabbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb';
      addDm(world, 'vg-plain', '0 2097152 linear /dev/vdb 16777216', uuid);
      happen.mountDevice(world, '/dev/mapper/vg-plain', '/srv');
    });
    expect(await start(createSession(host), 'vg/pool', 'no')).toMatchObject({ outcome: 'done' });
  });
});

describe('the memory that a start needs', () => {
  const metadata = makeMetadata('clean');
  const { index } = metadata.geometry;
  const sizes = { logicalBytes: 20 * gibibyte, physicalBytes: 10 * gibibyte };
  const ofTable = (...options: [string, string][]) =>
    demandOfStart(makeStopped({ remembered: remember({ blockMapCacheBlocks: 100, options }) }), metadata);

  test('is that of its cache and its index, unless deduplication, and that alone, is off', () => {
    const cacheBytes = 100 * 4096;
    expect(ofTable()).toEqual({ ...sizes, cacheBytes, index });
    expect(ofTable(['compression', 'off']).index).toEqual(index);
    expect(ofTable(['deduplication', 'on']).index).toEqual(index);
    expect(ofTable(['compression', 'on'], ['deduplication', 'off']).index).toBe('none');
  });

  test('by the manager is what its file says; of a pool, the least that it can be', () => {
    const of = (deduplication: boolean) =>
      demandOfStart(
        makeStopped({
          stack: 'manager',
          managed: makeManaged({ deduplication, tunables: { 'block-map-cache': 4096 } }),
        }),
        metadata,
      );
    expect(of(true)).toEqual({ ...sizes, cacheBytes: 4096, index });
    expect(of(false)).toEqual({ ...sizes, cacheBytes: 4096, index: 'none' });
    expect(demandOfStart(makeStopped({ stack: 'lvm' }), metadata)).toEqual({
      ...sizes,
      cacheBytes: usualCacheBytes,
      index: 'none',
    });
  });
});
