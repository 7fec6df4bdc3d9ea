import { expect, test } from 'vitest';

import { sectorBytes } from '../../src/model/disk.ts';
import * as arrange from '../../src/simulator/arrange.ts';
import * as happen from '../simulated/levers.ts';
import type { TestHost } from '../simulated/test-host.ts';
import { createDiskHost, gibibyte } from '../simulated/worlds.ts';
import { callOn } from './call.ts';
import {
  createReadOnlyOn,
  expectRebuilt,
  expectRebuildRefused,
  forcedRebuild,
  readPreflight,
} from './preflight-steps.ts';

const sectors = (10 * gibibyte) / sectorBytes;
const thinPool = (state: string, used: number): string =>
  `1 100/2048 ${String(used)}/163840 - ${state} discard_passdown error_if_no_space - 1024`;

/** `v` on a thin LV of LVM whose pool says this. */
function createThin(status: string): TestHost {
  return createReadOnlyOn('/dev/mapper/below-storage', (world) => {
    const table = `0 ${String(sectors)} thin-pool 254:0 254:16 128 0 1 error_if_no_space`;
    const pool = arrange.addDm(world, 'below-thin-tpool', table, 'LVM-x1-tpool');
    pool.status = status;
    const number = happen.numberOf(world, 'below-thin-tpool');
    arrange.addDm(world, 'below-storage', `0 ${String(sectors)} thin ${number} 1`, 'LVM-x2');
  });
}

test('a thin pool that is out of space refuses a rebuild, with the command that extends it', async () => {
  const host = createThin(thinPool('out_of_data_space', 163_840));
  await expectRebuildRefused(
    host,
    'the thin pool below/thin beneath has 0 B left (out_of_data_space)',
    'next: lvextend --extents +20%LV below/thin; then: vdoctl recover v --force-rebuild',
  );
  host.change((world) => {
    const pool = world.dmDevices.find(({ name }) => name === 'below-thin-tpool');
    if (pool !== undefined) pool.status = thinPool('rw', 163_840 - 1000);
  });
  await expectRebuildRefused(
    host,
    'the thin pool below/thin beneath has 62.5 MiB left, and a forced rebuild writes up to',
  );
  host.change((world) => {
    const pool = world.dmDevices.find(({ name }) => name === 'below-thin-tpool');
    if (pool !== undefined) pool.status = thinPool('rw', 1000);
  });
  expectRebuilt(await callOn(host, ...forcedRebuild, '--yes'));
});

test('--despite no-room-below rebuilds all the same', async () => {
  const host = createThin(thinPool('out_of_data_space', 163_840));
  expect((await callOn(host, ...forcedRebuild, '--yes', '--despite', 'media-errors')).code).toBe(8);
  expectRebuilt(await callOn(host, ...forcedRebuild, '--yes', '--despite', 'media-errors,no-room-below'));
});

test('a file with holes behind a loop device, whose filesystem is full, refuses', async () => {
  const host = createDiskHost((world) => {
    arrange.addDisk(world, { name: 'loop0', sizeBytes: 10 * gibibyte });
    const disk = world.disks.find(({ name }) => name === 'loop0');
    if (disk !== undefined) disk.minor = 240;
    if (disk !== undefined) disk.backing = { path: '/srv/v.img', allocatedBytes: gibibyte, freeBytes: 0 };
    arrange.addVolume(world, 'v', '/dev/loop0');
    arrange.addRemembered(world, 'v', '/dev/loop0');
    happen.makeReadOnly(world, 'v');
  });
  await expectRebuildRefused(
    host,
    'the filesystem of /srv/v.img',
    'has 0 B left',
    'make room for /srv/v.img',
  );
  host.change((world) => {
    const disk = world.disks.find(({ name }) => name === 'loop0');
    if (disk?.backing !== undefined) disk.backing.allocatedBytes = 10 * gibibyte;
  });
  expect((await readPreflight(host)).noRoom).toEqual([]);
});

test.each([
  [
    'an origin',
    '3000/4000 16',
    'snap, a snapshot of its storage to which each write is copied first, has 500 KiB left',
  ],
  ['an origin whose snapshot is lost already', 'Invalid', undefined],
  ['an origin whose snapshot has room', '3000/20000000 16', undefined],
])('%s', async (_what, status, said) => {
  const host = createReadOnlyOn('/dev/mapper/origin', (world) => {
    arrange.addDisk(world, { name: 'vdc', sizeBytes: gibibyte });
    arrange.addDm(world, 'origin', `0 ${String(sectors)} snapshot-origin 254:16`);
    const snap = arrange.addDm(world, 'snap', `0 ${String(sectors)} snapshot 254:16 254:32 P 8`);
    snap.status = status;
  });
  if (said === undefined) expect((await readPreflight(host)).noRoom).toEqual([]);
  else await expectRebuildRefused(host, said);
});

test('a snapshot as the storage, without room, refuses', async () => {
  const host = createReadOnlyOn('/dev/mapper/snap', (world) => {
    const snap = arrange.addDm(world, 'snap', `0 ${String(sectors)} snapshot 254:16 254:0 P 8`);
    snap.status = '3000/4000 16';
  });
  await expectRebuildRefused(host, 'the snapshot snap beneath has 500 KiB left');
});
