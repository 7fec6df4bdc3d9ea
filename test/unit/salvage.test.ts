import { beforeEach, describe, expect, test } from 'vitest';

import { readUnfinished } from '../../src/journal/read.ts';
import { exitCodeOf } from '../../src/model/exit-code.ts';
import { salvage } from '../../src/operations/salvage/salvage.ts';
import { describeProblem } from '../../src/prose/problems.ts';
import { addRemembered, startDmVolume } from '../../src/simulator/arrange.ts';
import * as happen from '../simulated/levers.ts';
import type { TestHost } from '../simulated/test-host.ts';
import { createDmHost } from '../simulated/worlds.ts';
import { createSession, problemOf } from './fakes.ts';
import { copies, createHost, device, expectTakenDown, run, salvageOn, to, whole } from './salvage-scene.ts';

const copyTimes = (host: TestHost): number =>
  host.log.filter(({ command }) => command.file === 'rsync' && !command.args.includes('-n')).length;

describe.each(['ext4', 'xfs', 'btrfs'])('a read-only volume with %s that still runs', (type) => {
  let host: TestHost;
  beforeEach(() => {
    host = createHost(type);
  });

  test('is copied to a directory, and compared; the volume stays as it is', async () => {
    const before = JSON.stringify(host.world.dmDevices);
    expect(await salvageOn(host)).toEqual({ name: 'my-vdo', outcome: 'salvaged' });
    expect(copies(host)).toEqual(whole);
    const compared = host.log.filter(
      ({ command }) => command.file === 'rsync' && command.args.includes('-c'),
    );
    expect(compared).toHaveLength(1);
    expectTakenDown(host);
    expect(JSON.stringify(host.world.dmDevices.map((each) => ({ ...each, udevUntil: 0 })))).toBe(
      JSON.stringify(
        (JSON.parse(before) as typeof host.world.dmDevices).map((each) => ({ ...each, udevUntil: 0 })),
      ),
    );
  });

  test('is copied from where it is mounted, and stays mounted there', async () => {
    host.change((world) => {
      happen.mountDevice(world, device, '/srv');
    });
    await salvageOn(host);
    expect(copies(host)).toEqual(whole);
    expect(host.world.mounts.filter(({ source }) => source === device)).toMatchObject([{ path: '/srv' }]);
  });

  test('is copied to an image', async () => {
    expect(await salvageOn(host, { to: '/backup/my-vdo.img' })).toMatchObject({ outcome: 'salvaged' });
    expect(host.world.files.find(({ path }) => path === '/backup/my-vdo.img')?.text).toBe(
      '5f1d f1\n9a0c f2\n',
    );
    expect(host.log.some(({ command }) => command.file === 'mount')).toBe(false);
  });
});

describe('a volume that was stopped', () => {
  const stop = (host: TestHost): void => {
    host.change((world) => {
      addRemembered(world, 'my-vdo', '/dev/mapper/low');
      happen.stopDevice(world, 'my-vdo');
    });
  };

  test('cleanly is refused, with what to do', async () => {
    const host = createDmHost();
    stop(host);
    const problem = await problemOf(salvageOn(host));
    expect(problem).toMatchObject({ because: 'only-running-is-copied', facts: { onDisk: 'clean' } });
    expect(describeProblem(problem).next).toBe('vdoctl start my-vdo, then call again');
  });

  test('read-only is refused, and says what a start would show', async () => {
    const host = createHost();
    stop(host);
    const problem = await problemOf(salvageOn(host));
    expect(problem).toMatchObject({ because: 'only-running-is-copied', facts: { onDisk: 'read-only' } });
    expect(exitCodeOf(problem)).toBe(8);
    expect(describeProblem(problem).what).toContain('may read as zeros');
  });

  test('read-only and started again is refused: what it shows looks good, and is not', async () => {
    const host = createHost();
    stop(host);
    host.change((world) => {
      startDmVolume(world, 'my-vdo', '/dev/mapper/low');
    });
    const problem = await problemOf(salvageOn(host));
    expect(problem).toMatchObject({ because: 'unreplayed-journal', facts: { known: true } });
    expect(copies(host)).toEqual({});
    const session = createSession(host);
    await run(session, { despite: 'unreplayed-journal' });
    expect(copies(host)).toEqual({ f1: 'zeros', f2: 'zeros' });
    expect(JSON.stringify(session.events)).toContain('may be zeros');
  });

  test('where the kernel log no longer tells, that is said, and not guessed', async () => {
    const host = createHost();
    host.change((world) => {
      world.kernelLog = [];
    });
    const problem = await problemOf(salvageOn(host));
    expect(problem).toMatchObject({ because: 'unreplayed-journal', facts: { known: false } });
  });
});

describe('a file with a range that fails to read', () => {
  test('is named, and kept in part; everything else is copied: exit 9', async () => {
    const host = createHost();
    host.change((world) => {
      happen.makeUnreadable(world, 'my-vdo', 'f1');
    });
    const problem = await problemOf(salvageOn(host));
    expect(problem).toMatchObject({
      kind: 'not-whole',
      unread: { count: 1, first: [`${to}/f1`] },
      differing: { count: 0 },
      left: [],
    });
    expect(exitCodeOf(problem)).toBe(9);
    expect(copies(host)).toEqual({ f2: '9a0c', 'f1.vdoctl-partial': 'part of 5f1d' });
    const [list = ''] = 'lists' in problem ? problem.lists : [];
    expect(host.files.readText(list)).toEqual({ kind: 'read', value: `${to}/f1\n` });
    expectTakenDown(host);
  });

  test('is named where ddrescue is missing, too, and nothing of it is kept', async () => {
    const host = createHost();
    host.change((world) => {
      happen.makeUnreadable(world, 'my-vdo', 'f1');
      world.notInstalled.push('ddrescue');
    });
    const session = createSession(host);
    expect(await problemOf(run(session))).toMatchObject({ kind: 'not-whole' });
    expect(copies(host)).toEqual({ f2: '9a0c' });
    expect(JSON.stringify(session.events)).toContain('ddrescue is not installed');
  });

  test.each(['ext4', 'xfs'])('is named for an image of %s, though ddrescue exits 0', async (type) => {
    const host = createHost(type);
    host.change((world) => {
      happen.makeUnreadable(world, 'my-vdo', 'f2');
    });
    const problem = await problemOf(salvageOn(host, { to: '/backup/a.raw' }));
    expect(problem).toMatchObject({
      kind: 'not-whole',
      unread: { count: 1, first: ['/f2'] },
      unreadBytes: 32_768,
      lists: ['/backup/a.raw.map'],
    });
  });
});

