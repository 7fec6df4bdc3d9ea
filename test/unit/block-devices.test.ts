import { describe, expect, test } from 'vitest';

import { BlockDevices, type BlockDevice } from '../../src/model/device.ts';
import { readBlockDevices } from '../../src/stacks/devices.ts';
import { createFakeFiles } from './fakes.ts';

function makeDevice(
  kernelName: string,
  layers: {
    readonly below?: readonly string[];
    readonly above?: readonly string[];
    readonly suspended?: true;
  },
): BlockDevice {
  const { below = [], above = [], suspended = false } = layers;
  const isDm = kernelName.startsWith('dm-');
  return {
    kernelName,
    deviceNumber: `9:${kernelName}`,
    path: `/dev/${kernelName}`,
    sizeBytes: 4096,
    dm: isDm ? { name: `name-${kernelName}`, uuid: '', suspended } : undefined,
    below,
    above,
  };
}

/** `dm-2` lies on `dm-0` and `dm-1`; both lie on `vdb1`, and `dm-1` on `vdc` too. */
const devices = new BlockDevices([
  makeDevice('vdb', { above: ['vdb1'] }),
  makeDevice('vdb1', { below: ['vdb'], above: ['dm-0', 'dm-1'] }),
  makeDevice('vdc', { above: ['dm-1'] }),
  makeDevice('dm-0', { below: ['vdb1'], above: ['dm-2'], suspended: true }),
  makeDevice('dm-1', { below: ['vdb1', 'vdc'], above: ['dm-2'] }),
  makeDevice('dm-2', { below: ['dm-0', 'dm-1', 'vanished'] }),
]);

function get(kernelName: string): BlockDevice {
  const device = devices.get(kernelName);
  if (device === undefined) throw new Error(`no ${kernelName}`);
  return device;
}

const namesOf = (found: readonly BlockDevice[]): string[] => found.map((device) => device.kernelName);

describe('walking the layers', () => {
  test.each([
    ['dm-2', ['dm-2', 'dm-0', 'dm-1', 'vdb1', 'vdc', 'vdb']],
    ['dm-0', ['dm-0', 'vdb1', 'vdb']],
    ['vdb', ['vdb']],
  ])('down from %s: each once, top first', (from, expected) => {
    expect(namesOf(devices.downFrom(get(from)))).toEqual(expected);
  });

  test.each([
    ['vdb', ['vdb1', 'dm-0', 'dm-1', 'dm-2']],
    ['vdc', ['dm-1', 'dm-2']],
    ['dm-2', []],
  ])('up from %s: without itself', (from, expected) => {
    expect(namesOf(devices.upFrom(get(from)))).toEqual(expected);
  });

  test('the disks are what has nothing beneath', () => {
    expect(namesOf(devices.disksUnder(get('dm-2')))).toEqual(['vdc', 'vdb']);
    expect(namesOf(devices.disksUnder(get('vdc')))).toEqual(['vdc']);
  });

  test.each([
    ['dm-2', ['dm-0']],
    ['dm-0', ['dm-0']],
    ['dm-1', []],
    ['vdb', []],
  ])('what is suspended at or under %s', (from, expected) => {
    expect(namesOf(devices.suspendedUnder(get(from)))).toEqual(expected);
    const names = expected.map((each) => get(each).dm?.name);
    expect(devices.namesOfSuspendedUnder(get(from))).toEqual(names);
  });

  test('a loop ends', () => {
    const loop = new BlockDevices([
      makeDevice('dm-0', { below: ['dm-1'] }),
      makeDevice('dm-1', { below: ['dm-0'] }),
    ]);
    const start = loop.get('dm-0');
    expect(start === undefined ? [] : namesOf(loop.downFrom(start))).toEqual(['dm-0', 'dm-1']);
  });

  test('devices are found by each of their names', () => {
    expect(devices.withDmName('name-dm-1')?.kernelName).toBe('dm-1');
    expect(devices.withNumber('9:vdc')?.kernelName).toBe('vdc');
    expect(devices.withDmName('vdc')).toBeUndefined();
    expect(namesOf([...devices.all()])).toHaveLength(6);
  });
});

describe('reading sysfs', () => {
  const entries = {
    '/sys/class/block/vdb': { link: '/sys/devices/pci/block/vdb' },
    '/sys/class/block/vdb1': { link: '/sys/devices/pci/block/vdb/vdb1' },
    '/sys/class/block/gone': { link: '/sys/devices/nowhere' },
    '/sys/class/block/dm-0': { link: '/sys/devices/virtual/block/dm-0' },
    '/sys/devices/pci/block/vdb/dev': '254:16\n',
    '/sys/devices/pci/block/vdb/size': '2048\n',
    '/sys/devices/pci/block/vdb/vdb1/dev': '254:17\n',
    '/sys/devices/pci/block/vdb/vdb1/partition': '1\n',
    '/sys/devices/pci/block/vdb/vdb1/size': '1024\n',
    '/sys/devices/pci/block/vdb/vdb1/holders/dm-0': { link: '/sys/devices/virtual/block/dm-0' },
    '/sys/devices/virtual/block/dm-0/dev': '253:0\n',
    '/sys/devices/virtual/block/dm-0/size': '1024\n',
    '/sys/devices/virtual/block/dm-0/dm/name': 'my-vdo\n',
    '/sys/devices/virtual/block/dm-0/dm/uuid': 'LVM-x\n',
    '/sys/devices/virtual/block/dm-0/dm/suspended': '1\n',
    '/sys/devices/virtual/block/dm-0/slaves/vdb1': { link: '/sys/devices/pci/block/vdb/vdb1' },
  };
  const partitions = [
    'major minor  #blocks  name',
    '',
    ' 254       16       1024 vdb',
    ' 254       17        512 vdb1',
    ' 253        0        512 dm-0',
    '',
  ].join('\n');

  test.each([
    ['each by itself', {}],
    ['numbers and sizes at once', { '/proc/partitions': partitions }],
    ['some at once', { '/proc/partitions': partitions.replace(/.* dm-0\n/, '') }],
  ])('disks, partitions and device-mapper devices with their layers, %s', (_how, more) => {
    const files = createFakeFiles({ ...entries, ...more });
    const read = new Map([...readBlockDevices(files).all()].map((device) => [device.kernelName, device]));
    expect([...read.keys()].sort()).toEqual(['dm-0', 'vdb', 'vdb1']);
    expect(read.get('vdb')).toMatchObject({
      deviceNumber: '254:16',
      sizeBytes: 1024 ** 2,
      below: [],
      dm: undefined,
    });
    expect(read.get('vdb1')).toMatchObject({ path: '/dev/vdb1', below: ['vdb'], above: ['dm-0'] });
    expect(read.get('dm-0')).toMatchObject({
      path: '/dev/mapper/my-vdo',
      dm: { name: 'my-vdo', uuid: 'LVM-x', suspended: true },
      below: ['vdb1'],
    });
  });

  test('a host without sysfs has no devices', () => {
    expect([...readBlockDevices(createFakeFiles({})).all()]).toEqual([]);
  });
});
