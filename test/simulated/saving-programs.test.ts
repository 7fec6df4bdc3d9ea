import { beforeEach, describe, expect, test } from 'vitest';

import { imageAt, startDmVolume } from '../../src/simulator/arrange.ts';
import type { Step } from '../../src/model/plan.ts';
import { askContents, listContents } from '../../src/stacks/saving/contents.ts';
import { lookAtHost } from '../../src/stacks/host-look.ts';
import { mountPointOf, mountSteps, unmountSteps } from '../../src/stacks/saving/mounting.ts';
import { follow } from '../unit/steps.ts';
import { problemOf } from '../unit/fakes.ts';
import * as happen from './levers.ts';
import type { TestHost } from './test-host.ts';
import { createDmHost, createLvmHost, files, run } from './worlds.ts';

/** What a simulated host does when a volume is mounted and copied off, and the steps that mount. */

const device = '/dev/mapper/my-vdo';
const path = mountPointOf('my-vdo');

function createHost(fileSystem = 'ext4'): TestHost {
  const host = createDmHost({ fileSystem });
  host.change((world) => {
    happen.writeFiles(world, 'my-vdo', files);
    happen.addBackupDisk(world);
  });
  return host;
}

const copies = (host: TestHost): Record<string, string> =>
  Object.fromEntries(
    host.world.files.filter((file) => file.path.startsWith('/backup/')).map((file) => [file.path, file.text]),
  );

async function copyAll(host: TestHost, type = 'ext4'): Promise<void> {
  const copy: Step = {
    title: 'Copy',
    action: {
      kind: 'run',
      command: {
        ...{ file: 'rsync', args: ['-aHAXS', '--numeric-ids', `${path}/`, '/backup/'] },
        ...({ effect: 'changes', timeLimitMs: 60_000, atTimeLimit: 'kill' } as const),
      },
    },
    goesOnAfter: [23],
  };
  await follow(host, [...mountSteps({ device, type, path }), copy, ...unmountSteps({ device, path })]);
}

describe.each(['ext4', 'xfs', 'btrfs'])('%s', (type) => {
  let host: TestHost;
  beforeEach(() => {
    host = createHost(type);
  });

  test('is mounted, copied whole and unmounted, and nothing is left', async () => {
    await copyAll(host, type);
    expect(copies(host)).toEqual({ '/backup/f1': '5f1d\n', '/backup/f2': '9a0c\n' });
    expect(host.world.mounts.filter((mount) => mount.source === device)).toEqual([]);
    expect(host.world.directories).not.toContain(path);
  });

  test('is bound where it is mounted already, and stays mounted there', async () => {
    host.change((world) => {
      happen.mountDevice(world, device, '/srv');
    });
    await follow(host, mountSteps({ device, type, path, from: '/srv' }));
    expect(host.files.readText('/proc/self/mountinfo')).toMatchObject({
      value: expect.stringMatching(new RegExp(`/ ${path} ro,.* - ${type}`)) as string,
    });
    await follow(host, unmountSteps({ device, path }));
    expect(host.world.mounts.filter(({ source }) => source === device)).toMatchObject([{ path: '/srv' }]);
  });
});

test('mounted writable elsewhere, a filesystem is not mounted a second time', async () => {
  const host = createHost();
  host.change((world) => {
    happen.mountDevice(world, device, '/srv');
  });
  const problem = await problemOf(follow(host, mountSteps({ device, type: 'ext4', path })));
  expect(problem).toMatchObject({
    kind: 'tool-failed',
    said: `mount: ${path}: ${device} already mounted on /srv.`,
  });
  expect(host.world.directories).not.toContain(path);
});

describe('btrfs that needs more than the narrowest options', () => {
  test('is mounted with the first that mount', async () => {
    const host = createHost('btrfs');
    const refusal = { outcome: { kind: 'exited', code: 32 }, stderr: 'wrong fs type' } as const;
    host.failNext('mount', refusal);
    host.failNext('mount', refusal);
    await follow(host, mountSteps({ device, type: 'btrfs', path }));
    const mounts = host.log
      .filter(({ command }) => command.file === 'mount')
      .map(({ command }) => command.args[3]);
    expect(mounts).toEqual(['ro,rescue=nologreplay', 'ro,nologreplay', 'ro,rescue=all']);
  });

  test('is put back when none does', async () => {
    const host = createHost('xfs');
    const problem = await problemOf(follow(host, mountSteps({ device, type: 'btrfs', path })));
    expect(problem).toMatchObject({ kind: 'tool-failed' });
    expect(host.world.directories).not.toContain(path);
  });
});

test('a device that is suspended is named, and neither mounted nor unmounted', async () => {
  const host = createHost();
  host.change((world) => {
    happen.suspend(world, 'low');
  });
  const begun = host.clock.elapsedMs();
  const problem = await problemOf(follow(host, mountSteps({ device, type: 'ext4', path })));
  expect(problem).toMatchObject({
    cause: { facts: { found: { what: 'suspended', name: '/dev/mapper/low' } } },
  });
  expect(host.clock.elapsedMs() - begun).toBeLessThan(5000);
});

