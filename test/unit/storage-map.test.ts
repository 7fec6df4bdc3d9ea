import { expect, test } from 'vitest';

import { BlockDevices, type BlockDevice } from '../../src/model/device.ts';
import { parseLinesOfAll } from '../../src/parse/dmsetup-lines.ts';
import { parseLvmReport } from '../../src/parse/lvm-report.ts';
import type { Host } from '../../src/host/host.ts';
import type { Found } from '../../src/stacks/found-volume.ts';
import { poolsOf } from '../../src/stacks/lvm/report.ts';
import { StorageMap, type Place } from '../../src/stacks/preflight/storage-map.ts';
import { placesOf } from '../../src/stacks/preflight/volume-places.ts';
import { recorded } from '../parse/recordings.ts';
import { createFakeFiles, type Entry } from './fakes.ts';

const mebibyte = 1024 ** 2;

function device(kernelName: string, number: string, below: readonly string[], dmName?: string): BlockDevice {
  return {
    kernelName,
    deviceNumber: number,
    path: dmName === undefined ? `/dev/${kernelName}` : `/dev/mapper/${dmName}`,
    sizeBytes: 5600 * mebibyte,
    dm: dmName === undefined ? undefined : { name: dmName, uuid: '', suspended: false },
    below,
    above: [],
  };
}

function mapOf(
  devices: readonly BlockDevice[],
  lines: { readonly table?: string; readonly status?: string },
  more: Readonly<Record<string, Entry>> = {},
): StorageMap {
  const entries = Object.fromEntries(devices.map((each) => [each.path, { device: each.deviceNumber }]));
  const host = { files: createFakeFiles({ ...entries, ...more }) } as unknown as Host;
  const rows = (text = '') => parseLinesOfAll('dmsetup', text).rows;
  return new StorageMap(host, new BlockDevices(devices), {
    table: rows(lines.table),
    status: rows(lines.status),
  });
}

const shown = ({ device: { path }, startBytes, lengthBytes, leg }: Place) => [
  path,
  startBytes,
  lengthBytes,
  leg,
];

/** The devices of the recording of a pool on raid1. */
const ofMirror = [
  device('vdb', '254:16', []),
  device('vdc', '254:32', []),
  device('vdd', '254:48', []),
  device('dm-0', '253:0', ['vdb'], 'st1'),
  device('dm-1', '253:1', ['vdc'], 'st2'),
  device('dm-2', '253:2', ['vdd'], 'st3'),
  device('dm-3', '253:3', ['dm-0'], 'my--vg-pool_vdata_rmeta_0'),
  device('dm-4', '253:4', ['dm-0'], 'my--vg-pool_vdata_rimage_0'),
  device('dm-5', '253:5', ['dm-1'], 'my--vg-pool_vdata_rmeta_1'),
  device('dm-6', '253:6', ['dm-1'], 'my--vg-pool_vdata_rimage_1'),
  device('dm-7', '253:7', ['dm-3', 'dm-4', 'dm-5', 'dm-6'], 'my--vg-pool_vdata'),
];

const placeOn = (path: string, startBytes: number): Place => {
  const found = ofMirror.find((each) => each.path === path);
  if (found === undefined) throw new Error(path);
  return { device: found, startBytes, lengthBytes: 4096, leg: null };
};

test('a pool on raid1 that runs is read on each leg, and a leg leads down to its disk', () => {
  const table = recorded('lvm/65-').stdout;
  const map = mapOf(ofMirror, { table, status: recorded('lvm/66-').stdout });
  const legs = map.placesToRead(placeOn('/dev/mapper/my--vg-pool_vdata', mebibyte));
  expect(legs.map(shown)).toEqual([
    ['/dev/mapper/my--vg-pool_vdata_rimage_0', mebibyte, 4096, 'my--vg-pool_vdata_rimage_0'],
    ['/dev/mapper/my--vg-pool_vdata_rimage_1', mebibyte, 4096, 'my--vg-pool_vdata_rimage_1'],
  ]);
  // 10240 sectors of the PV, and 2048 of the disk.
  const atBytes = mebibyte + (10_240 + 2048) * 512;
  expect(legs.map((leg) => shown(map.bottomOf(leg)))).toEqual([
    ['/dev/vdb', atBytes, 4096, 'my--vg-pool_vdata_rimage_0'],
    ['/dev/vdc', atBytes, 4096, 'my--vg-pool_vdata_rimage_1'],
  ]);
});

