import { describe, expect, test } from 'vitest';

import {
  activatePool,
  addDisk,
  addPool,
  addRootDisk,
  addVg,
  addVolume,
  addRemembered,
} from '../../src/simulator/arrange.ts';
import * as happen from '../simulated/levers.ts';
import { createTestHost, type TestHost } from '../simulated/test-host.ts';
import type { World } from '../../src/simulator/world/world.ts';
import type { Volume } from '../../src/model/volume.ts';
import { lookAtHost } from '../../src/stacks/host-look.ts';
import { createDiskHost, createDmHost, createLvmHost, gibibyte, low } from '../simulated/worlds.ts';

interface Names {
  readonly vg: string;
  readonly pool: string;
  readonly lv: string;
  readonly target: string;
}

function createPoolHost({ vg, pool, lv }: Omit<Names, 'target'>, state: 'active' | 'inactive'): TestHost {
  return createDiskHost((world) => {
    const volumes = [{ name: lv, sizeBytes: gibibyte }];
    const found = addPool(world, addVg(world, vg, ['/dev/vdb']), pool, { sizeBytes: 8 * gibibyte, volumes });
    if (state === 'active') activatePool(world, found);
  });
}

async function listVolumes(host: TestHost): Promise<readonly Volume[]> {
  return (await lookAtHost(host)).seen.map(({ volume }) => volume);
}

describe('an LVM pool', () => {
  const names: readonly Names[] = [
    { vg: 'vg', pool: 'pool', lv: 'home', target: 'vg-pool-vpool' },
    { vg: 'my-vg', pool: 'pool', lv: 'home', target: 'my--vg-pool-vpool' },
    { vg: 'vg', pool: 'my-pool', lv: 'my-home', target: 'vg-my--pool-vpool' },
    { vg: 'a-b', pool: 'c-d', lv: 'e-f', target: 'a--b-c--d-vpool' },
    { vg: 'vg', pool: 'a-vpool', lv: 'home', target: 'vg-a--vpool-vpool' },
  ];

  test.each(names)('$vg/$pool runs as $target', async ({ target, ...rest }) => {
    const [volume, ...others] = await listVolumes(createPoolHost(rest, 'active'));
    expect(others).toEqual([]);
    expect(volume).toMatchObject({
      name: `${rest.vg}/${rest.pool}`,
      stack: 'lvm',
      state: 'running',
      mode: 'normal',
      dmName: target,
      logicalVolumes: [{ name: `${rest.vg}/${rest.lv}`, active: true }],
      alerts: [],
    });
  });

  test.each(names)(
    '$vg/$pool is there when it is stopped, and its disk is read',
    async ({ target, ...rest }) => {
      const [volume, ...others] = await listVolumes(createPoolHost(rest, 'inactive'));
      expect(others).toEqual([]);
      expect(volume).toMatchObject({
        name: `${rest.vg}/${rest.pool}`,
        state: 'stopped',
        mode: null,
        dmName: target,
        onDisk: { state: 'new' },
        storage: { disks: ['/dev/vdb'], present: true },
        logicalVolumes: [{ name: `${rest.vg}/${rest.lv}`, active: false }],
      });
    },
  );

  test.each(names)('$vg/$pool has its name without LVM’s answer too', async ({ target, ...rest }) => {
    const host = createPoolHost(rest, 'active');
    host.failNext('lvm', { outcome: { kind: 'timed-out', pid: 7, ended: true } });
    const look = await lookAtHost(host);
    expect(look.seen.map(({ volume }) => volume)).toEqual([
      expect.objectContaining({
        name: `${rest.vg}/${rest.pool}`,
        dmName: target,
        mode: 'normal',
        logicalVolumes: [expect.objectContaining({ name: `${rest.vg}/${rest.lv}`, active: true })],
      }),
    ]);
    expect(look.missing).toEqual([
      expect.objectContaining({ why: expect.stringContaining('lvm') as string }),
    ]);
  });

  test('is shown while another device is suspended, and LVM is not asked', async () => {
    const host = createLvmHost();
    host.change((world) => {
      addDisk(world, { name: 'vdc', sizeBytes: 10 * gibibyte });
      addVolume(world, 'hung', '/dev/vdc');
      happen.suspend(world, 'hung');
    });
    const look = await lookAtHost(host);
    expect(look.seen.map(({ volume }) => [volume.name, volume.state])).toEqual([
      ['hung', 'suspended'],
      ['vg/pool', 'running'],
    ]);
    expect(host.log.map(({ command }) => command.file)).not.toContain('lvm');
    expect(look.missing.map(({ why }) => why).join()).toContain('/dev/mapper/hung is suspended');
  });
});

