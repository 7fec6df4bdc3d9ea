import { describe, expect, test } from 'vitest';

import type { Files, Host } from '../../src/host/host.ts';
import { changing } from '../../src/model/command.ts';
import type { Expectation } from '../../src/model/plan.ts';
import { findShortfall } from '../../src/plan/expectations.ts';
import { mountDevice } from '../../src/simulator/arrange.ts';
import type { World } from '../../src/simulator/world/world.ts';
import * as happen from '../simulated/levers.ts';
import type { TestHost } from '../simulated/test-host.ts';
import { createDmHost, low } from '../simulated/worlds.ts';
import { problemOf } from './fakes.ts';

/** What a step checks of mounts, directories, loop devices, overlays and what lies on a device. */

const device = '/dev/mapper/my-vdo';
const path = '/srv/data';
const ask = (host: Host, expectation: Expectation): Promise<unknown> =>
  Promise.resolve(findShortfall(host, expectation, 'my-vdo'));

function changed(change: (world: World) => void, host: TestHost = createDmHost()): TestHost {
  host.change(change);
  return host;
}

test('a device answers that is there and neither it nor what it lies on is suspended', async () => {
  const host = createDmHost();
  expect(await ask(host, { kind: 'answers', device })).toBeUndefined();
  expect(await ask(host, { kind: 'answers', device: '/dev/x' })).toEqual({
    what: 'not-there',
    name: '/dev/x',
  });
  host.change((world) => {
    happen.suspend(world, 'low');
  });
  for (const each of [device, low])
    expect(await ask(host, { kind: 'answers', device: each })).toEqual({ what: 'suspended', name: low });
  expect(await ask(host, { kind: 'answers', device: '/dev/vdb' })).toBeUndefined();
});

describe('a path', () => {
  const mounted = { kind: 'mounted', path, device } as const;
  const free = { kind: 'not-mounted', path } as const;
  const mount = (...devices: readonly string[]): TestHost =>
    changed((world) => {
      for (const each of devices) mountDevice(world, each, path);
    });

  test('has the device mounted, or nothing', async () => {
    expect(await ask(mount(), mounted)).toEqual({ what: 'not-mounted', path });
    expect(await ask(mount(), free)).toBeUndefined();
    expect(await ask(mount(device), mounted)).toBeUndefined();
    expect(await ask(mount(device), free)).toEqual({ what: 'mounted-there', path, source: device });
    expect(await ask(mount('/dev/vda'), mounted)).toEqual({
      what: 'mounted-there',
      path,
      source: '/dev/vda',
    });
    expect(await ask(mount(device), { ...free, path: '/srv' })).toBeUndefined();
    // A device that is away is mounted nowhere.
    const away = { ...mounted, device: '/dev/x' };
    expect(await ask(mount(device), away)).toEqual({ what: 'mounted-there', path, source: device });
  });

  test('shows the last of several mounts', async () => {
    expect(await ask(mount('/dev/vda', device), mounted)).toBeUndefined();
    expect(await ask(mount(device, '/dev/vda'), mounted)).toMatchObject({ what: 'mounted-there' });
  });

  test('has the device by its number, whatever the source is called', async () => {
    const host = changed((world) => {
      mountDevice(world, device, path);
      for (const each of world.mounts) if (each.path === path) each.source = '/dev/root';
    });
    expect(await ask(host, mounted)).toBeUndefined();
    expect(await ask(host, { ...mounted, device: low })).toMatchObject({ source: '/dev/root' });
  });

  test('has a btrfs, whose mounts have a number of their own, by its source', async () => {
    const host = changed((world) => {
      mountDevice(world, device, path);
      for (const each of world.mounts) if (each.path === path) each.deviceNumber = '0:99';
    });
    expect(await ask(host, mounted)).toBeUndefined();
    expect(await ask(host, { ...mounted, device: low })).toMatchObject({ what: 'mounted-there' });
  });

  test.each([
    [{ kind: 'read', value: { type: 'directory' } }, undefined, { what: 'still-there', name: path }],
    [
      { kind: 'read', value: { type: 'file' } },
      { what: 'no-directory', path },
      { what: 'still-there', name: path },
    ],
    [{ kind: 'missing' }, { what: 'no-directory', path }, undefined],
  ] as const)('is a directory, or there is nothing: %j', async (described, there, missing) => {
    const host = withPath(described);
    expect(await ask(host, { kind: 'directory', path })).toEqual(there);
    expect(await ask(host, { kind: 'no-directory', path })).toEqual(missing);
    expect(await ask(host, { kind: 'no-file', path })).toEqual(missing);
  });

  test.each([
    [{ kind: 'failed', reason: 'EIO' }, 'EIO'],
    [{ kind: 'not-permitted' }, 'not permitted'],
  ] as const)('of which nothing is known, neither is nor is not there: %j', async (described, why) => {
    for (const kind of ['directory', 'no-directory', 'no-file'] as const)
      expect(await problemOf(ask(withPath(described), { kind, path }))).toMatchObject({
        because: 'file-unreadable',
        facts: { path, why },
      });
  });

  function withPath(described: ReturnType<Files['describe']>): Host {
    const host = createDmHost();
    return { ...host, files: { ...host.files, describe: () => described } };
  }
});

