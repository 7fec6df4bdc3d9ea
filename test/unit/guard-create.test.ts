import { describe, expect, test } from 'vitest';
import { addDisk, addVolume } from '../../src/simulator/arrange.ts';
import * as happen from '../simulated/levers.ts';
import type { TestHost } from '../simulated/test-host.ts';
import type { World } from '../../src/simulator/world/world.ts';
import { addLayer, addPartition } from '../simulated/levers.ts';
import { createDiskHost, gibibyte } from '../simulated/worlds.ts';
import { callOn, type Called } from './call.ts';
import { snapshot } from './fakes.ts';
import '../../src/cli/handlers/create.ts';

/** `vdb`, free, with a layer `low`; `vdc` with the running volume `v`; `vdd` with a partition. */
function createHost(arrange: (world: World) => void = () => undefined): TestHost {
  return createDiskHost((world) => {
    for (const name of ['vdc', 'vdd']) addDisk(world, { name, sizeBytes: 20 * gibibyte });
    addLayer(world, 'low', '/dev/vdb');
    addVolume(world, 'v', '/dev/vdc');
    addPartition(world, 'vdd');
    arrange(world);
  });
}

const create = (host: TestHost, device: string, ...words: readonly string[]): Promise<Called> =>
  callOn(host, 'create', 'new', '--device', device, '--stack', 'dm', '--dry-run', ...words);

describe('a device that no volume is made on', () => {
  test.each<[string, string, (world: World) => void, number, string]>([
    ['is not there', '/dev/none', () => undefined, 3, 'no such file'],
    ['is a directory', '/etc', () => undefined, 3, 'not a block device'],
    [
      'is suspended',
      '/dev/mapper/low',
      (world) => {
        happen.suspend(world, 'low');
      },
      8,
      'is suspended (low)',
    ],
    [
      'lies on what is suspended',
      '/dev/mapper/top',
      (world) => {
        addLayer(world, 'top', '/dev/mapper/low');
        happen.suspend(world, 'low');
      },
      8,
      'next: dmsetup resume low',
    ],
    [
      'is read-only',
      '/dev/vdb',
      (world) => {
        happen.setDiskFault(world, 'vdb', 'read-only');
      },
      8,
      'new: /dev/vdb is read-only; nothing was changed',
    ],
    [
      'is a partition of a disk that is read-only',
      '/dev/vdd1',
      (world) => {
        happen.setDiskFault(world, 'vdd', 'read-only');
      },
      8,
      '/dev/vdd1 is read-only',
    ],
    ['is a VDO', '/dev/mapper/v', () => undefined, 8, '/dev/mapper/v is the VDO volume v (dm)'],
    [
      'lies on a VDO',
      '/dev/mapper/top',
      (world) => {
        addLayer(world, 'top', '/dev/mapper/v');
      },
      8,
      '/dev/mapper/top lies on the VDO volume v (dm)',
    ],
    ['holds another volume', '/dev/vdc', () => undefined, 8, 'held by v'],
    ['has something on it', '/dev/vdb', () => undefined, 8, 'held by low'],
    [
      'is a partition of a disk that is mounted',
      '/dev/vdd1',
      (world) => {
        happen.mountDevice(world, '/dev/vdd', '/mnt');
      },
      8,
      'is in use: mounted on /mnt (ext4, /dev/vdd)',
    ],
  ])('%s', async (_what, device, arrange, code, says) => {
    const host = createHost(arrange);
    const before = snapshot(host);
    const called = await create(host, device);
    expect(called).toMatchObject({ code, stderr: expect.stringContaining(says) as string });
    expect(snapshot(host)).toBe(before);
  });

  test.each(['/dev/mapper/low', '/dev/vdd1'])(
    'but %s is one, whatever runs or is mounted beside it',
    async (device) => {
      const host = createHost((world) => {
        happen.mountDevice(world, '/dev/mapper/v', '/srv');
      });
      const called = await create(host, device);
      expect({ ...called, stdout: '' }).toEqual({ code: 0, stdout: '', stderr: '' });
      expect(called.stdout).toContain(device === '/dev/vdd1' ? 'vdd1' : 'low');
    },
  );
});
