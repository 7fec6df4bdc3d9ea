import { beforeEach, describe, expect, test } from 'vitest';

import { readUnfinished } from '../../src/journal/read.ts';
import { exitCodeOf } from '../../src/model/exit-code.ts';
import { backup } from '../../src/operations/backup/backup.ts';
import { cleanup } from '../../src/operations/cleanup.ts';
import * as happen from '../simulated/levers.ts';
import type { TestHost } from '../simulated/test-host.ts';
import { createDmHost, files } from '../simulated/worlds.ts';
import { filesOf, generations, run, whole } from './backup-scene.ts';
import { callOn } from './call.ts';
import { createSession, problemOf } from './fakes.ts';
import { expectTakenDown } from './salvage-scene.ts';

const device = '/dev/mapper/my-vdo';
const freeze = { freezeMs: 30_000 };
const settle = { interruptedImport: 'forget', unfinished: 'settle' } as const;

function createMounted(): TestHost {
  const host = createDmHost();
  host.change((world) => {
    happen.replaceFilesystem(world, 'my-vdo', 'ext4');
    happen.writeFiles(world, 'my-vdo', files);
    happen.addBackupDisk(world);
    world.directories.push('/srv', '/srv/data');
    happen.mountDevice(world, device, '/srv/data');
  });
  return host;
}

const backUp = (host: TestHost) => run(host, freeze, 'my-vdo');

function expectThawed(host: TestHost): void {
  expect(host.world.frozen ?? []).toEqual([]);
  expect(host.world.directories.filter((path) => path.startsWith('/run/vdoctl/frozen/'))).toEqual([]);
  expectTakenDown(host);
  expect(generations(host).filter((path) => path.endsWith('.partial'))).toEqual([]);
}

/** Calls something before the copy that is made while it is in use (1), or frozen (2). */
function beforeCopy(host: TestHost, number: 1 | 2, happens: () => void): void {
  let copies = 0;
  host.beforeEach(({ file }) => {
    if (file === 'rsync') copies += 1;
    if (file === 'rsync' && copies === number) happens();
  });
}

describe('a VDO that is mounted as it is', () => {
  let host: TestHost;
  beforeEach(() => {
    host = createMounted();
  });

  test('is frozen for the end of the copy only, and nothing is left', async () => {
    const isFrozen: boolean[] = [];
    host.beforeEach(({ file }) => {
      if (file === 'rsync') isFrozen.push((host.world.frozen ?? []).length > 0);
    });
    const { generation = '', outcome } = await backUp(host);
    expect([outcome, isFrozen]).toEqual(['backed-up', [false, true]]);
    expect(filesOf(host, generation)).toEqual(whole);
    expectThawed(host);
    const facts = filesOf(host, '/backup/my-vdo/.vdoctl-backup')[`${generation.slice(-18)}.json`];
    expect(JSON.parse(facts ?? '')).toMatchObject({
      filesystems: [{ from: 'frozen', check: 'not checked' }],
    });
  });

  test('what is written during the first copy is in the second', async () => {
    host.afterEach(({ file }) => {
      if (file !== 'rsync' || (host.world.frozen ?? []).length > 0) return;
      host.change((world) => {
        happen.rewriteFile(world, 'my-vdo', 'f1', 'abcd');
        happen.writeFiles(world, 'my-vdo', [{ name: 'late', checksum: 'ffff' }]);
      });
    });
    const { generation } = await backUp(host);
    expect(filesOf(host, generation)).toEqual({ ...whole, f1: 'abcd', late: 'ffff' });
    expectThawed(host);
  });

  test('the next generation links what did not change', async () => {
    const first = await backUp(host);
    await host.clock.sleep(1000);
    const second = await backUp(host);
    expect(filesOf(host, second.generation)).toEqual(whole);
    expect(generations(host)).toEqual([first.generation, second.generation]);
  });

  test('one that is thawed before its time fails the backup: the copy is no moment of it', async () => {
    beforeCopy(host, 2, () => {
      host.change((world) => {
        world.frozen = [];
      });
    });
    const problem = await problemOf(backUp(host));
    expect(exitCodeOf(problem)).toBe(9);
    expect(JSON.stringify(problem)).toContain('Invalid argument');
    expect(generations(host)).toEqual([]);
    expectThawed(host);
  });

  test('a copy that takes longer than it may be frozen fails, and it is thawed in time', async () => {
    beforeCopy(host, 2, () => {
      host.change((world) => {
        happen.writeFiles(world, 'my-vdo', [{ name: 'huge', checksum: '1', bytes: 40 * 1024 ** 3 }]);
      });
    });
    expect(exitCodeOf(await problemOf(backUp(host)))).toBe(9);
    expectThawed(host);
  });

  test.each(['fsfreeze', 'rsync', 'rmdir'])(
    'killed in %s, it is thawed all the same, and cleanup leaves nothing',
    async (program) => {
      const killed = host.startProcess(['vdoctl', 'backup']);
      let isFrozen = false;
      let isKilled = false;
      host.afterEach(({ file, args }) => {
        isFrozen ||= file === 'fsfreeze' && args[0] === '-f';
        if (!isFrozen || isKilled || file !== program) return;
        isKilled = true;
        throw new Error('killed');
      });
      const session = { ...createSession(host), host: killed };
      await expect(backup(session, 'my-vdo', { to: '/backup', keep: 7, ...freeze })).rejects.toThrow(
        'killed',
      );
      killed.end();
      await host.clock.sleep(freeze.freezeMs);
      expect(host.world.frozen ?? []).toEqual([]);
      await cleanup(createSession(host), 'my-vdo', settle);
      expect((await readUnfinished(host.files)).unfinished).toEqual([]);
      expect(generations(host)).toEqual([]);
      expectThawed(host);
    },
  );

  test('a backup that ended before leaves no guard that would thaw what is frozen later', async () => {
    await backUp(host);
    await host.clock.sleep(20_000);
    host.change((world) => {
      world.frozen = world.mounts.flatMap(({ path, deviceNumber }) =>
        path === '/srv/data' ? [deviceNumber] : [],
      );
    });
    await host.clock.sleep(60_000);
    expect(host.world.frozen).toHaveLength(1);
  });

  test('without the word for it, it is refused with its choices', async () => {
    const { code, stderr } = await callOn(host, 'backup', 'my-vdo', '--to', '/backup');
    expect(code).toBe(8);
    expect(stderr).toContain('--freeze 60s');
  });

  test.each([
    ['/var/lib/vdoctl', '/var'],
    ['/tmp', '/'],
  ])('what holds %s is never frozen', async (writes, path) => {
    host.change((world) => {
      world.mounts = world.mounts.filter((mount) => mount.path !== path);
      world.directories.push('/var/lib/vdoctl', '/var/log');
      happen.mountDevice(world, device, path);
    });
    expect(await problemOf(backUp(host))).toMatchObject({ because: 'cannot-freeze' });
    expect(host.log.some(({ command }) => command.file === 'fsfreeze')).toBe(false);
    expect(writes).not.toBe('');
  });
});

test.each(['0s', '61s', '1h', 'long'])('--freeze takes no %s', async (time) => {
  const { code, stderr } = await callOn(createMounted(), 'backup', 'my-vdo', '--to', '/b', '--freeze', time);
  expect([code, stderr]).toEqual([2, expect.stringContaining('--freeze takes a time from 1s to 60s')]);
});