describe('not root', () => {
  const createUnprivileged = (arrange: (world: World) => void): TestHost =>
    createDiskHost(arrange, { identity: { isRoot: false, user: 'somebody' } });

  test('a running pool shows, without its mode and sizes; what is missing is said', async () => {
    const host = createUnprivileged((world) => {
      const volumes = [{ name: 'home', sizeBytes: gibibyte }];
      activatePool(
        world,
        addPool(world, addVg(world, 'my-vg', ['/dev/vdb']), 'pool', { sizeBytes: 8 * gibibyte, volumes }),
      );
    });
    const look = await lookAtHost(host);
    expect(look.seen.map(({ volume }) => volume)).toEqual([
      expect.objectContaining({
        name: 'my-vg/pool',
        state: 'running',
        mode: null,
        counters: null,
        onDisk: null,
      }),
    ]);
    expect(look.seen[0]?.volume.sizes.usedBytes).toBeNull();
    expect(look.missing.map(({ what }) => what).join()).toMatch(/operating modes.*LVM/);
    expect(host.log).toEqual([]);
  });

  test('what vdoctl remembers cannot be read, and that is said', async () => {
    const host = createUnprivileged((world) => {
      addVolume(world, 'my-vdo', '/dev/vdb');
      addRemembered(world, 'my-vdo', '/dev/vdb');
    });
    const look = await lookAtHost(host);
    expect(look.missing).toContainEqual({
      source: 'memory',
      what: 'what is remembered in /etc/vdoctl/volumes',
      why: 'only root may read it',
      path: '/etc/vdoctl/volumes',
    });
  });
});

describe('one look', () => {
  test('sorts by name, across stacks, running or not', async () => {
    const host = createLvmHost();
    host.change((world) => {
      for (const [name, disk] of [
        ['b', 'vdc'],
        ['zz', 'vdd'],
        ['a', 'vde'],
      ] as const) {
        addDisk(world, { name: disk, sizeBytes: 10 * gibibyte });
        addVolume(world, name, `/dev/${disk}`);
        addRemembered(world, name, `/dev/${disk}`);
      }
      happen.stopDevice(world, 'b');
    });
    const volumes = await listVolumes(host);
    expect(volumes.map(({ name, state }) => `${name} ${state}`)).toEqual([
      'a running',
      'b stopped',
      'vg/pool running',
      'zz running',
    ]);
  });

  test('costs four processes at the most, however many volumes there are', async () => {
    const host = createLvmHost();
    host.change((world) => {
      for (const letter of 'cdefghij') {
        addDisk(world, { name: `vd${letter}`, sizeBytes: 10 * gibibyte });
        addVolume(world, `v${letter}`, `/dev/vd${letter}`);
        addRemembered(world, `v${letter}`, `/dev/vd${letter}`);
        if (letter < 'f') happen.stopDevice(world, `v${letter}`);
      }
    });
    expect(await listVolumes(host)).toHaveLength(9);
    expect(host.log.length).toBeLessThanOrEqual(3);
    expect(host.log.every(({ command }) => command.effect === 'looks')).toBe(true);
  });

  test('of a volume that runs and is remembered shows it once', async () => {
    const host = createDmHost();
    host.change((world) => {
      addRemembered(world, 'my-vdo', low);
    });
    expect((await listVolumes(host)).map(({ name, remembered }) => [name, remembered])).toEqual([
      ['my-vdo', true],
    ]);
  });

  test('of a host without LVM misses nothing', async () => {
    const host = createDmHost();
    host.change((world) => world.notInstalled.push('lvm'));
    expect((await lookAtHost(host)).missing).toEqual([]);
  });

  test('of a host without any volume misses nothing', async () => {
    const host = createTestHost();
    host.change(addRootDisk);
    expect(await lookAtHost(host)).toMatchObject({ seen: [], missing: [] });
  });

  test.each(['dmsetup', 'vdostats'])(
    'without %s says what is missing and shows the rest',
    async (program) => {
      const host = createLvmHost();
      host.change((world) => world.notInstalled.push(program));
      const look = await lookAtHost(host);
      expect(look.seen.map(({ volume }) => [volume.name, volume.state])).toEqual([['vg/pool', 'running']]);
      expect(look.missing).toEqual([expect.objectContaining({ why: `${program}: not installed` })]);
    },
  );
});