test('a leg that the kernel has given up is left out; a line of errors is as far down as it goes', () => {
  const table = recorded('lvm/69-').stdout;
  const map = mapOf(ofMirror, { table, status: recorded('lvm/70-').stdout });
  const legs = map.placesToRead(placeOn('/dev/mapper/my--vg-pool_vdata', 0));
  expect(legs.map(({ leg }) => leg)).toEqual(['my--vg-pool_vdata_rimage_0']);
  expect(map.bottomOf(placeOn('/dev/mapper/my--vg-pool_vdata_rimage_1', 0)).device.path).toBe(
    '/dev/mapper/st2',
  );
});

test.each([
  ['lvm/63-', ['/dev/mapper/st1', '/dev/mapper/st2']],
  ['lvm/67-', ['/dev/mapper/st1']],
  ['lvm/71-', ['/dev/mapper/st1']],
])('a stopped pool on raid1 of %s is read where LVM has put its legs', (recording, devices) => {
  const { rows } = parseLvmReport(recorded(recording).stdout);
  const [group] = rows;
  const pool = group === undefined ? undefined : poolsOf(group)[0];
  if (group === undefined || pool === undefined) throw new Error(recording);
  const found = { area: undefined, pool: { group, pool, lvs: [] } } as unknown as Found;
  const map = mapOf(ofMirror, { table: recorded('lvm/65-').stdout });
  const places = placesOf(map, found, { startBytes: 8 * mebibyte, lengthBytes: 4096 });
  expect(places?.map(({ device: { path } }) => path)).toEqual(devices);
  expect(places?.[0]).toMatchObject({
    // Extent 0 is the metadata of the leg.
    startBytes: mebibyte + 4 * mebibyte + 8 * mebibyte,
    leg: 'my--vg-pool_vdata_rimage_0',
  });
});

test.each(['lvm/57-', 'lvm/60-'])('of %s only LVM can put the data together', (recording) => {
  const [group] = parseLvmReport(recorded(recording).stdout).rows;
  const pool = group === undefined ? undefined : poolsOf(group)[0];
  const found = { area: undefined, pool: { group, pool, lvs: [] } } as unknown as Found;
  expect(placesOf(mapOf(ofMirror, {}), found, { startBytes: 0, lengthBytes: 4096 })).toBeUndefined();
});

test('a stretch over two lines is on both of what they lie on', () => {
  const devices = [
    device('vdb', '254:16', []),
    device('vdc', '254:32', []),
    device('md0', '9:0', ['vdd', 'vde']),
    device('vdd', '254:48', []),
    device('vde', '254:64', []),
    device('dm-0', '253:0', ['vdb', 'md0'], 'both'),
  ];
  const leg = (name: string, state: string) => ({
    [`/sys/class/block/md0/md/dev-${name}/size`]: '4194304\n',
    [`/sys/class/block/md0/md/dev-${name}/offset`]: '2048\n',
    [`/sys/class/block/md0/md/dev-${name}/state`]: `${state}\n`,
  });
  const files = {
    '/sys/class/block/md0/md/level': 'raid1\n',
    ...leg('vdd', 'in_sync'),
    ...leg('vde', 'faulty'),
  };
  const table = 'both: 0 2048 linear 254:16 100\nboth: 2048 2048 linear 9:0 0\n';
  const map = mapOf(devices, { table }, files);
  const [, , , , , both] = devices;
  if (both === undefined) throw new Error('no device');
  const place = { device: both, startBytes: mebibyte - 4096, lengthBytes: 8192, leg: null };
  expect(map.placesToRead(place).map(shown)).toEqual([
    ['/dev/vdb', mebibyte - 4096 + 100 * 512, 4096, null],
    ['/dev/vdd', 2048 * 512, 4096, '/dev/vdd'],
  ]);
});
