import { describe, expect, test } from 'vitest';

import { addDisk } from '../../src/simulator/arrange.ts';
import * as happen from './levers.ts';
import { enlargeDisk } from './levers.ts';
import { createCommand, createLvmDisks, createPool, must, mustNot, readLvm, settledMs } from './lvm-hosts.ts';
import { createDiskHost, gibibyte, readStatus, run } from './worlds.ts';

describe('lvextend', () => {
  test('takes all that is left, in a second piece after another pool', async () => {
    const host = createLvmDisks((world) => {
      addDisk(world, { name: 'vdd', sizeBytes: 30 * gibibyte });
    });
    await must(host, 'vgcreate vg /dev/vdd');
    await must(host, createCommand);
    await must(host, 'lvcreate --type vdo --yes -n lv2 -L 7G -V 20G vg/other');
    await must(host, 'lvextend --yes --extents +100%FREE vg/vpool');
    const [group] = (await readLvm(host)).groups;
    const data = group?.lvs.find(({ lvName }) => lvName === 'vpool_vdata');
    const ranges = group?.segments
      .filter(({ lvUuid }) => lvUuid === data?.lvUuid)
      .flatMap((each) => each.ranges);
    expect(ranges).toEqual([
      { pv: '/dev/vdd', first: 0, last: 1791 },
      { pv: '/dev/vdd', first: 3584, last: 7678 },
    ]);
    expect((await run(host, 'dmsetup table vg-vpool_vdata')).stdout.trim().split('\n')).toHaveLength(2);
    const blocks = String((data?.sizeBytes ?? 0) / 4096);
    expect(await readStatus(host, 'vg-vpool-vpool')).toMatch(new RegExp(` normal .* ${blocks}\n$`));
  });

  test('promises more, and the kernel knows', async () => {
    const host = await createPool();
    await must(host, `lvextend --yes --size ${String(30 * gibibyte)}b vg/lv1`);
    expect(await readStatus(host, 'vg-vpool-vpool')).toMatch(/^0 62916608 vdo /);
    expect(host.files.readText('/sys/class/block/dm-2/size')).toEqual({ kind: 'read', value: '62914560\n' });
  });

  test('is refused the same, less, and more than there is', async () => {
    const host = await createPool();
    await mustNot(
      host,
      'lvextend -y -L 20G vg/lv1',
      'New size (5120 extents) matches existing size (5120 extents).',
    );
    await mustNot(host, 'lvextend -y -L 10G vg/lv1', 'not larger than existing size');
    await mustNot(
      host,
      'lvextend -y -L+8G vg/vpool',
      'Insufficient free space: 2048 extents needed, but only 1279',
    );
    await mustNot(host, 'lvextend -y -L+1G vg/no', 'Failed to find logical volume "vg/no"');
    await must(host, 'lvchange -an vg/lv1');
    await mustNot(host, 'lvextend -y -L+2G vg/vpool', 'inactive');
  });

  test('is refused by the kernel of a read-only pool, and taken back', async () => {
    const host = await createPool();
    await host.clock.sleep(settledMs);
    host.change((world) => {
      happen.makeReadOnly(world, 'vg-vpool-vpool');
    });
    await mustNot(host, 'lvextend -y -L+2G vg/vpool', 'failed: Input/output error');
  });

  test('of an LV that is down takes effect at the next start', async () => {
    const host = await createPool();
    await host.clock.sleep(settledMs);
    await must(host, 'lvchange -an vg/lv1');
    await must(host, 'lvextend -y -L+10G vg/lv1');
    await must(host, 'lvchange -ay vg/lv1');
    expect(await readStatus(host, 'vg-vpool-vpool')).toMatch(/^0 62916608 vdo .* normal /);
    const config = (await run(host, 'dmsetup message vg-vpool-vpool 0 config')).stdout;
    expect(config).toContain(`logicalSize : ${String(62_916_608 * 512)},`);
  });

  test('that was cut off is put in step by a refresh', async () => {
    const host = await createPool();
    await host.clock.sleep(settledMs);
    host.change((world) => {
      happen.leaveExtendCutOff(world, 'vg/lv1', 30 * gibibyte);
    });
    expect(await readStatus(host, 'vg-vpool-vpool')).toMatch(/^0 41945088 vdo /);
    await must(host, 'lvchange --refresh vg/lv1');
    expect(await readStatus(host, 'vg-vpool-vpool')).toMatch(/^0 62916608 vdo /);
  });
});

const pool =
  '--extents 100%PVS --virtualsize 10737418240b --vdosettings vdo_slab_size_mb=128 vg/pool /dev/vdb';

test('a pool that grows by less than a slab: the kernel refuses, and LVM takes it back, in the words of the real one', async () => {
  const host = createDiskHost(undefined, { sizeBytes: 7 * gibibyte });
  for (const line of [
    'pvcreate /dev/vdb',
    'vgcreate vg /dev/vdb',
    `lvcreate --yes --type vdo --name lv1 ${pool}`,
  ])
    await must(host, line);
  host.change((world) => {
    enlargeDisk(world, 'vdb', 7 * gibibyte + 4 * 1024 ** 2);
  });
  await run(host, '! pvresize /dev/vdb');
  const before = JSON.stringify(host.world.vgs);
  const result = await run(host, '! lvextend --yes --extents +100%FREE vg/pool');
  expect(result.outcome).toEqual({ kind: 'exited', code: 5 });
  expect(result.stdout).toBe(
    '  Increasing incremental size from 4.00 MiB to 132.00 MiB to fit new VDO slab.\n' +
      '  Size of logical volume vg/pool_vdata changed from <7.00 GiB (1791 extents) to 7.00 GiB (1792 extents).\n',
  );
  expect(result.stderr).toBe(
    '  device-mapper: reload ioctl on  (253:1) failed: Input/output error\n' +
      '  Failed to suspend logical volume vg/lv1.\n',
  );
  expect(JSON.stringify(host.world.vgs)).toBe(before);
});
