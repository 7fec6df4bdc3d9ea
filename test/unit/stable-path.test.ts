import { expect, test } from 'vitest';

import type { Host } from '../../src/host/host.ts';
import type { BlockDevice } from '../../src/model/device.ts';
import { findStablePath } from '../../src/stacks/dm/adopt.ts';
import { disk, target } from './builders.ts';
import { createFakeFiles, type Entry } from './fakes.ts';

const byId = '/dev/disk/by-id';

/** The path that vdoctl chooses for a device with links of these names. */
function choose(names: readonly string[], device: BlockDevice = disk): string {
  const links = names.map((name): [string, Entry] => [
    `${byId}/${name}`,
    { link: `/dev/${device.kernelName}` },
  ]);
  const entries: Record<string, Entry> = {
    ...Object.fromEntries(links),
    [`${byId}/wwn-of-another`]: { link: '/dev/vdz' },
    '/dev/vdb': { device: '254:16' },
    '/dev/vdz': { device: '254:400' },
    '/dev/dm-0': { device: '253:0' },
  };
  return findStablePath({ files: createFakeFiles(entries) } as Host, device);
}

test.each([
  [['ata-DISK_1', 'wwn-0x5000', 'scsi-1ATA'], 'wwn-0x5000'],
  [['ata-DISK_1', 'scsi-1ATA'], 'scsi-1ATA'],
  [['nvme-eui.0025', 'virtio-S1'], 'nvme-eui.0025'],
  [['virtio-S1', 'usb-x'], 'virtio-S1'],
  [['usb-x'], 'usb-x'],
  [['wwn-0x2', 'wwn-0x1'], 'wwn-0x1'],
  [['md-uuid-aa', 'md-name-host:0'], 'md-uuid-aa'],
])('of %j the best is %s', (names, best) => {
  expect(choose(names)).toBe(`${byId}/${best}`);
});

test.each([[[]], [['lvm-pv-uuid-x']], [['md-name-host:0']], [['dm-name-x', 'dm-uuid-x']]])(
  'of %j, which follow the content or another name, none: the device by its own name',
  (names) => {
    expect(choose(names)).toBe('/dev/vdb');
  },
);

test('a device-mapper device keeps the name that it was given', () => {
  expect(choose(['wwn-0x1', 'dm-name-my-vdo'], target)).toBe('/dev/mapper/my-vdo');
});

test('a host without udev’s names', () => {
  expect(findStablePath({ files: createFakeFiles({}) } as Host, disk)).toBe('/dev/vdb');
});
