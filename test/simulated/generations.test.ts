import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, describe, expect, test } from 'vitest';

import { addVolume, imageAt } from '../../src/simulator/arrange.ts';
import { findStatePath, makeSimulatedHost } from '../../src/simulator/make-host.ts';
import { generationNames } from '../../src/simulator/world/generation.ts';
import * as happen from './levers.ts';
import type { TestHost } from './test-host.ts';
import type { World } from '../../src/simulator/world/world.ts';
import { addLayer } from './levers.ts';
import { createDiskHost, createLvmHost, low, readStatus, run } from './worlds.ts';

const directory = mkdtempSync(join(tmpdir(), 'vdoctl-generations-'));
afterAll(() => {
  rmSync(directory, { recursive: true });
});

function createHost(generation: World['generation']): TestHost {
  return createDiskHost((world) => {
    if (generation !== undefined) world.generation = generation;
    addLayer(world, 'low', '/dev/vdb');
  });
}

function wipe(world: World): void {
  for (const disk of world.disks) if (disk.name === 'vdb') disk.contents = [];
}

describe('a storage whose first block is zero', () => {
  const table = '0 41943040 vdo V4 /dev/mapper/low 2621440 4096 32768 16380';
  const create = (host: TestHost, options = '') =>
    host.run({
      ...{ file: 'dmsetup', args: ['create', 'my-vdo', '--table', `${table}${options}`] },
      ...{ effect: 'changes', timeLimitMs: 60_000, atTimeLimit: 'kill' },
    });

  test('is made a new volume by the start on Linux 7.3: what was there is gone', async () => {
    const host = createHost('linux-7.3');
    const old = host.change((world) => {
      addVolume(world, 'my-vdo', low);
      const image = structuredClone(imageAt(world, low));
      happen.stopDevice(world, 'my-vdo');
      wipe(world);
      return image;
    });
    expect((await create(host)).outcome).toEqual({ kind: 'exited', code: 0 });
    expect(await readStatus(host)).toMatch(
      /^0 41943040 vdo \/dev\/dm-0 normal - opening offline \d+ 2621440\n$/,
    );
    const made = imageAt(host.world, low);
    expect(made.uuid).not.toBe(old.uuid);
    expect(made.nonce).not.toBe(old.nonce);
    expect(made).toMatchObject({ slabBlocks: 32_768, logicalBlocks: 5_242_880, files: [] });
  });

  test('its index and slabs are as the table says, which is echoed', async () => {
    const host = createHost('linux-7.3');
    const options = ' indexMemory 0.5 indexSparse off slabSize 8192';
    await create(host, options);
    expect((await run(host, 'dmsetup table my-vdo')).stdout).toBe(`${table}${options}\n`);
    const index = { memoryGibibytes: 0.5, isSparse: false };
    expect(imageAt(host.world, low)).toMatchObject({ slabBlocks: 8192, index });
  });

  test.each(['kvdo-8.2', 'linux-6.12'] as const)(
    'fails to start on %s, and is as it was',
    async (generation) => {
      const host = createHost(generation);
      const result = await create(host);
      expect(result.stderr).toContain('reload ioctl on my-vdo (253:1) failed: Input/output error');
      expect(host.world.disks.find(({ name }) => name === 'vdb')?.contents).toEqual([]);
    },
  );

  test('whatever else lies there is left alone', async () => {
    const host = createHost('linux-7.3');
    host.change((world) => {
      for (const disk of world.disks)
        if (disk.name === 'vdb') disk.contents = [{ atBytes: 0, other: 'ext4' }];
    });
    expect((await create(host)).stderr).toContain('Input/output error');
  });

  test('options that a kernel does not know are refused', async () => {
    const result = await create(createHost('linux-6.12'), ' slabSize 8192');
    expect(result.stderr).toContain('failed: Invalid argument');
  });
});

describe('LVM that writes a V2 table', () => {
  test('says to the pool what the table does not', async () => {
    const host = createLvmHost({}, 'kvdo-8.2');
    await run(host, '! lvchange -an vg/home');
    host.change((world) => {
      for (const { lvs } of world.vgs)
        for (const lv of lvs)
          if (lv.kind === 'vdo-pool') lv.reduces = { compression: true, deduplication: false };
    });
    await run(host, '! lvchange -ay vg/home');
    await host.clock.sleep(2000);
    expect((await run(host, 'dmsetup table vg-pool-vpool')).stdout).toContain(
      ' vdo V2 /dev/dm-0 2097152 4096 32768 16380 on auto vg-pool-vpool maxDiscard 1 ack 1 ',
    );
    expect(await readStatus(host, 'vg-pool-vpool')).toContain(' normal - offline online ');
  });
});

describe('VDOCTL_SIMULATED_GENERATION', () => {
  test.each(generationNames)('%s: the story is told there', async (generation) => {
    const environment = { XDG_STATE_HOME: directory, VDOCTL_SIMULATED_GENERATION: generation };
    const host = makeSimulatedHost(environment);
    const running = (await run(host, 'dmsetup status --target vdo')).stdout.trimEnd().split('\n');
    expect(running).toHaveLength(4);
    expect(findStatePath(environment)).toContain(generation);
  });

  test('what is none is named', () => {
    const environment = { XDG_STATE_HOME: directory, VDOCTL_SIMULATED_GENERATION: 'kvdo-9' };
    const next = 'use one of kvdo-6.2, kvdo-8.2, linux-6.12, linux-7.3';
    const message = 'VDOCTL_SIMULATED_GENERATION: there is no generation kvdo-9';
    expect(() => makeSimulatedHost(environment)).toThrow(
      expect.objectContaining({ problem: { kind: 'usage', message, next } }),
    );
  });
});
