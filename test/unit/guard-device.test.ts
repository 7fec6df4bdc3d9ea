import { describe, expect, test } from 'vitest';

import { addDisk, addPool, addVg } from '../../src/simulator/arrange.ts';
import type { TestHost } from '../simulated/test-host.ts';
import type { World } from '../../src/simulator/world/world.ts';
import { fullReport } from '../../src/stacks/lvm/report.ts';
import { lookAtHost } from '../../src/stacks/host-look.ts';
import { addLayer, addPartition } from '../simulated/levers.ts';
import { createDiskHost, gibibyte } from '../simulated/worlds.ts';
import { callOn } from './call.ts';

/** `vg/pool`, stopped, larger than any of its disks alone. */
function createHost(pvs: readonly string[], arrange: (world: World) => void = () => undefined): TestHost {
  return createDiskHost((world) => {
    for (const name of ['vdc', 'vdd']) addDisk(world, { name, sizeBytes: 10 * gibibyte });
    arrange(world);
    const volumes = [{ name: 'home', sizeBytes: 20 * gibibyte }];
    addPool(world, addVg(world, 'vg', pvs), 'pool', { sizeBytes: 16 * gibibyte, volumes });
  });
}

const twoDisks = ['/dev/vdb', '/dev/vdc'];

describe('a device that holds a part of a stopped pool is not taken', () => {
  interface Row {
    readonly what: string;
    readonly pvs: readonly string[];
    readonly device: string;
    readonly arrange?: (world: World) => void;
    readonly name?: string;
    readonly stack?: string;
  }

  test.each<Row>([
    { what: 'the first', pvs: twoDisks, device: '/dev/vdb' },
    { what: 'the second', pvs: twoDisks, device: '/dev/vdc' },
    {
      what: 'the second, for a group of its own',
      pvs: twoDisks,
      device: '/dev/vdc',
      name: 'new/p',
      stack: 'lvm',
    },
    {
      what: 'the first, for a group of its own',
      pvs: twoDisks,
      device: '/dev/vdb',
      name: 'new/p',
      stack: 'lvm',
    },
    {
      what: 'a partition, which is the second',
      pvs: ['/dev/vdb', '/dev/vdc1'],
      device: '/dev/vdc1',
      arrange: (world) => {
        addPartition(world, 'vdc');
      },
    },
    {
      what: 'a layer that is the second, by its other name',
      pvs: ['/dev/vdb', '/dev/mapper/low'],
      device: '/dev/dm-0',
      arrange: (world) => {
        addLayer(world, 'low', '/dev/vdc');
      },
    },
  ])('$what', async ({ pvs, device, arrange, name = 'n', stack = 'dm' }) => {
    const host = createHost(pvs, arrange);
    const words = ['create', name, '--device', device, '--stack', stack, '--wipe', '--dry-run'];
    const { code, stderr } = await callOn(host, ...words);
    expect(stderr).toContain(`${device} is the storage of the volume vg/pool (lvm, stopped)`);
    expect(code).toBe(8);
  });

  test.each(twoDisks)('any of its group, where it is not known on which it lies: %s', async (device) => {
    const host = createHost(twoDisks);
    // The data LV of a mirror lies on LVs of its own.
    const report = await host.run(fullReport);
    const stdout = report.stdout.replaceAll('"linear"', '"raid1"');
    host.failNext('lvm fullreport', { outcome: report.outcome, stdout });
    const { code, stderr } = await callOn(host, 'create', 'n', '--device', device, '--wipe', '--dry-run');
    expect(stderr).toContain(`${device} is the storage of the volume vg/pool (lvm, stopped)`);
    expect(code).toBe(8);
  });
});

test('a disk that holds none of it is free', async () => {
  const host = createHost(twoDisks);
  const { code, stderr } = await callOn(
    host,
    'create',
    'n',
    '--device',
    '/dev/vdd',
    '--stack',
    'dm',
    '--dry-run',
  );
  expect([code, stderr]).toEqual([0, '']);
});

test('the disks of a stopped pool are told, all of them', async () => {
  const host = createHost(twoDisks);
  const [seen] = (await lookAtHost(host)).seen;
  expect(seen?.volume.storage).toEqual({ path: '/dev/vdb', disks: twoDisks, present: true });
  expect((await callOn(host, 'status', 'vg/pool')).stdout).toContain('/dev/vdb and /dev/vdc');
});
