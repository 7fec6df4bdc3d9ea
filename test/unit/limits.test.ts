import { describe, expect, test } from 'vitest';

import { addLayer, enlargeDisk } from '../simulated/levers.ts';
import type { TestHost } from '../simulated/test-host.ts';
import { findExcess, superBlockAt, type Sizes } from '../../src/model/layout.ts';
import type { StackName } from '../../src/model/volume.ts';
import { withSlabSize } from '../../src/stacks/create/requirements.ts';
import { describeExcess } from '../../src/stacks/kernel-limits.ts';
import { createDiskHost, createLvmHost, gibibyte } from '../simulated/worlds.ts';
import { callOn } from './call.ts';
import '../../src/cli/handlers/create.ts';
import '../../src/cli/handlers/grow.ts';

const tebibyte = 1024 * gibibyte;
const blocks = (bytes: number): number => bytes / 4096;

function sayExcess(sizes: Sizes): string | undefined {
  const excess = findExcess(sizes);
  return excess === undefined ? undefined : describeExcess(excess);
}

describe('slabs', () => {
  test.each([
    { terabytes: 16, slabGibibytes: 2, excess: undefined },
    {
      terabytes: 20,
      slabGibibytes: 2,
      excess: /^makes 10238 slabs of 2.00 GiB, .* at most 8192: 16.0 TiB of the 20.0 TiB/,
    },
    { terabytes: 20, slabGibibytes: 4, excess: undefined },
    { terabytes: 256, slabGibibytes: 32, excess: undefined },
    { terabytes: 300, slabGibibytes: 32, excess: /256 TiB of the 300 TiB/ },
  ])('$terabytes TiB in slabs of $slabGibibytes GiB', ({ terabytes, slabGibibytes, excess }) => {
    const physicalBlocks = blocks(terabytes * tebibyte);
    const found = sayExcess({ physicalBlocks, slabBlocks: blocks(slabGibibytes * gibibyte) });
    if (excess === undefined) expect(found).toBeUndefined();
    else expect(found).toMatch(excess);
  });

  test('one block more than the kernel takes is too much, though the slabs are not too many', () => {
    const sizes = { physicalBlocks: 2 ** 36 + 1, slabBlocks: 2 ** 23 };
    expect(sayExcess(sizes)).toBe('has 256 TiB, but a VDO uses 256 TiB at most');
  });

  test('the index that a disk has is counted, whatever its settings', () => {
    const large = { index: { memoryGibibytes: 1, isSparse: true } };
    const physicalBlocks = blocks(16 * tebibyte + 10 * gibibyte);
    const sizes = { physicalBlocks, slabBlocks: 2 ** 19 };
    expect(sayExcess(sizes)).toMatch(/^makes 8195 slabs/);
    expect(sayExcess({ ...sizes, superBlockAt: superBlockAt(large) })).toBeUndefined();
  });

  test.each([
    [10, undefined],
    [16, undefined],
    [20, 4],
    [33, 8],
    [300, 32],
  ])('of a device of %i TiB, unless asked for otherwise: %s GiB', (terabytes, slabGibibytes) => {
    const spec = { ...plain, slabBytes: undefined };
    const wanted = slabGibibytes === undefined ? undefined : slabGibibytes * gibibyte;
    expect(withSlabSize(spec, terabytes * tebibyte).slabBytes).toBe(wanted);
    expect(withSlabSize({ ...spec, slabBytes: gibibyte }, terabytes * tebibyte).slabBytes).toBe(gibibyte);
  });
});

const plain = {
  name: 'v',
  stack: 'dm',
  device: '/dev/vdb',
  logicalBytes: undefined,
  index: undefined,
  compression: 'on',
  deduplication: 'on',
  tunables: {},
  logicalBlockBytes: 4096,
  writePolicy: undefined,
  lv: 'lvol0',
  wipe: 'not-asked',
} as const;

const create = (host: TestHost, stack: StackName, device = '/dev/vdb', ...more: readonly string[]) =>
  callOn(
    host,
    ...['create', stack === 'lvm' ? 'vg/p' : 'up', '--device', device, '--stack', stack, '--dry-run'],
    ...more,
  );

