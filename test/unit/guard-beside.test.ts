import { describe, expect, test } from 'vitest';

import type { Files } from '../../src/host/host.ts';
import type { Problem } from '../../src/model/problem.ts';
import type { StackName } from '../../src/model/volume.ts';
import type { VolumeSpec } from '../../src/model/volume-spec.ts';
import { guardDeviceFree } from '../../src/operations/guards/device.ts';
import {
  activatePool,
  addDisk,
  addDm,
  addPool,
  addRemembered,
  addVg,
  addVolume,
} from '../../src/simulator/arrange.ts';
import type { World } from '../../src/simulator/world/world.ts';
import { lookAtHost } from '../../src/stacks/host-look.ts';
import * as happen from '../simulated/levers.ts';
import type { TestHost } from '../simulated/test-host.ts';
import { createDiskHost, gibibyte } from '../simulated/worlds.ts';
import { problemOf } from './fakes.ts';

/** `vg/pool` on `vdb`; `v`, remembered and stopped, on `vdc`; `vdd`, empty; `vde`, with a partition. */
function createHost(pool: 'active' | 'stopped', arrange: (world: World) => void): TestHost {
  return createDiskHost((world) => {
    for (const name of ['vdc', 'vdd', 'vde']) addDisk(world, { name, sizeBytes: 10 * gibibyte });
    const volumes = [{ name: 'home', sizeBytes: gibibyte }];
    const made = addPool(world, addVg(world, 'vg', ['/dev/vdb']), 'pool', {
      sizeBytes: 6 * gibibyte,
      volumes,
    });
    if (pool === 'active') activatePool(world, made);
    addVolume(world, 'v', '/dev/vdc');
    addRemembered(world, 'v', '/dev/vdc');
    happen.stopDevice(world, 'v');
    happen.addPartition(world, 'vde');
    arrange(world);
  });
}

interface Row {
  readonly what: string;
  readonly create: readonly [stack: StackName, name: string, device: string];
  readonly pool?: 'active' | 'stopped';
  readonly arrange?: (world: World) => void;
}

const guard = async ({ create, pool = 'active', arrange = () => undefined }: Row): Promise<string> => {
  const [stack, name, device] = create;
  const host = createHost(pool, arrange);
  const spec = { stack, name, device } as VolumeSpec;
  return (await guardDeviceFree(host, await lookAtHost(host), spec)).path;
};

const sectors = String((10 * gibibyte) / 512);

/** A logical volume on the group's disk, as LVM makes one. */
const addPlainLv = (world: World): void => {
  const uuid = 'LVM-aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaabbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb';
  addDm(world, 'vg-plain', `0 2097152 linear /dev/vdb 16777216`, uuid);
};

describe('a new volume may lie on', () => {
  test.each<Row>([
    { what: 'the disk of its own group, whose pool runs', create: ['lvm', 'vg/second', '/dev/vdb'] },
    { what: 'the same, stopped', create: ['lvm', 'vg/second', '/dev/vdb'], pool: 'stopped' },
    {
      what: 'a logical volume beside a stopped pool',
      create: ['dm', 'n', '/dev/mapper/vg-plain'],
      pool: 'stopped',
      arrange: addPlainLv,
    },
    // That this name is taken is said by what looks at names.
    { what: 'the storage of a volume of its own name', create: ['dm', 'v', '/dev/vdc'] },
  ])('$what', async (row) => {
    expect(await guard(row)).toBe(row.create[2]);
  });
});

type Refused = Row & { readonly problem: object };

const shared = (facts: object): object => ({
  because: 'storage-shared',
  facts: { isNew: true, lies: 'under', ...facts },
});
const inUse = (users: Partial<Extract<Problem, { kind: 'in-use' }>>): object => ({
  kind: 'in-use',
  mounts: [],
  devices: [],
  processes: [],
  ...users,
});

