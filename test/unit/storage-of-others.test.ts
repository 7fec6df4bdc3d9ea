import { describe, expect, test } from 'vitest';

import type { BlockDevice } from '../../src/model/device.ts';
import type { Mount } from '../../src/model/kernel.ts';
import type { Remembered } from '../../src/model/remembered.ts';
import type { Found, Mishaps } from '../../src/stacks/found-volume.ts';
import { disk, makeManaged, target } from './builders.ts';
import type { Entry } from './fakes.ts';
import { layered, look, makeGroup, makeLayer, other, type Scene } from './storage-scene.ts';

const remembered = { storage: '/dev/disk/by-id/own', uuid: null } as unknown as Remembered;

describe('moved', () => {
  const by = (device: string): Readonly<Record<string, Entry>> => ({ '/dev/disk/by-id/own': { device } });
  const words =
    'it runs on /dev/vdb (254:16), but /dev/disk/by-id/own, from which it is started, is now /dev/vdc (254:32)';

  test('the path that is remembered leads to another device', async () => {
    const devices = [disk, other, target];
    expect((await look({ devices, found: { remembered }, files: by('254:16') })).mishaps).toBeUndefined();
    expect((await look({ devices, found: { remembered }, files: by('254:32') })).mishaps).toEqual({
      moved: words,
    });
  });

  test('the manager’s file names another device', async () => {
    const managed = makeManaged({ device: '/dev/disk/by-id/own' });
    const scene = { devices: [disk, other, target], found: { stack: 'manager', managed } } as const;
    expect((await look({ ...scene, files: by('254:32') })).mishaps).toEqual({ moved: words });
  });

  test.each([
    ['device/wwid', 'naa.6001'],
    ['wwid', 'eui.0025'],
  ])('two ways to one disk are no other device: %s', async (file, wwid) => {
    const same = Object.fromEntries(['vdb', 'vdc'].map((name) => [`/sys/class/block/${name}/${file}`, wwid]));
    const scene = { devices: [disk, other, target], found: { remembered } };
    expect((await look({ ...scene, files: { ...by('254:32'), ...same } })).mishaps).toBeUndefined();
  });

  test('nor are a multipath device and its path', async () => {
    const upper = makeLayer({ uuid: 'mpath-3600', above: [] });
    const storage = { ...disk, above: ['dm-0', 'dm-5'] };
    const scene = { devices: [storage, upper, target], found: { remembered, storage } };
    expect((await look({ ...scene, files: by('253:5') })).mishaps?.moved).toBeUndefined();
  });

  test('a path that leads nowhere is told where its directory is seen', async () => {
    expect((await look({ found: { remembered } })).mishaps).toBeUndefined();
    const seen = { '/dev/disk/by-id/other': { device: '254:32' } };
    expect((await look({ found: { remembered }, files: seen })).mishaps).toEqual({
      unnamed:
        'it runs on /dev/vdb (254:16), but /dev/disk/by-id/own, from which it is started, now leads nowhere',
    });
  });

  test('the target of a pool lies on its data LV, by name or by UUID', async () => {
    const lvUuid = 'abcdef-1234';
    const group = makeGroup([{ lvName: 'pool_vdata', dmName: 'vg-pool_vdata', lvUuid }]);
    const pool = { group, pool: { ...group.lvs[0], lvName: 'pool', dataName: 'pool_vdata' }, lvs: [] };
    const on = async (name: string, uuid: string): Promise<string | undefined> => {
      const layer = makeLayer({ dm: { name, uuid, suspended: false }, path: `/dev/mapper/${name}` });
      const scene = layered(layer);
      const found = { ...scene.found, stack: 'lvm', pool } as unknown as Partial<Found>;
      return (await look({ ...scene, found, groups: [group] })).mishaps?.moved;
    };
    expect(await on('vg-pool_vdata', 'LVM-x')).toBeUndefined();
    expect(await on('renamed', 'LVM-xyzabcdef1234-vdata')).toBeUndefined();
    expect(await on('stray', '')).toBe(
      'it runs on /dev/mapper/stray (253:5), but LVM has its data on vg/pool_vdata',
    );
  });
});

describe('used by others', () => {
  const beside: BlockDevice = makeLayer({ above: [] });
  const shared = { ...disk, above: ['dm-0', 'dm-5'] };
  const words = (who: string): Mishaps => ({
    shared: `its storage /dev/vdb is in use by something else while it runs: ${who}`,
  });
  const mount = { path: '/mnt', type: 'xfs', isReadOnly: false };

  test('another device of device-mapper', async () => {
    const { mishaps } = await look({ devices: [shared, target, beside], found: { storage: shared } });
    expect(mishaps).toEqual(words('the device /dev/mapper/layer'));
  });

  test('a mount, by number or by name; swap', async () => {
    const mounts = (part: Partial<Mount>): Scene => ({
      mounts: [{ deviceNumber: '0:99', source: 'none', ...mount, ...part }],
    });
    expect((await look(mounts({ deviceNumber: '254:16' }))).mishaps).toEqual(words('mounted on /mnt (xfs)'));
    expect((await look(mounts({ source: '/dev/vdb' }))).mishaps).toEqual(words('mounted on /mnt (xfs)'));
    expect((await look(mounts({ deviceNumber: '254:16', path: '[SWAP]' }))).mishaps).toEqual(words('swap'));
    expect((await look(mounts({}))).mishaps).toBeUndefined();
  });

  test('a loop device whose file it is', async () => {
    const loop = { ...other, kernelName: 'loop0', path: '/dev/loop0' };
    const files = { '/sys/class/block/loop0/loop/backing_file': '/dev/vdb\n' };
    expect((await look({ devices: [disk, target, loop], files })).mishaps).toEqual(
      words('the device /dev/loop0'),
    );
  });

  test('LVM', async () => {
    expect((await look({ groups: [makeGroup([])] })).mishaps).toEqual(
      words('LVM, as a physical volume of vg'),
    );
  });

  test('a partition is a use only where somebody uses it', async () => {
    const partition = { ...other, kernelName: 'vdb1', path: '/dev/vdb1', below: ['vdb'] };
    const on = { ...disk, above: ['dm-0', 'vdb1'] };
    const scene = { devices: [on, target, partition], found: { storage: on } };
    expect((await look(scene)).mishaps).toBeUndefined();
    const mounts = [{ deviceNumber: partition.deviceNumber, source: 'x', ...mount }];
    expect((await look({ ...scene, mounts })).mishaps).toEqual(words('the device /dev/vdb1'));
  });

  test('one of the paths of a multipath device', async () => {
    const path = { ...disk, above: ['dm-5', 'dm-8'] };
    const user = makeLayer({ kernelName: 'dm-8', deviceNumber: '253:8', path: '/dev/mapper/x', above: [] });
    const scene = layered(makeLayer({ uuid: 'mpath-3600' }), [path, user]);
    expect((await look(scene)).mishaps?.shared).toContain('the device /dev/mapper/x');
  });
});
