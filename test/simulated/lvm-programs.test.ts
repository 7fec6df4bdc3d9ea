import { describe, expect, test } from 'vitest';

import { addPartition, enlargeDisk } from './levers.ts';
import * as happen from './levers.ts';
import { looking } from '../../src/model/command.ts';
import {
  createCommand,
  createLvmDisks,
  createPool,
  must,
  mustNot,
  readLvm,
  readSpace,
  settledMs,
} from './lvm-hosts.ts';
import { replayAll } from './recordings.ts';
import { gibibyte, readStatus, run } from './worlds.ts';

test('a session: made, too small, made, there already, grown, removed', async () => {
  const host = createLvmDisks();
  await replayAll(host, [
    { recording: 'lvm/01-pvcreate' },
    { recording: 'lvm/02-vgcreate' },
    { recording: 'lvm/05-lvcreate-too-small' },
    { recording: 'lvm/06-lvcreate' },
    { recording: 'lvm/08-normal-vdostats', afterMs: settledMs },
    { recording: 'lvm/10-normal-dmsetup-table' },
    { recording: 'lvm/11-normal-dmsetup-status' },
    { recording: 'lvm/13-lvcreate-exists' },
    { recording: 'lvm/48-extend-pool' },
    { recording: 'lvm/49-extend-lv' },
    { recording: 'lvm/50-remove', afterMs: settledMs },
    { recording: 'lvm/51-removed-lvs' },
  ]);
  expect(host.world.dmDevices).toEqual([]);
});

describe('physical volumes and groups', () => {
  test('come and go, and the report knows them', async () => {
    const host = createLvmDisks();
    await must(host, 'pvcreate /dev/disk/by-id/virtio-S1');
    expect(await readLvm(host)).toMatchObject({ groups: [], orphans: ['/dev/vdb'] });
    expect((await run(host, 'blkid -p -o export /dev/vdb')).stdout).toContain('TYPE=LVM2_member\n');
    await must(host, 'vgcreate vg /dev/vdb');
    const { groups, orphans } = await readLvm(host);
    expect([groups.map(({ vgName }) => vgName), orphans]).toEqual([['vg'], []]);
    await must(host, 'vgremove vg');
    await must(host, 'pvremove /dev/vdb');
    expect(await readLvm(host)).toEqual({ groups: [], orphans: [] });
    expect((await run(host, 'blkid -p -o export /dev/vdb')).outcome).toEqual({ kind: 'exited', code: 2 });
  });

  test('take what holds something else only when told so', async () => {
    const host = createLvmDisks((world) => {
      happen.overwriteDisk(world, 'vdb', 'ext4');
      addPartition(world, 'vdc');
    });
    await mustNot(host, 'pvcreate /dev/vdb', 'Aborted wiping of ext4.');
    await mustNot(host, 'pvcreate --yes /dev/vdc', 'Cannot use /dev/vdc: device is partitioned');
    expect(await must(host, 'pvcreate --yes /dev/vdb')).toBe(
      '  Wiping ext4 signature on /dev/vdb.\n  Physical volume "/dev/vdb" successfully created.\n',
    );
  });

  test('are not taken twice, nor from under a group', async () => {
    const host = await createPool();
    await mustNot(host, 'pvcreate /dev/vdb', 'of volume group "vg" without -ff');
    await mustNot(host, 'pvremove /dev/vdb', 'is used by VG vg so please use vgreduce first');
    await mustNot(host, 'vgcreate vg /dev/vdc', 'A volume group called vg already exists.');
    await mustNot(host, 'vgcreate other /dev/vdb', "is already in volume group 'vg'");
    await mustNot(host, 'vgremove vg', 'Volume group "vg" not removed');
    await mustNot(host, 'pvcreate /dev/nowhere', 'No device found for /dev/nowhere.');
    await mustNot(host, 'vgremove other', 'Volume group "other" not found');
  });

  test('become as large as their device when they are told to', async () => {
    const host = await createPool();
    const [before] = await readSpace(host);
    host.change((world) => {
      enlargeDisk(world, 'vdb', 16 * gibibyte);
    });
    expect((await readSpace(host))[0]).toEqual({ ...before, deviceBytes: 16 * gibibyte });
    await must(host, 'pvresize /dev/vdb');
    expect((await readSpace(host))[0]?.freeExtents).toBe((before?.freeExtents ?? 0) + 1024);
    expect((await readSpace(host))[0]?.sizeBytes).toBe(4095 * 4 * 1024 ** 2);
  });
});