describe('what a rehearsal puts up', () => {
  const file = '/var/lib/vdoctl/rehearsal-my-vdo.changes';

  test('is a loop device with that very file', async () => {
    const loop = '/dev/loop3';
    const free = { kind: 'loop-free', device: loop } as const;
    const of = { kind: 'loop-of', device: loop, path: file } as const;
    const notOf = { kind: 'not-loop-of', device: loop, path: file } as const;
    const none = createDmHost();
    expect([await ask(none, free), await ask(none, of), await ask(none, notOf)]).toEqual([
      undefined,
      { what: 'not-there', name: loop },
      undefined,
    ]);
    const host = changed((world) => {
      world.files.push({ path: file, text: '', mode: 0o600, sizeBytes: 8192 });
      world.loops = [{ number: 3, file }];
    });
    const taken = { what: 'loop-taken', device: loop, path: file };
    expect([await ask(host, free), await ask(host, of), await ask(host, notOf)]).toEqual([
      taken,
      undefined,
      { what: 'still-there', name: loop },
    ]);
    const other = `${file}2`;
    expect([await ask(host, { ...of, path: other }), await ask(host, { ...notOf, path: other })]).toEqual([
      taken,
      undefined,
    ]);
  });

  test.each([
    ['0 20971520 snapshot 16/8192 16', undefined],
    ['0 20971520 snapshot Invalid', { what: 'overlay-invalid', name: 'low' }],
    ['0 20971520 snapshot Overflow', { what: 'overlay-invalid', name: 'low' }],
  ])('is an overlay that is whole: %s', async (status, found) => {
    const host = createDmHost();
    host.failNext('dmsetup status low', { outcome: { kind: 'exited', code: 0 }, stdout: `${status}\n` });
    expect(await ask(host, { kind: 'overlay-whole', dmName: 'low' })).toEqual(found);
    expect(await ask(host, { kind: 'overlay-whole', dmName: 'x' })).toEqual({ what: 'not-there', name: 'x' });
  });

  test('has changed none of the volume’s blocks', async () => {
    const host = createDmHost();
    const wrong = { kind: 'unchanged', device: low, blocks: { 0: 'x', 7: 'y' } } as const;
    expect(await ask(host, wrong)).toEqual({ what: 'blocks-changed', device: low, blocks: ['0', '7'] });
    // CRC-32 of 4096 zeros.
    const zeros = { ...wrong, blocks: { 7: 'c71c0011' } };
    expect(await ask(host, zeros)).toBeUndefined();
    expect(await ask(host, { ...zeros, blocks: { 0: 'c71c0011', 7: 'c71c0011' } })).toMatchObject({
      blocks: ['0'],
    });
    host.change((world) => {
      happen.setDiskFault(world, 'vdb', 'fails');
    });
    expect(await problemOf(ask(host, zeros))).toMatchObject({ because: 'storage-unreadable' });
  });
});

describe('a device holds', () => {
  test('a filesystem of one of the types', async () => {
    const is = { kind: 'filesystem', device, oneOf: ['xfs', 'ext4'] } as const;
    expect(await ask(createDmHost(), is)).toBeUndefined();
    expect(await ask(createDmHost(), { ...is, oneOf: ['xfs'] })).toEqual({
      what: 'no-such-filesystem',
      device,
      holds: 'ext4',
    });
    const bare = changed((world) => {
      happen.replaceFilesystem(world, 'my-vdo', undefined);
    });
    expect(await ask(bare, is)).toMatchObject({ what: 'no-such-filesystem' });
    // A partition table of the same name is no filesystem.
    const host = createDmHost();
    host.failNext('blkid', {
      outcome: { kind: 'exited', code: 0 },
      stdout: 'DEVNAME=/dev/mapper/my-vdo\nTYPE=ext4\nUSAGE=raid\n',
    });
    expect(await ask(host, is)).toMatchObject({ what: 'no-such-filesystem', holds: 'ext4' });
  });

  test('zeros at its beginning', async () => {
    const zeros = { kind: 'begins-with-zeros', device: low } as const;
    const host = createDmHost();
    expect(await ask(host, zeros)).toEqual({ what: 'not-zeros', device: low });
    await host.run(changing('dmsetup', ['remove', 'my-vdo']));
    host.change((world) => {
      happen.wipeFirstBlocks(world, 'vdb');
    });
    expect(await ask(host, zeros)).toBeUndefined();
  });
});
