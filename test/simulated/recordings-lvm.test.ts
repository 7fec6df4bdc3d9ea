import { describe, test } from 'vitest';

import { activatePool, addDisk, addPool, addRootDisk, addVg } from '../../src/simulator/arrange.ts';
import * as happen from './levers.ts';
import { createTestHost, type TestHost } from './test-host.ts';
import type { VdoImage, World } from '../../src/simulator/world/world.ts';
import { compareVerbose, replayAll } from './recordings.ts';
import { createDiskHost } from './worlds.ts';

const gibibyte = 1024 ** 3;
const settled = 1000;
const pvStartBytes = 1024 ** 2;

function createHost(): TestHost {
  return createDiskHost((world) => addVg(world, 'vg', ['/dev/vdb']), { sizeBytes: 12 * gibibyte });
}

const uuids: Readonly<Record<string, string>> = {
  lv1: 'q09AJv-YPYp-NswO-tbZl-TXF7-J6Lz-S6s7Kr',
  vpool: 'sfhcm5-48QR-iffV-JUuT-fJQh-MfU8-HcYvhV',
  vpool_vdata: 'szTUQc-iLaA-0MDR-9l10-i2Oa-Ou6s-fmRByX',
};

function addRecordedPool(world: World): void {
  const [vg] = world.vgs;
  if (vg === undefined) throw new Error('no VG');
  vg.uuid = 'N9Xx9O-TxbX-HQ3q-zj4p-DFAy-FfJr-DP1WcQ';
  const pool = addPool(world, vg, 'vpool', {
    sizeBytes: 7 * gibibyte,
    volumes: [{ name: 'lv1', sizeBytes: 20 * gibibyte }],
  });
  for (const lv of vg.lvs) lv.uuid = uuids[lv.name] ?? lv.uuid;
  activatePool(world, pool);
}

function imageOf(world: World): VdoImage {
  const image = world.disks
    .find(({ name }) => name === 'vdb')
    ?.contents.find(({ atBytes }) => atBytes === pvStartBytes)?.vdo;
  if (image === undefined) throw new Error('no VDO');
  return image;
}

function setIndex(world: World, index: 'opening' | 'online'): void {
  const target = world.dmDevices.find(({ vdo }) => vdo !== undefined);
  if (target?.vdo !== undefined) target.vdo.index = index;
}

function useSpace(world: World): void {
  Object.assign(imageOf(world), { dataBlocks: 7949, logicalUsedBlocks: 43_610, blockMapBlocks: 243 });
}

describe('recordings of the lvm stack', () => {
  test('a session with a pool: normal, deactivated, read-only, rebuilt', async () => {
    const host = createHost();
    await replayAll(host, [{ recording: 'lvm/04-none-lvs' }]);
    host.change(addRecordedPool);
    await replayAll(host, [
      {
        recording: 'lvm/07-normal-lvs',
        before: (world) => {
          setIndex(world, 'opening');
        },
      },
      { recording: 'lvm/08-normal-vdostats' },
      { recording: 'lvm/09-normal-vdostats-verbose', compare: compareVerbose },
      { recording: 'lvm/10-normal-dmsetup-table' },
      {
        recording: 'lvm/11-normal-dmsetup-status',
        before: (world) => {
          setIndex(world, 'online');
        },
      },
      { recording: 'lvm/12-normal-dmsetup-info' },
      {
        recording: 'lvm/14-deactivate-mounted',
        before: (world) => {
          happen.mountDevice(world, '/dev/vg/lv1', '/mnt');
        },
      },
      {
        recording: 'lvm/21-deactivate-lv',
        before: (world) => {
          happen.unmountAll(world, '/mnt');
        },
      },
      { recording: 'lvm/22-deactivated-lvs' },
      { recording: 'lvm/23-deactivated-dmsetup' },
      { recording: 'lvm/24-activate-vdata' },
      { recording: 'lvm/25-vdata-readonly-forcerebuild' },
      { recording: 'lvm/26-deactivate-vdata' },
      { recording: 'lvm/27-create-writable-vdata' },
      { recording: 'lvm/28-set-readonly' },
      // In this one of three tries, udev was already done.
      { recording: 'lvm/29-remove-vdata-at-once', afterMs: settled },
      { recording: 'lvm/30-remove-vdata-retry' },
      { recording: 'lvm/31-readonly-activate', before: useSpace },
      { recording: 'lvm/32-readonly-lvs' },
      { recording: 'lvm/33-readonly-dmsetup-status' },
      { recording: 'lvm/34-readonly-vdostats-verbose', compare: compareVerbose },
      { recording: 'lvm/35-readonly-mount' },
      { recording: 'lvm/36-readonly-mount-ro' },
      {
        recording: 'lvm/38-deactivate-ro',
        before: (world) => {
          happen.unmountAll(world, '/mnt');
        },
      },
      { recording: 'lvm/39-activate-vdata2' },
      { recording: 'lvm/40-deactivate-vdata2' },
      { recording: 'lvm/41-create-writable-vdata2' },
      { recording: 'lvm/42-forcerebuild' },
      { recording: 'lvm/43-remove-vdata2' },
      { recording: 'lvm/44-activate-after-rebuild' },
      { recording: 'lvm/45-rebuilt-lvs', afterMs: 5000 },
      { recording: 'lvm/47-rebuilt-verbose', compare: compareVerbose },
    ]);
  });

  test('the full report, and what LVM does not take in one', async () => {
    const host = createTestHost();
    host.change((world) => {
      addRootDisk(world);
      addDisk(world, { name: 'vdc', sizeBytes: 8 * gibibyte });
      const vg = addVg(world, 'my-vg', ['/dev/vdc']);
      vg.uuid = '6ENwmB-A4pf-dR9z-HnMU-jJ5V-cfpA-fC08ci';
      addPool(world, vg, 'pool', {
        sizeBytes: 2047 * vg.extentBytes,
        volumes: [{ name: 'data', sizeBytes: 20 * gibibyte }],
      });
      const recordedUuids: Readonly<Record<string, string>> = {
        data: 'CEXfJr-sSit-fKjE-FHOp-lqqb-wliG-kdvpV2',
        pool: 'izcMH5-SX0e-YTkd-kmib-sgzC-3bP0-pUet6x',
        pool_vdata: 'wAGfoD-V2td-SBtg-LbHu-SKtH-m3Sl-HKC5af',
      };
      for (const lv of vg.lvs) lv.uuid = recordedUuids[lv.name] ?? lv.uuid;
    });
    await replayAll(host, [
      { recording: 'lvm/52-stopped-fullreport' },
      { recording: 'lvm/53-fullreport-segtype-in-lv' },
    ]);
  });
});
