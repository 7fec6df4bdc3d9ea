import { describe, expect, test } from 'vitest';
import { addDisk, addDm } from '../../src/simulator/arrange.ts';
import type { World } from '../../src/simulator/world/world.ts';
import * as happen from '../simulated/levers.ts';
import { gibibyte, low } from '../simulated/worlds.ts';
import { callOn } from './call.ts';
import { createHealthy, createPool, createStopped, examineBy, type Arrange } from './doctor-hosts.ts';

const sectors = String((10 * gibibyte) / 512);
const linear =
  (name: string, below: string): Arrange =>
  (world: World) => {
    addDm(world, name, `0 ${sectors} linear ${below} 0`);
  };

/** A disk of somebody else. */
const spare: Arrange = (world) => {
  addDisk(world, { name: 'vdc', sizeBytes: 10 * gibibyte });
};

const stopPool: Arrange = (world) => {
  for (const name of ['vg-home', 'vg-pool-vpool', 'vg-pool_vdata']) happen.stopDevice(world, name);
};

/** The data of the pool, as `lvchange -ay vg/pool_vdata` or `dmsetup create` puts it up. */
const dataUp =
  (uuid = ''): Arrange =>
  (world) => {
    addDm(world, 'vg-pool_vdata', '0 16777216 linear /dev/vdb 2048', uuid);
  };

const all =
  (...parts: readonly Arrange[]): Arrange =>
  (world) => {
    for (const part of parts) part(world);
  };

describe('what work by hand has left', () => {
  test.each([
    [
      'a layer over the storage of a stopped volume',
      createStopped(linear('overlay', low)),
      '/dev/mapper/overlay',
      'dmsetup remove overlay',
    ],
    [
      'two, one on the other',
      createStopped(all(linear('overlay', low), linear('upper', '/dev/mapper/overlay'))),
      '/dev/mapper/upper, /dev/mapper/overlay',
      'dmsetup remove upper && dmsetup remove overlay',
    ],
    [
      'the changes of a snapshot that is gone',
      createHealthy(all(spare, linear('my-vdo-cow', '/dev/vdc'))),
      '/dev/mapper/my-vdo-cow',
      'dmsetup remove my-vdo-cow',
    ],
    [
      'the data of a stopped pool, writable by hand',
      createPool(all(stopPool, dataUp())),
      '/dev/mapper/vg-pool_vdata',
      'dmsetup remove vg-pool_vdata',
    ],
    [
      'the data of a stopped pool, put up by LVM',
      createPool(all(stopPool, dataUp('LVM-1-vdata'))),
      '/dev/mapper/vg-pool_vdata',
      'lvchange -an vg/pool_vdata',
    ],
  ] as const)('%s', async (_what, host, paths, remove) => {
    const { findings } = await examineBy(host);
    const own = findings.filter(({ code }) => code === 'leftover-devices');
    expect(own).toMatchObject([{ severity: 'warning', next: `if nobody is at work on it: ${remove}` }]);
    expect(own[0]?.message.startsWith(`${paths} `)).toBe(true);
    expect((await callOn(host, 'list')).stdout).toContain('leftover-devices');
  });

  test.each([
    ['a stopped volume', createStopped()],
    ['a running pool, on its data', createPool()],
    ['a stopped pool', createPool(stopPool)],
    [
      'a suspended volume',
      createHealthy((world) => {
        happen.suspend(world, 'my-vdo');
      }),
    ],
    [
      'what lies on the volume itself',
      createHealthy((world) => {
        addDm(world, 'my-vdo-top', '0 8192 linear /dev/mapper/my-vdo 0');
      }),
    ],
    ['the changes of another', createHealthy(all(spare, linear('other-cow', '/dev/vdc')))],
  ] as const)('not %s', async (_what, host) => {
    const { findings } = await examineBy(host);
    expect(findings.filter(({ code }) => code === 'leftover-devices')).toEqual([]);
  });

  test('what lies on the storage of a running volume is told as shared storage', async () => {
    const { codes } = await examineBy(createHealthy(linear('overlay', low)));
    expect(codes).toEqual(['my-vdo storage-shared']);
  });
});
