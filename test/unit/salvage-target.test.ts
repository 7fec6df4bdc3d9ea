import { beforeEach, describe, expect, test } from 'vitest';

import type { SalvageOptions } from '../../src/operations/salvage/types.ts';
import * as happen from '../simulated/levers.ts';
import type { TestHost } from '../simulated/test-host.ts';
import { createLvmHost } from '../simulated/worlds.ts';
import { createSession, problemOf } from './fakes.ts';
import { copies, createHost, device, expectTakenDown, run, salvageOn } from './salvage-scene.ts';

describe('the target', () => {
  let host: TestHost;
  beforeEach(() => {
    host = createHost();
  });
  const refusal = async (options: Partial<SalvageOptions>) => {
    const problem = await problemOf(salvageOn(host, options));
    expect(host.log.some(({ command }) => command.effect === 'changes')).toBe(false);
    return problem;
  };

  test('that holds something else is refused, and one with only lost+found is not', async () => {
    host.change((world) =>
      world.directories.push('/backup/old', '/backup/old/home', '/backup/new/lost+found'),
    );
    expect(await refusal({ to: '/backup/old' })).toMatchObject({
      because: 'target-not-empty',
      facts: { holds: ['home'] },
    });
    expect(await salvageOn(host, { to: '/backup/new' })).toMatchObject({ outcome: 'salvaged' });
  });

  test('on the volume itself is refused', async () => {
    host.change((world) => {
      happen.mountDevice(world, device, '/srv');
      world.directories.push('/srv');
    });
    expect(await refusal({ to: '/srv/copy' })).toMatchObject({ because: 'target-on-volume' });
    for (const path of [device, '/dev/vdb', '/dev/mapper/low'])
      expect(await refusal({ to: path })).toMatchObject({ because: 'target-on-volume' });
  });

  test('without room is refused, with both sizes', async () => {
    host.change((world) => {
      const mount = world.mounts.find(({ path }) => path === '/backup');
      if (mount !== undefined) mount.freeBytes = 15e6;
    });
    expect(await refusal({})).toMatchObject({
      because: 'target-too-small',
      facts: { hasBytes: 15e6, needsBytes: 20_971_520 },
    });
  });

  test('that is an image of somebody else, or of another device, is refused', async () => {
    const put = (path: string, text: string): void => {
      host.change((world) => world.files.push({ path, text, mode: 0o600 }));
    };
    put('/backup/a', 'x');
    expect(await refusal({ to: '/backup/a' })).toMatchObject({ because: 'image-without-map' });
    put('/backup/b', 'x');
    put(
      '/backup/b.map',
      '# Command line: ddrescue /dev/mapper/other /backup/b /backup/b.map\n0x0 + 1\n0x0 0x10 +\n',
    );
    expect(await refusal({ to: '/backup/b' })).toMatchObject({
      because: 'image-of-another',
      facts: { source: '/dev/mapper/other' },
    });
  });

  test('that is a block device in use, or with data on it, is refused', async () => {
    expect(await refusal({ to: '/dev/vdx' })).toMatchObject({ kind: 'in-use' });
    host.change((world) => {
      happen.unmountAll(world, '/backup');
    });
    expect(await refusal({ to: '/dev/vdx' })).toMatchObject({ because: 'device-holds-data' });
  });

  test('that is a directory, asked for as an image, is wrong', async () => {
    expect(await refusal({ to: '/backup', as: 'image' })).toMatchObject({ kind: 'usage' });
  });
});

describe('a pool', () => {
  const createPool = (types: { readonly fileSystem?: string } = {}): TestHost => {
    const host = createLvmHost({
      ...types,
      volumes: ['home', 'srv'].map((name) => ({ name, sizeBytes: 4 * 1024 ** 3 })),
    });
    host.change((world) => {
      happen.writeFiles(world, 'vg-home', [
        { name: 'h', checksum: 'hh' },
        { name: 's', checksum: 'ss', lv: 'srv' },
      ]);
      happen.addBackupDisk(world);
    });
    return host;
  };
  const salvagePool = (host: TestHost, name: string, options: Partial<SalvageOptions> = {}) =>
    run(createSession(host), { to: '/backup/pool', ...options }, name);

  test('has each of its volumes copied to a directory of its own', async () => {
    const host = createPool();
    await salvagePool(host, 'vg/pool');
    expect(copies(host, '/backup/pool')).toEqual({ 'home/h': 'hh', 'srv/s': 'ss' });
    expectTakenDown(host);
  });

  test('named by one of its volumes, has that one copied straight', async () => {
    const host = createPool();
    await salvagePool(host, 'vg/srv');
    expect(copies(host, '/backup/pool')).toEqual({ s: 'ss' });
  });

  test('with several volumes makes no image of all of them', async () => {
    const host = createPool();
    const problem = await problemOf(salvagePool(host, 'vg/pool', { to: '/backup/p.img' }));
    expect(problem).toMatchObject({ because: 'which-logical-volume', facts: { lvs: ['vg/home', 'vg/srv'] } });
    await salvagePool(host, 'vg/srv', { to: '/backup/p.img' });
    expect(host.world.files.find(({ path }) => path === '/backup/p.img')?.text).toBe('ss s\n');
  });

  test('of LUKS containers has nothing to mount, and says what to do', async () => {
    const host = createPool({ fileSystem: 'crypto_LUKS' });
    const problem = await problemOf(salvagePool(host, 'vg/pool'));
    expect(problem).toMatchObject({
      because: 'nothing-to-copy',
      facts: { found: [{ holds: 'a LUKS container' }, { holds: 'a LUKS container' }] },
    });
  });
});
