import { expect, test } from 'vitest';

import { addDisk, addRootDisk, enlargeDisk } from '../../src/host/simulated/arrange.ts';
import { createSimulatedHost } from '../../src/host/simulated/simulated-host.ts';
import { gibibyte, run } from './worlds.ts';

const pool =
  '--extents 100%PVS --virtualsize 10737418240b --vdosettings vdo_slab_size_mb=128 vg/pool /dev/vdb';

test('a pool that grows by less than a slab: the kernel refuses, and LVM takes it back, in the words of the real one', async () => {
  const host = createSimulatedHost();
  host.change((world) => {
    addRootDisk(world);
    addDisk(world, { name: 'vdb', sizeBytes: 7 * gibibyte });
  });
  for (const line of [
    'pvcreate /dev/vdb',
    'vgcreate vg /dev/vdb',
    `lvcreate --yes --type vdo --name lv1 ${pool}`,
  ])
    expect((await run(host, `! ${line}`)).outcome, line).toEqual({ kind: 'exited', code: 0 });
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
