import { describe, expect, test } from 'vitest';

import { disk, makeStopped, target } from './builders.ts';
import {
  gibibyte,
  layered,
  look,
  makeGroup,
  makeLayer,
  mebibyte,
  other,
  sizeOf,
  type Scene,
} from './storage-scene.ts';

test('a volume that runs well has none, and there is no question', async () => {
  expect(await look({})).toEqual({ mishaps: undefined, asked: 0 });
  expect(await look(layered(makeLayer()))).toEqual({ mishaps: undefined, asked: 0 });
});

test('a stopped one has none, whatever its storage is', async () => {
  const { found } = layered(makeLayer());
  const small = { ...disk, sizeBytes: 0 };
  const stopped = makeStopped({ ...found, target: undefined, storage: small });
  expect((await look({ devices: [small], found: stopped })).mishaps).toBeUndefined();
});

describe('made smaller', () => {
  const short = { ...disk, sizeBytes: 9 * gibibyte };

  test('the device itself', async () => {
    const { mishaps } = await look({
      devices: [short, target],
      found: { storage: short },
      files: sizeOf('vdb', 9 * gibibyte),
    });
    expect(mishaps).toEqual({
      tooSmall: `/dev/vdb is too small: it has ${String(9 * gibibyte)} bytes, and the VDO on it needs ${String(10 * gibibyte)}`,
    });
  });

  test('not when it has grown since it was looked at, or is counted in whole KiB', async () => {
    for (const bytes of [10 * gibibyte, 11 * gibibyte]) {
      const { mishaps } = await look({
        devices: [short, target],
        found: { storage: short },
        files: sizeOf('vdb', bytes),
      });
      expect(mishaps).toBeUndefined();
    }
  });

  test('the disk of a partition', async () => {
    const partition = {
      ...disk,
      kernelName: 'vdb1',
      deviceNumber: '254:17',
      path: '/dev/vdb1',
      below: ['vdb'],
    };
    const on = { ...target, below: ['vdb1'] };
    const make = (bytes: number): Scene => ({
      devices: [{ ...disk, sizeBytes: bytes, above: ['vdb1'] }, partition, on],
      found: { storage: partition, target: on },
      files: { ...sizeOf('vdb', bytes), '/sys/class/block/vdb1/start': '2048\n' },
    });
    expect((await look(make(10 * gibibyte + mebibyte))).mishaps).toBeUndefined();
    expect((await look(make(10 * gibibyte))).mishaps?.tooSmall).toBe(
      `/dev/vdb beneath it is too small: it has ${String(10 * gibibyte)} bytes, and /dev/vdb1 reaches to byte ${String(10 * gibibyte + mebibyte)} of it`,
    );
  });

  test('a path of a multipath device', async () => {
    const paths = [
      { ...disk, above: ['dm-5'] },
      { ...other, sizeBytes: gibibyte, above: ['dm-5'] },
    ];
    const scene = layered(makeLayer({ uuid: 'mpath-3600', below: ['vdb', 'vdc'] }), paths);
    const { mishaps, asked } = await look({ ...scene, files: sizeOf('vdc', gibibyte) });
    expect(mishaps?.tooSmall).toContain('/dev/vdc beneath it is too small');
    expect(asked).toBe(0);
  });

  test.each([
    ['linear', '254:16 8388608', false],
    ['linear', '254:16 16777216', true],
    ['linear', '/dev/vdb 16777216', true],
    ['crypt', 'aes-xts-plain64 :64:logon:x 0 254:16 16777216', true],
    ['delay', '254:16 16777216 5 254:16 16777216 0', true],
    ['error', '', false],
    ['thin', '254:16 16777216', false],
  ])('what a table says of a layer that maps a part: %s %s', async (kind, parameters, isShort) => {
    // The layer maps 10 GiB for the volume, from somewhere within a disk of 14 GiB.
    const below = { ...disk, sizeBytes: 14 * gibibyte, above: ['dm-5'] };
    const tables = `layer: 0 20971520 ${kind} ${parameters}\nmy-vdo: 0 41943040 vdo V4 253:5\n`;
    const { mishaps, asked } = await look({
      ...layered(makeLayer(), [below]),
      files: sizeOf('vdb', 14 * gibibyte),
      tables,
    });
    expect(asked).toBe(1);
    expect(mishaps?.tooSmall !== undefined).toBe(isShort);
  });

  test('a physical volume, by what LVM has written down', async () => {
    const layer = makeLayer({ uuid: 'LVM-x', dm: { name: 'vg-lv', uuid: 'LVM-x', suspended: false } });
    const make = (diskBytes: number): Scene => ({
      ...layered(layer, [{ ...disk, sizeBytes: diskBytes, above: ['dm-5'] }]),
      files: sizeOf('vdb', diskBytes),
      groups: [
        makeGroup(
          [{ lvName: 'lv', dmName: 'vg-lv', lvUuid: 'u' }],
          [{ pv: '/dev/vdb', first: 0, last: 2559 }],
        ),
      ],
    });
    expect((await look(make(10 * gibibyte + mebibyte))).mishaps).toBeUndefined();
    const { mishaps, asked } = await look(make(10 * gibibyte));
    expect(mishaps?.tooSmall).toContain(`reaches to byte ${String(10 * gibibyte + mebibyte)}`);
    expect(asked).toBe(0);
  });
});

describe('taken away', () => {
  test('the device itself', async () => {
    const { mishaps } = await look({ devices: [target], found: { storage: undefined } });
    expect(mishaps).toEqual({ gone: '/dev/vdb, which it runs on, is gone' });
  });

  test('what lies beneath', async () => {
    const { mishaps } = await look(layered(makeLayer(), []));
    expect(mishaps).toEqual({ gone: '/dev/vdb beneath /dev/mapper/layer is gone' });
  });

  test.each([
    ['one path of two', { uuid: 'mpath-3600', below: ['vdb', 'vdc'] }, undefined],
    ['the only path', { uuid: 'mpath-3600', below: ['vdb'] }, '/dev/vdb beneath /dev/mapper/layer is gone'],
    ['a member of md', { kernelName: 'md0', dm: undefined, below: ['vdb', 'vdc'] }, undefined],
  ])('%s', async (_, parts, gone) => {
    const layer = makeLayer(parts);
    const on = { ...target, below: [layer.kernelName] };
    const { mishaps } = await look({
      devices: [{ ...other, above: [layer.kernelName] }, layer, on],
      found: { storage: layer, target: on },
      tables: '',
    });
    expect(mishaps?.gone).toBe(gone);
  });

  test('and back under its name: the kernel’s pair of links is broken', async () => {
    const held = { '/sys/class/block/vdb/holders/dm-0': '', '/sys/class/block/dm-0/slaves/vdb': '' };
    expect((await look({ files: held })).mishaps).toBeUndefined();
    const back = { '/sys/class/block/vdb/holders/dm-7': '', '/sys/class/block/dm-0/slaves/vdb': '' };
    expect((await look({ files: back })).mishaps).toEqual({
      gone: 'the /dev/vdb that it runs on is gone; the device there now was attached since',
    });
    // The volume's table was changed in between.
    const changed = { '/sys/class/block/vdb/holders/dm-7': '', '/sys/class/block/dm-0/slaves/vdc': '' };
    expect((await look({ files: changed })).mishaps).toBeUndefined();
  });
});
