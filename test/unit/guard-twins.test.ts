import { describe, expect, test } from 'vitest';

import type { Host, StorageArea } from '../../src/host/host.ts';
import { demandOfStart } from '../../src/operations/guards/volume.ts';
import { start } from '../../src/operations/start-stop.ts';
import { addDisk, addDm, addRemembered, addVolume } from '../../src/simulator/arrange.ts';
import type { World } from '../../src/simulator/world/world.ts';
import * as happen from '../simulated/levers.ts';
import type { TestHost } from '../simulated/test-host.ts';
import { createDiskHost, gibibyte } from '../simulated/worlds.ts';
import { makeMetadata, makeStopped } from './builders.ts';
import { createSession, problemOf } from './fakes.ts';

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

describe('the memory that a start needs', () => {
  const remembered = (...options: (readonly [string, string])[]) =>
    ({ table: { blockMapCacheBlocks: 100, options } }) as unknown as NonNullable<
      ReturnType<typeof makeStopped>['remembered']
    >;
  const metadata = makeMetadata('clean');
  const indexOf = (...options: (readonly [string, string])[]) =>
    demandOfStart(makeStopped({ remembered: remembered(...options) }), metadata).index;

  test('is that of its index, too, unless deduplication alone is off', () => {
    expect(indexOf()).toEqual(metadata.geometry.index);
    expect(indexOf(['compression', 'off'])).toEqual(metadata.geometry.index);
    expect(indexOf(['deduplication', 'on'])).toEqual(metadata.geometry.index);
    expect(indexOf(['compression', 'on'], ['deduplication', 'off'])).toBe('none');
  });
});