describe('but not on', () => {
  test.each<Refused>([
    {
      what: 'the disk of a group whose pool runs, if it is no part of it',
      create: ['dm', 'n', '/dev/vdb'],
      problem: { kind: 'in-use', mounts: [], processes: [] },
    },
    {
      what: 'the same, for a group of its own',
      create: ['lvm', 'new/p', '/dev/vdb'],
      problem: shared({ sharer: 'vg/pool', stack: 'lvm', state: 'running' }),
    },
    {
      what: 'the disk of its own group, on which something else lies, too',
      create: ['lvm', 'vg/second', '/dev/vdb'],
      arrange: (world) => {
        addDm(world, 'stray', `0 2097152 linear /dev/vdb 16777216`);
      },
      problem: { kind: 'in-use', devices: expect.arrayContaining(['stray']) as string[] },
    },
    {
      what: 'a disk of no group that is mounted',
      create: ['lvm', 'new/p', '/dev/vdd'],
      arrange: (world) => {
        happen.mountDevice(world, '/dev/vdd', '/mnt');
      },
      problem: inUse({ mounts: ['/mnt (ext4, /dev/vdd)'] }),
    },
    {
      what: 'a disk of no group that a process has open',
      create: ['lvm', 'new/p', '/dev/vdd'],
      arrange: (world) => {
        happen.addProcess(world, { name: 'dd', opens: ['/dev/vdd'] });
      },
      problem: { kind: 'in-use', mounts: [], devices: [] },
    },
    {
      what: 'a disk with a partition',
      create: ['lvm', 'new/p', '/dev/vde'],
      problem: inUse({ devices: ['/dev/vde1'] }),
    },
    {
      what: 'the disk of a stopped pool whose group has its name, if it is of another stack',
      create: ['dm', 'vg', '/dev/vdb'],
      pool: 'stopped',
      problem: shared({ sharer: 'vg/pool', stack: 'lvm', state: 'stopped' }),
    },
    {
      what: 'the storage of a stopped volume that has the name of its group',
      create: ['lvm', 'v/p', '/dev/vdc'],
      problem: shared({ sharer: 'v', stack: 'dm', state: 'stopped' }),
    },
    {
      what: 'a layer over the storage of a stopped volume',
      create: ['dm', 'n', '/dev/mapper/over'],
      arrange: (world) => {
        happen.addLayer(world, 'over', '/dev/vdc');
      },
      problem: shared({ sharer: 'v', lies: 'on' }),
    },
    {
      what: 'a partition of a disk that is mounted, by the number of that alone',
      create: ['dm', 'n', '/dev/vde1'],
      arrange: (world) => {
        happen.mountDevice(world, '/dev/vde', '/mnt');
        for (const mount of world.mounts) if (mount.path === '/mnt') mount.source = '/dev/root';
      },
      problem: inUse({ mounts: ['/mnt (ext4, /dev/vde)'] }),
    },
    {
      what: 'the same, by the name of it alone, as btrfs does',
      create: ['dm', 'n', '/dev/vde1'],
      arrange: (world) => {
        happen.mountDevice(world, '/dev/vde', '/mnt');
        for (const mount of world.mounts) if (mount.path === '/mnt') mount.deviceNumber = '0:44';
      },
      problem: inUse({ mounts: ['/mnt (ext4, /dev/vde)'] }),
    },
    {
      what: 'a layer over a disk that is mounted',
      create: ['dm', 'n', '/dev/mapper/over'],
      arrange: (world) => {
        addDm(world, 'over', `0 ${sectors} linear /dev/vdd 0`);
        happen.mountDevice(world, '/dev/vdd', '/mnt');
      },
      problem: inUse({ mounts: ['/mnt (ext4, /dev/vdd)'] }),
    },
  ])('$what', async ({ problem, ...row }) => {
    expect(await problemOf(guard(row))).toMatchObject(problem);
  });

  test('what cannot even be looked at, which is not the same as what is not there', async () => {
    const host = createHost('stopped', () => undefined);
    const describe: Files['describe'] = (path) =>
      path === '/dev/odd' ? { kind: 'failed', reason: 'EIO: i/o error' } : host.files.describe(path);
    const files = Object.create(host.files, { describe: { value: describe } }) as Files;
    const odd = Object.create(host, { files: { value: files } }) as TestHost;
    const spec = { stack: 'dm', name: 'n', device: '/dev/odd' } as VolumeSpec;
    expect(await problemOf(guardDeviceFree(odd, await lookAtHost(host), spec))).toEqual({
      kind: 'no-such-device',
      device: '/dev/odd',
      because: 'cannot-be-looked-at',
      why: 'EIO: i/o error',
    });
  });
});
