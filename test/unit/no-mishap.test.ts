import { describe, expect, test } from 'vitest';
import type { Remembered } from '../../src/model/remembered.ts';
import { disk, target } from './builders.ts';
import { layered, look, makeLayer, other, type Scene } from './storage-scene.ts';

/** Expects no mishap where the storage of a running volume merely looks troubled. */
const expectWell = async (scene: Scene): Promise<void> => {
  expect((await look(scene)).mishaps).toBeUndefined();
};

const mpath = makeLayer({ uuid: 'mpath-3600', below: ['vdb', 'vdc'] });

test('a path of a multipath device that is down has no size', async () => {
  const down = { ...other, sizeBytes: 0, above: ['dm-5'] };
  await expectWell(layered(mpath, [{ ...disk, above: ['dm-5'] }, down]));
});

test('an idle multipath device that multipathd put over the volume’s own path', async () => {
  const idle = { ...mpath, below: ['vdb'], above: [] };
  const storage = { ...disk, above: ['dm-0', 'dm-5'] };
  await expectWell({ devices: [storage, idle, target], found: { storage } });
  const used = { ...idle, above: ['dm-9'] };
  const { mishaps } = await look({ devices: [storage, used, target], found: { storage } });
  expect(mishaps?.shared).toContain('/dev/mapper/layer');
});

test('what a user’s file system calls its source', async () => {
  const mount = { deviceNumber: '0:55', source: '/dev/vdb', path: '/home/ann/m', options: 'rw' };
  await expectWell({ mounts: [{ ...mount, type: 'fuse.sshfs' } as never] });
  const { mishaps } = await look({ mounts: [{ ...mount, type: 'btrfs' } as never] });
  expect(mishaps?.shared).toContain('mounted on /home/ann/m (btrfs)');
});

describe('a member that a mirror can do without', () => {
  const named = { ...makeLayer({ below: ['vdb', 'vdz'] }), kernelName: 'md_home', dm: undefined };
  test.each([
    ['of md, by its name', named],
    ['of dmraid', makeLayer({ uuid: 'DMRAID-isw_x', below: ['vdb', 'vdz'] })],
    ['of a table made by hand', makeLayer({ uuid: '', below: ['vdb', 'vdz'] })],
  ])('%s', async (_what, layer) => {
    const on = { ...target, below: [layer.kernelName] };
    const devices = [{ ...disk, above: [layer.kernelName] }, layer, on];
    await expectWell({ devices, found: { storage: layer, storagePath: layer.path, target: on } });
  });
});

test('a layer that came while the devices were listed', async () => {
  const layer = makeLayer({ below: ['dm-7'] });
  const files = { '/sys/class/block/dm-7/slaves/vdb': '' };
  expect((await look({ ...layered(layer) })).mishaps?.gone).toContain('/dev/dm-7');
  expect((await look({ ...layered(layer), files })).mishaps?.gone).toBeUndefined();
});

test('a partition that is reached by another path to the same disk', async () => {
  const part = (name: string, number: string, below: string) => ({
    ...disk,
    kernelName: name,
    path: `/dev/${name}`,
    deviceNumber: number,
    below: [below],
  });
  const [one, two] = [part('vdb1', '254:17', 'vdb'), part('vdc1', '254:33', 'vdc')];
  const on = { ...target, below: ['vdb1'] };
  const remembered = { storage: '/dev/disk/by-id/own', uuid: null } as unknown as Remembered;
  const scene = (second: string): Scene => ({
    devices: [{ ...disk, above: ['vdb1'] }, other, one, two, on],
    found: { storage: one, target: on, remembered },
    files: {
      '/dev/disk/by-id/own': { device: '254:33' },
      '/sys/class/block/vdb/device/wwid': 'naa.6001',
      '/sys/class/block/vdc/device/wwid': 'naa.6001',
      '/sys/class/block/vdb1/start': '2048\n',
      '/sys/class/block/vdc1/start': second,
    },
  });
  expect((await look(scene('2048\n'))).mishaps?.moved).toBeUndefined();
  expect((await look(scene('4096\n'))).mishaps?.moved).toContain('/dev/vdc1');
});