test('a copy that differs from the volume is named', async () => {
  const host = createHost();
  host.afterEach(({ file, args }) => {
    if (file !== 'rsync' || args.includes('-n')) return;
    host.change((world) => {
      const copied = world.files.find(({ path }) => path === `${to}/f2`);
      if (copied !== undefined) copied.text = 'flipped\n';
    });
  });
  expect(await problemOf(salvageOn(host))).toMatchObject({
    kind: 'not-whole',
    unread: { count: 0 },
    differing: { count: 1, first: [`${to}/f2`] },
  });
});

describe('a call that does not come to its end', () => {
  const large = [
    { name: 'a', checksum: 'aa', bytes: 2e9 },
    { name: 'b', checksum: 'bb', bytes: 2e9 },
  ];
  const createLarge = (fileSystem = 'ext4'): TestHost => {
    const host = createDmHost({ fileSystem });
    host.change((world) => {
      happen.writeFiles(world, 'my-vdo', large, 16);
      happen.addBackupDisk(world);
      happen.makeReadOnlyUnreplayed(world, 'my-vdo');
    });
    return host;
  };

  test('stopped by Ctrl-C, it takes down what it mounted, and the next goes on from there', async () => {
    const host = createLarge();
    const controller = new AbortController();
    void host.clock.sleep(16_000).then(() => {
      controller.abort('SIGINT');
    });
    const problem = await problemOf(salvageOn(host, {}, { interrupted: controller.signal }));
    expect(problem).toMatchObject({ kind: 'stopped', reached: { bytesDone: 2e9 } });
    expect(exitCodeOf(problem)).toBe(130);
    expectTakenDown(host);
    expect(copies(host)).toEqual({ a: 'aa' });
    const session = createSession(host);
    const beganAt = host.clock.elapsedMs();
    expect(await run(session)).toMatchObject({ outcome: 'salvaged' });
    // 10 s for the one file that is left, and 20 s to compare both.
    expect(host.clock.elapsedMs() - beganAt).toBeLessThan(35_000);
    expect(copies(host)).toEqual({ a: 'aa', b: 'bb' });
    const told = session.events.flatMap((event) => ('bytesDone' in event ? [event.bytesDone] : []));
    expect(Math.min(...told)).toBeGreaterThanOrEqual(2e9);
    expect(Math.max(...told)).toBe(4e9);
  });

  // btrfs has several ways to be mounted, each with its own undo.
  test.each(['ext4', 'btrfs'])(
    'of %s, killed, the next takes down what it left, goes on, and leaves nothing to settle',
    async (type) => {
      const host = createLarge(type);
      const killed = host.startProcess(['vdoctl', 'salvage']);
      let copying = 0;
      host.beforeEach(({ file }) => {
        if (file === 'rsync' && (copying += 1) === 1) throw new Error('killed');
      });
      await expect(
        salvage({ ...createSession(host), host: killed }, 'my-vdo', {
          origin: 'volume',
          to,
          as: 'by-its-name',
          despite: undefined,
        }),
      ).rejects.toThrow('killed');
      killed.end();
      expect(host.world.mounts.filter(({ path }) => path.startsWith('/run/vdoctl'))).toHaveLength(1);
      expect(await salvageOn(host)).toMatchObject({ outcome: 'salvaged' });
      expect(copies(host)).toEqual({ a: 'aa', b: 'bb' });
      expectTakenDown(host);
      expect((await readUnfinished(host.files)).unfinished).toEqual([]);
    },
  );

  test('an image goes on where it was', async () => {
    const host = createLarge();
    const controller = new AbortController();
    void host.clock.sleep(20_000).then(() => {
      controller.abort('SIGINT');
    });
    const image = { to: '/backup/x', as: 'image' as const };
    expect(await problemOf(salvageOn(host, image, { interrupted: controller.signal }))).toMatchObject({
      kind: 'stopped',
    });
    const beganAt = host.clock.elapsedMs();
    await salvageOn(host, image);
    expect(host.clock.elapsedMs() - beganAt).toBeLessThan(30_000);
    expect(host.world.files.find(({ path }) => path === '/backup/x')?.text).toBe('aa a\nbb b\n');
  });
});

test('a dry run shows the plan and does nothing', async () => {
  const host = createHost();
  expect(await salvageOn(host, {}, { dryRun: true })).toMatchObject({ outcome: 'only-shown' });
  expect(copyTimes(host)).toBe(0);
  expect(copies(host)).toEqual({});
});

test('with the storage suspended, nothing is begun that would hang', async () => {
  const host = createHost();
  host.change((world) => {
    happen.suspend(world, 'low');
  });
  expect(await problemOf(salvageOn(host))).toMatchObject({ because: 'storage-suspended' });
});