test('a busy mount point is tried again, and then named', async () => {
  const host = createHost();
  await follow(host, mountSteps({ device, type: 'ext4', path }));
  host.change((world) => {
    happen.addProcess(world, { name: 'less', openFiles: [`${path}/f1`] });
  });
  const told: string[] = [];
  const steps = unmountSteps({ device, path });
  const problem = await problemOf(follow(host, steps, { notify: (message) => told.push(message) }));
  expect(problem).toMatchObject({ kind: 'tool-failed', said: `umount: ${path}: target is busy.` });
  expect(told).toHaveLength(5);
});

describe('a volume that went read-only with its journal unreplayed', () => {
  const readOnly = (host: TestHost): void => {
    host.change((world) => {
      happen.makeReadOnlyUnreplayed(world, 'my-vdo');
    });
  };
  const restart = (host: TestHost): void => {
    host.change((world) => {
      happen.stopDevice(world, 'my-vdo');
      startDmVolume(world, 'my-vdo', '/dev/mapper/low');
    });
  };

  test('shows everything while it runs, zeros after a start, and everything after a rebuild', async () => {
    const host = createHost();
    readOnly(host);
    await copyAll(host);
    expect(copies(host)).toEqual({ '/backup/f1': '5f1d\n', '/backup/f2': '9a0c\n' });
    restart(host);
    expect(happen.readFiles(host.world, 'my-vdo').map(({ checksum }) => checksum)).toEqual([
      'zeros',
      'zeros',
    ]);
    expect((await run(host, `e2fsck -fn ${device}`)).outcome).toEqual({ kind: 'exited', code: 4 });
    host.change((world) => {
      imageAt(world, '/dev/mapper/low').state = 'force-rebuild';
    });
    restart(host);
    expect(happen.readFiles(host.world, 'my-vdo')).toEqual(files);
    expect((await run(host, `e2fsck -fn ${device}`)).outcome).toEqual({ kind: 'exited', code: 0 });
  });
});

test('a file with a range that fails to read is not copied, and named', async () => {
  const host = createHost();
  host.change((world) => {
    happen.makeUnreadable(world, 'my-vdo', 'f1');
  });
  await copyAll(host);
  expect(copies(host)).toEqual({ '/backup/f2': '9a0c\n' });
});

test('rsync tells a full target', async () => {
  const host = createDmHost({ fileSystem: 'ext4' });
  host.change((world) => {
    happen.writeFiles(world, 'my-vdo', files);
    happen.addBackupDisk(world, 15e6);
  });
  expect(await problemOf(copyAll(host))).toMatchObject({
    how: 'exit code 11',
    said: expect.stringContaining('No space left on device') as string,
  });
});

test('ddrescue exits 0 with a bad range left, which only its map tells', async () => {
  const host = createHost();
  host.change((world) => {
    happen.makeUnreadable(world, 'my-vdo', 'f2');
  });
  const { outcome } = await run(host, `! ddrescue ${device} /backup/image /backup/image.map`, 3_600_000);
  expect(outcome).toEqual({ kind: 'exited', code: 0 });
  expect(copies(host)['/backup/image']).toBe('5f1d f1\n');
  expect(copies(host)['/backup/image.map']).toMatch(/^0x[0-9A-F]+ {2}0x00008000 {2}-$/m);
});

describe('what lies on a device', () => {
  test.each([
    ['ext4', { kind: 'filesystem', type: 'ext4' }],
    ['swap', { kind: 'swap' }],
    ['crypto_LUKS', { kind: 'luks' }],
    ['LVM2_member', { kind: 'lvm' }],
    ['dos', { kind: 'partitions', scheme: 'dos' }],
  ])('%s', async (type, expected) => {
    expect(await askContents(createDmHost({ fileSystem: type }), device)).toMatchObject(expected);
  });

  test('nothing, and what cannot be asked', async () => {
    expect(await askContents(createDmHost({ fileSystem: 'none' }), device)).toEqual({ kind: 'nothing' });
    const host = createHost();
    host.failNext('blkid', {
      outcome: { kind: 'exited', code: 2 },
      stderr: `error: ${device}: Input/output error\n`,
    });
    expect(await askContents(host, device)).toEqual({
      kind: 'unknown',
      why: `blkid: error: ${device}: Input/output error`,
    });
  });

  test('is listed for each LV of a pool, with where it is mounted', async () => {
    const host = createLvmHost({
      volumes: ['home', 'srv'].map((name) => ({ name, sizeBytes: 4 * 1024 ** 3 })),
    });
    host.change((world) => {
      happen.mountDevice(world, '/dev/mapper/vg-srv', '/srv');
    });
    const look = await lookAtHost(host);
    const [seen] = look.seen;
    if (seen === undefined) throw new Error('no volume');
    expect(await listContents(host, look, seen)).toMatchObject([
      { name: 'home', contents: { type: 'ext4' }, mounts: [] },
      { name: 'srv', contents: { type: 'ext4' }, mounts: [{ path: '/srv' }] },
    ]);
  });
});