describe('create', () => {
  const stacks = ['dm', 'lvm', 'manager'] as const;

  test.each(stacks)('on the stack %s takes slabs with which all of the device can be used', async (stack) => {
    const host = createDiskHost(undefined, { sizeBytes: 20 * tebibyte });
    const { code, stdout } = await create(host, stack);
    expect(stdout).toMatch(/--slab-bits=20 |--vdoSlabSize=4096M |vdo_slab_size_mb=4096/);
    expect(code).toBe(0);
  });

  test.each(stacks)('on the stack %s refuses what no VDO can be', async (stack) => {
    const host = createDiskHost(undefined, { sizeBytes: 300 * tebibyte });
    const { code, stderr } = await create(host, stack);
    expect(stderr).toContain('a VDO uses 256 TiB at most');
    expect(code).toBe(8);
  });

  test.each(stacks)('on the stack %s says that the slabs asked for are too small', async (stack) => {
    const host = createDiskHost(undefined, { sizeBytes: 20 * tebibyte });
    const { code, stderr } = await create(host, stack, '/dev/vdb', '--slab-size', '1G');
    expect(stderr).toMatch(/at most 8192: 8.00 TiB of the 20.0 TiB can be used.*\n.*larger --slab-size/);
    expect(code).toBe(8);
  });

  test.each([
    ['dm', 0],
    ['lvm', 2],
    ['manager', 2],
  ] as const)('of slabs of 32M on the stack %s exits %i', async (stack, exitCode) => {
    const { code, stderr } = await create(createDiskHost(), stack, '/dev/vdb', '--slab-size', '32M');
    expect(stderr).toMatch(
      exitCode === 0 ? /^$/ : `--slab-size takes a power of two from 128M to 32G on the stack ${stack}`,
    );
    expect(code).toBe(exitCode);
  });
});

describe('a volume grows no further than its slabs go, and says how far that is', () => {
  const slabs = ['--slab-size', '128M'];

  test('on device-mapper', async () => {
    const host = createDiskHost(undefined, { sizeBytes: 900 * gibibyte });
    await callOn(host, 'create', 'v', '--device', '/dev/vdb', ...slabs, '--yes');
    host.change((world) => {
      enlargeDisk(world, 'vdb', 2 * tebibyte);
    });
    const { code, stderr } = await callOn(host, 'grow', 'v', '--physical', '--dry-run');
    expect(stderr).toMatch(/makes 163\d\d slabs of 128 MiB, .* at most 8192: 1.00 TiB of the 2.00 TiB/);
    expect(code).toBe(8);
  });

  test('in LVM', async () => {
    const host = createDiskHost(undefined, { sizeBytes: 900 * gibibyte });
    await callOn(host, 'create', 'vg/p', '--device', '/dev/vdb', ...slabs, '--yes');
    host.change((world) => {
      enlargeDisk(world, 'vdb', 2 * tebibyte);
    });
    const { code, stderr } = await callOn(host, 'grow', 'vg/p', '--physical', '--dry-run');
    expect(stderr).toMatch(/makes 163\d\d slabs of 128 MiB/);
    expect(stderr).toMatch(/pvresize \/dev\/vdb; lvextend --extents 262\d{3} vg\/p grows it as far/);
    expect(code).toBe(8);
  });
});

describe('no VDO is made on a VDO', () => {
  test.each(['/dev/mapper/vg-home', '/dev/mapper/vg-pool-vpool'])('%s of a pool', async (device) => {
    const { code, stderr } = await create(createLvmHost(), 'dm', device);
    expect(stderr).toContain('the VDO volume vg/pool (lvm)');
    expect(code).toBe(8);
  });

  test.each(['lvm', 'dm'] as const)('a partition of one, on the stack %s', async (stack) => {
    const host = createDiskHost();
    await callOn(host, 'create', 'v', '--device', '/dev/vdb', '--yes');
    host.change((world) => {
      addLayer(world, 'part', '/dev/mapper/v');
    });
    const { code, stderr } = await create(host, stack, '/dev/mapper/part');
    expect(stderr).toContain('/dev/mapper/part lies on the VDO volume v (dm)');
    expect(code).toBe(8);
  });
});
