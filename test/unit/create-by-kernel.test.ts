import { describe, expect, test } from 'vitest';

import { imageAt } from '../../src/simulator/arrange.ts';
import type { TestHost } from '../simulated/test-host.ts';
import type { Host } from '../../src/host/host.ts';
import type { World } from '../../src/simulator/world/world.ts';
import { createDiskHost, run } from '../simulated/worlds.ts';
import { callOn } from './call.ts';
import '../../src/cli/handlers/create.ts';
import '../../src/cli/handlers/start.ts';

/** A host whose kernel formats by itself, and which has no `vdoformat`. */
const createHost = (arrange: (world: World) => void = () => undefined): TestHost =>
  createDiskHost((world) => {
    world.generation = 'linux-7.3';
    world.notInstalled = ['vdoformat'];
    arrange(world);
  });

const create = (host: Host, ...more: readonly string[]) =>
  callOn(host, 'create', 'v', '--device', '/dev/vdb', '--stack', 'dm', ...more);

/** Leaves something on the disk that no tool knows, and that is not zeros. */
const leaveSomething = (world: World): void => {
  const disk = world.disks.find(({ name }) => name === 'vdb');
  disk?.contents.push({ atBytes: 0, other: 'noise' });
};
const contentsOf = ({ world }: TestHost): unknown => world.disks.find(({ name }) => name === 'vdb')?.contents;

describe('create without vdoformat, where the kernel formats', () => {
  test('zeroes the first block and formats by the arguments of the table', async () => {
    const host = createHost(leaveSomething);
    const shown = await create(host, '--dry-run', '--slab-size', '512M', '--index-memory', '512M');
    expect(shown.stdout).toMatch(
      /dd if=\/dev\/zero of=\/dev\/vdb bs=4096 count=1 conv=nocreat,notrunc,fsync/,
    );
    expect(shown.stdout).toMatch(/indexMemory 0\.5 indexSparse off slabSize 131072'/);
    expect(contentsOf(host)).toEqual([{ atBytes: 0, other: 'noise' }]);
    expect((await create(host, '--slab-size', '512M', '--index-memory', '512M')).code).toBe(0);
    const index = { memoryGibibytes: 0.5, isSparse: false };
    expect(imageAt(host.world, '/dev/vdb')).toMatchObject({ slabBlocks: 131_072, index });
  });

  test('is started again like any other', async () => {
    const host = createHost();
    expect((await create(host)).code).toBe(0);
    await run(host, '! dmsetup remove v');
    const { uuid } = imageAt(host.world, '/dev/vdb');
    expect((await callOn(host, 'start', 'v', '--wait')).code).toBe(0);
    expect(imageAt(host.world, '/dev/vdb').uuid).toBe(uuid);
  });

  test('puts back what the first block was when the kernel refuses', async () => {
    const host = createHost(leaveSomething);
    const seen: unknown[] = [];
    const refusing: Host = {
      ...host,
      run: async (command, options) => {
        const isCreate = command.file === 'dmsetup' && command.args[0] === 'create';
        if (!isCreate) return host.run(command, options);
        seen.push(contentsOf(host));
        const startedAt = host.clock.now();
        const stderr = 'device-mapper: reload ioctl on v failed: Cannot allocate memory\n';
        return {
          command,
          outcome: { kind: 'exited', code: 1 },
          stdout: '',
          stderr,
          startedAt,
          durationMs: 1,
        };
      },
    };
    expect((await create(refusing)).code).toBe(9);
    expect(seen).toEqual([[]]);
    expect(contentsOf(host)).toEqual([{ atBytes: 0, other: 'noise' }]);
  });

  test('refuses a device that holds something', async () => {
    const host = createHost((world) => {
      world.disks.find(({ name }) => name === 'vdb')?.contents.push({ atBytes: 0, other: 'ext4' });
    });
    const { code, stderr } = await create(host);
    expect(stderr).toContain('holds ext4');
    expect(code).toBe(8);
  });
});

test('vdoformat formats where it is installed', async () => {
  const host = createHost((world) => {
    world.generation = 'linux-7.3';
    world.notInstalled = [];
  });
  const { stdout } = await create(host, '--dry-run');
  expect(stdout).toContain('vdoformat --logical-size');
  expect(stdout).not.toContain('dd if=');
});

test('where neither can format nothing is begun, and a dry run says so, too', async () => {
  const host = createHost((world) => {
    world.generation = 'linux-6.12';
    world.notInstalled = ['vdoformat'];
  });
  const shown = await create(host, '--dry-run');
  expect(shown.code).toBe(0);
  expect(shown.stdout + shown.stderr).toContain('needed, but not installed: vdoformat');
  const { code, stderr } = await create(host);
  expect(code).toBe(8);
  expect(stderr).toContain('this needs vdoformat, which is not installed; nothing was changed');
});
