import { describe, expect, test } from 'vitest';

import { BlockDevices, type BlockDevice } from '../../src/model/device.ts';
import { findUsers, formatUsers, isUnused } from '../../src/stacks/volume-users.ts';
import { disk, target } from './builders.ts';
import { createFakeFiles, type Entry } from './fakes.ts';

const top: BlockDevice = {
  ...target,
  kernelName: 'dm-1',
  deviceNumber: '253:1',
  path: '/dev/mapper/top',
  dm: { name: 'top', uuid: '', suspended: false },
  below: ['dm-0'],
};
const lone = new BlockDevices([disk, target]);
const stacked = new BlockDevices([disk, { ...target, above: ['dm-1'] }, top]);

const mountLine = (deviceNumber: string, path: string): string =>
  `40 1 ${deviceNumber} / ${path} rw,relatime - ext4 /dev/mapper/x rw\n`;

/** A host on which process 10 is vdoctl's own; the rest as given. */
function usersOn(
  entries: Readonly<Record<string, Entry>>,
  devices = lone,
  except: readonly BlockDevice[] = [],
) {
  const files = createFakeFiles({
    '/proc/self/ns/mnt': { link: 'mnt:[1]' },
    '/proc/10/ns/mnt': { link: 'mnt:[1]' },
    '/dev/dm-0': { device: '253:0' },
    '/dev/vdb': { device: '254:16' },
    ...entries,
  });
  return findUsers(files, devices, [devices.get('dm-0') ?? target], except);
}

describe('who uses a device', () => {
  test('nobody', () => {
    const users = usersOn({});
    expect(users).toEqual({ mounts: [], devices: [], processes: [] });
    expect(isUnused(users)).toBe(true);
  });

  test('a mount in our own namespace', () => {
    const users = usersOn({ '/proc/self/mountinfo': mountLine('253:0', '/mnt') });
    expect(users.mounts).toEqual(['/mnt (ext4, /dev/mapper/my-vdo)']);
    expect(isUnused(users)).toBe(false);
  });

  test('a mount that only another namespace has', () => {
    const users = usersOn({
      '/proc/self/mountinfo': mountLine('254:0', '/'),
      '/proc/77/ns/mnt': { link: 'mnt:[2]' },
      '/proc/77/comm': 'conmon\n',
      '/proc/77/mountinfo': mountLine('253:0', '/container/data'),
      '/proc/123/ns/mnt': { link: 'mnt:[2]' },
      '/proc/123/mountinfo': mountLine('253:0', '/container/data'),
    });
    const where = 'in the mount namespace of conmon (pid 77)';
    expect(users.mounts).toEqual([`/container/data (ext4, /dev/mapper/my-vdo) ${where}`]);
    expect(users.elsewhere).toEqual([{ pid: '77', path: '/container/data' }]);
  });

  test('a mount in many namespaces is named once', () => {
    const users = usersOn({
      '/proc/self/mountinfo': mountLine('253:0', '/mnt'),
      '/proc/77/ns/mnt': { link: 'mnt:[2]' },
      '/proc/77/mountinfo': mountLine('253:0', '/mnt'),
      '/proc/78/ns/mnt': { link: 'mnt:[3]' },
      '/proc/78/mountinfo': mountLine('253:0', '/mnt'),
    });
    expect(users.mounts).toHaveLength(1);
  });

  test('a mount of what lies on top', () => {
    const users = usersOn({ '/proc/self/mountinfo': mountLine('253:1', '/mnt') }, stacked);
    expect(users).toMatchObject({ mounts: ['/mnt (ext4, /dev/mapper/top)'], devices: ['top'] });
  });

  test('a mount of a volume’s own LV counts, the LV itself does not', () => {
    const users = usersOn({ '/proc/self/mountinfo': mountLine('253:1', '/home') }, stacked, [top]);
    expect(users).toMatchObject({ mounts: ['/home (ext4, /dev/mapper/top)'], devices: [] });
  });

  test('a mount of its storage is somebody else’s', () => {
    expect(isUnused(usersOn({ '/proc/self/mountinfo': mountLine('254:16', '/mnt') }))).toBe(true);
  });

  test('swap', () => {
    const swaps =
      'Filename Type Size Used Priority\n/dev/dm-0 partition 1024 0 -2\n/dev/vdb partition 1 0 -3\n';
    expect(usersOn({ '/proc/swaps': swaps }).mounts).toEqual(['[SWAP] (swap, /dev/mapper/my-vdo)']);
  });

  test.each(['/dev/dm-0', '/dev/mapper/my-vdo'])('a process that has %s open', (path) => {
    const users = usersOn({
      '/proc/812/comm': 'dd\n',
      '/proc/812/fd/0': { link: '/dev/null' },
      '/proc/812/fd/3': { link: path },
      '/proc/813/fd/3': { link: '/dev/vdb' },
    });
    expect(users.processes).toEqual(['dd (pid 812)']);
  });

  test('a process whose name is gone is still named by its pid', () => {
    expect(usersOn({ '/proc/812/fd/3': { link: '/dev/dm-0' } }).processes).toEqual(['a process (pid 812)']);
  });

  test('processes that cannot be looked into are passed over', () => {
    expect(isUnused(usersOn({ '/proc/812/fd': { forbidden: true }, '/proc/812/comm': 'x\n' }))).toBe(true);
  });
});

test('users read as one line', () => {
  const users = { mounts: ['/mnt (ext4, /dev/dm-0)'], devices: ['top'], processes: ['dd (pid 8)'] };
  expect(formatUsers(users)).toBe('mounted on /mnt (ext4, /dev/dm-0); held by top; open in dd (pid 8)');
});