describe('lvcreate', () => {
  test('makes what it is told: all the room, slabs, an index, no reduction', async () => {
    const host = createLvmDisks();
    await must(host, 'vgcreate vg /dev/vdb /dev/vdc');
    const settings = 'vdo_slab_size_mb=128,vdo_index_memory_size_mb=512';
    const words = `--compression n --deduplication n --vdosettings ${settings} vg/pool /dev/vdc`;
    await must(host, `lvcreate --yes --type vdo --name data --extents 100%PVS --virtualsize 100g ${words}`);
    await host.clock.sleep(settledMs);
    expect(await readStatus(host, 'vg-pool-vpool')).toMatch(/ normal - closed offline \d+ 3144704\n$/);
    const [group] = (await readLvm(host)).groups;
    expect(group?.lvs.find(({ lvName }) => lvName === 'data')?.sizeBytes).toBe(100 * gibibyte);
    expect(group?.segments.flatMap(({ ranges }) => ranges)).toEqual([
      { pv: '/dev/vdc', first: 0, last: 3070 },
    ]);
    const config = (await run(host, 'dmsetup message vg-pool-vpool 0 config')).stdout;
    expect(config).toContain('slabSize : 32768, index :  { memorySize : 0.5, isSparse : 0, }');
  });

  test('without a virtual size promises what fits', async () => {
    const host = await createPool('lvcreate --type vdo --yes -n lv1 -l 100%FREE vg/vpool');
    const [group] = (await readLvm(host)).groups;
    const volume = group?.lvs.find(({ lvName }) => lvName === 'lv1');
    expect(volume?.sizeBytes).toBeGreaterThan(7 * gibibyte);
    expect(volume?.sizeBytes).toBeLessThan(8 * gibibyte);
  });

  test('is refused what there is no room for, and what is there', async () => {
    const host = await createPool();
    const words = '--type vdo --yes -V 20G';
    await mustNot(
      host,
      `lvcreate ${words} -n x -L 7G vg/y`,
      'insufficient free space (1279 extents): 1792 required.',
    );
    await mustNot(host, `lvcreate ${words} -n lv1 -L 1G vg/y`, 'Logical Volume "lv1" already exists');
    await mustNot(host, `lvcreate ${words} -n x -L 1G no/y`, 'Volume group "no" not found');
    await mustNot(host, `lvcreate ${words} -n x -L 1G vg/y /dev/vdc`, 'not found in Volume Group "vg"');
  });

  test('wipes what an earlier pool left there', async () => {
    const host = await createPool();
    await must(host, 'lvremove --yes vg/vpool');
    expect(await must(host, createCommand)).toContain('  Wiping vdo signature on /dev/vg/vpool.\n');
  });
});

describe('lvchange', () => {
  test('switches the reduction, now and for the next start', async () => {
    const host = await createPool();
    await host.clock.sleep(2000);
    expect(await must(host, 'lvchange --compression n vg/vpool')).toBe(
      '  Logical volume vg/vpool changed.\n',
    );
    expect(await readStatus(host, 'vg-vpool-vpool')).toContain(' online offline ');
    await must(host, 'lvchange --deduplication n vg/vpool');
    expect(await readStatus(host, 'vg-vpool-vpool')).toContain(' closed offline ');
    await must(host, 'lvchange -an vg/lv1');
    await must(host, 'lvchange -ay vg/lv1');
    expect(await readStatus(host, 'vg-vpool-vpool')).toContain(' closed offline ');
    expect((await run(host, 'dmsetup table vg-vpool-vpool')).stdout).toContain(
      'deduplication off compression off ',
    );
  });
});

describe('lvremove', () => {
  test('takes a pool with its LV, and nothing that is in use', async () => {
    const host = await createPool();
    await host.clock.sleep(settledMs);
    host.change((world) => {
      happen.mountDevice(world, '/dev/vg/lv1', '/mnt');
    });
    await mustNot(host, 'lvremove --yes vg/vpool', 'Logical volume vg/lv1 contains a filesystem in use.');
    host.change((world) => {
      happen.unmountAll(world, '/mnt');
    });
    await mustNot(host, 'lvremove vg/vpool', 'Logical volume vg/vpool not removed.');
    await must(host, 'lvremove --yes vg/lv1');
    expect((await readLvm(host)).groups[0]?.lvs).toEqual([]);
    expect((await readSpace(host))[0]?.freeExtents).toBe(3071);
  });

  test('changes nothing while a physical volume is missing', async () => {
    const host = createLvmDisks();
    await must(host, 'vgcreate vg /dev/vdb /dev/vdc');
    await must(host, createCommand);
    await host.clock.sleep(settledMs);
    host.change((world) => {
      happen.setDiskFault(world, 'vdc', 'gone');
    });
    const columns = ['--reportformat', 'json', '--units', 'b', '--nosuffix', '-o', 'pv_name,pv_missing'];
    expect((await host.run(looking('pvs', columns))).stdout).toContain(
      '{"pv_name":"[unknown]", "pv_missing":"missing"}',
    );
    for (const line of ['lvremove --yes vg/vpool', 'lvextend -y -L+1G vg/lv1', 'vgremove -y vg'])
      await mustNot(host, line, 'Cannot change VG vg while PVs are missing.');
  });
});
