import { beforeEach, describe, expect, test } from 'vitest';

import { readUnfinished } from '../../src/journal/read.ts';
import { exitCodeOf } from '../../src/model/exit-code.ts';
import { backup } from '../../src/operations/backup/backup.ts';
import * as happen from '../simulated/levers.ts';
import type { TestHost } from '../simulated/test-host.ts';
import { createDmHost, files, gibibyte } from '../simulated/worlds.ts';
import { createPoolHost, filesOf, generations, options, run, snapshots, whole } from './backup-scene.ts';
import { createSession, problemOf } from './fakes.ts';
import { expectTakenDown } from './salvage-scene.ts';

describe('a mounted logical volume', () => {
  let host: TestHost;
  beforeEach(() => {
    host = createPoolHost();
  });

  test('is copied from a snapshot, with the checksums of its files; nothing else is left', async () => {
    const tables = JSON.stringify(host.world.dmDevices.map(({ name, live }) => [name, live]));
    const { generation = '', outcome } = await run(host);
    expect(outcome).toBe('backed-up');
    expect(filesOf(host, generation)).toEqual(whole);
    const [, time = ''] = /([^/]+)$/.exec(generation) ?? [];
    const sums = host.files.readText(`/backup/vg-pool-vpool/.vdoctl-backup/${time}.sha256`);
    expect(sums).toEqual({ kind: 'read', value: '5f1d  f1\n9a0c  f2\n' });
    expectTakenDown(host);
    expect(snapshots(host)).toEqual([]);
    expect(JSON.stringify(host.world.dmDevices.map(({ name, live }) => [name, live]))).toBe(tables);
    expect(host.world.mounts.some(({ path }) => path === '/home')).toBe(true);
  });

  test('is copied as it was when the snapshot was made, whatever is written meanwhile', async () => {
    host.beforeEach(({ file }) => {
      if (file !== 'rsync') return;
      host.change((world) => {
        happen.writeFiles(world, 'vg-home', [{ name: 'late', checksum: 'ffff' }]);
      });
    });
    const { generation } = await run(host);
    expect(filesOf(host, generation)).toEqual(whole);
  });

  test('the next generation links what did not change, and its checksums are taken over', async () => {
    const first = await run(host);
    host.change((world) => {
      happen.writeFiles(world, 'vg-home', [{ name: 'f3', checksum: '3333' }]);
    });
    await host.clock.sleep(1000);
    const second = await run(host);
    expect(filesOf(host, second.generation)).toEqual({ ...whole, f3: '3333' });
    const links = host.world.files.filter(({ path }) => path.startsWith(`${second.generation ?? ''}/`));
    expect(links.map(({ linkOf }) => linkOf)).toEqual([
      `${first.generation ?? ''}/f1`,
      `${first.generation ?? ''}/f2`,
      undefined,
    ]);
    expect(generations(host)).toEqual([first.generation, second.generation]);
  });

  test('a file that kept its size, and the second of its last change, is copied anew', async () => {
    await run(host);
    host.change((world) => {
      happen.rewriteFile(world, 'vg-home', 'f1', 'abcd');
    });
    await host.clock.sleep(1000);
    const { generation } = await run(host);
    expect(filesOf(host, generation)).toEqual({ ...whole, f1: 'abcd' });
  });

  test('as many generations stay as are kept, the newest', async () => {
    const made: (string | undefined)[] = [];
    for (let turn = 0; turn < 4; turn += 1) {
      await host.clock.sleep(1000);
      made.push((await run(host, { keep: 2 })).generation);
    }
    expect(generations(host)).toEqual(made.slice(2));
    const own = host.world.files.filter(({ path }) => path.includes('/.vdoctl-backup/'));
    expect(own).toHaveLength(4);
  });

  test('a snapshot that fills up fails the backup, leaves nothing, and the generations before stay', async () => {
    const first = await run(host);
    await host.clock.sleep(1000);
    host.afterEach(({ file }) => {
      if (file !== 'rsync') return;
      host.change((world) => {
        for (const overlay of world.overlays ?? []) overlay.isInvalid = true;
      });
    });
    const problem = await problemOf(run(host));
    expect(problem).toMatchObject({
      kind: 'put-back',
      cause: { kind: 'refused', because: 'not-as-expected' },
    });
    expect(exitCodeOf(problem)).toBe(9);
    expect(generations(host)).toEqual([first.generation]);
    expect(snapshots(host)).toEqual([]);
    expectTakenDown(host);
  });

  test('what its check finds is said, and kept beside the generation', async () => {
    host.failNext('e2fsck', {
      outcome: { kind: 'exited', code: 4 },
      stdout: 'vg-home: ********** WARNING: Filesystem still has errors **********\n',
    });
    const session = createSession(host);
    const { generation = '' } = await backup(session, 'vg/pool', options);
    const told = session.events.flatMap((event) => (event.kind === 'notice' ? [event.message] : []));
    expect(told.join()).toContain('Filesystem still has errors');
    const facts = filesOf(host, '/backup/vg-pool-vpool/.vdoctl-backup');
    expect(facts[`${generation.slice(-18)}.json`]).toContain('e2fsck ends with 4: vg-home: *****');
  });

  test('without room for the snapshot it is refused, before anything', async () => {
    const problem = await problemOf(run(host, { snapshotSize: { kind: 'bytes', bytes: 900 * gibibyte } }));
    expect(problem).toMatchObject({
      because: 'no-room-for-snapshot',
      facts: { group: 'vg', origin: 'vg/home' },
    });
    expect(exitCodeOf(problem)).toBe(8);
    expect(host.world.directories).not.toContain('/backup/vg-pool-vpool');
  });

  test('generations that others could write to are refused, before anything', async () => {
    const session = createSession(host);
    const reason = 'others can write to it: chmod go-w /backup/vg-pool-vpool';
    const files: typeof host.files = {
      ...host.files,
      listOwn: (path) =>
        path.startsWith('/backup/') ? { kind: 'failed', reason } : host.files.listOwn(path),
    };
    const distrusting = { ...session, host: Object.assign(Object.create(host) as TestHost, { files }) };
    const problem = await problemOf(backup(distrusting, 'vg/pool', options));
    expect(problem).toMatchObject({ because: 'file-unreadable', facts: { why: reason } });
    expect(exitCodeOf(problem)).toBe(8);
    expect(host.log.some(({ command }) => command.file === 'lvcreate')).toBe(false);
  });

  test('a place on the volume itself is refused', async () => {
    host.change((world) => {
      world.directories.push('/home');
    });
    expect(await problemOf(run(host, { to: '/home/b' }))).toMatchObject({ because: 'target-on-volume' });
  });

  test.each([
    [{ kind: 'bytes', bytes: gibibyte }, gibibyte],
    [{ kind: 'free', percent: 50 }, undefined],
    [undefined, 256 * 1024 ** 2],
  ] as const)('its snapshot is as large as was asked for: %j', async (size, bytes) => {
    const sizes: number[] = [];
    host.afterEach(({ file }) => {
      const lv = host.world.vgs[0]?.lvs.find(({ kind }) => kind === 'snapshot');
      if (file === 'lvcreate' && lv !== undefined) sizes.push(lv.sizeBytes);
    });
    await run(host, size === undefined ? {} : { snapshotSize: size });
    expect(sizes).toHaveLength(1);
    if (bytes !== undefined) expect(sizes).toEqual([bytes]);
  });

  test('a snapshot that cannot be removed is named with what finishes it, and the generation is whole', async () => {
    host.beforeEach(({ file, args }) => {
      if (file !== 'lvremove' || !args.includes('vg/home_vdoctl')) return;
      host.change((world) => {
        if (!world.processes.some(({ name }) => name === 'sitter'))
          happen.addProcess(world, { name: 'sitter', opens: ['/dev/mapper/vg-home_vdoctl'] });
      });
    });
    const problem = await problemOf(run(host));
    expect(problem).toMatchObject({ kind: 'half-done', settledBy: 'cleanup' });
    expect(exitCodeOf(problem)).toBe(9);
    expect(generations(host)).toHaveLength(1);
    expect(await readUnfinished(host.files)).toMatchObject({ unfinished: [{ state: 'cut-off' }] });
  });
});

describe('a volume of the dm stack', () => {
  const createHost = (): TestHost => {
    const host = createDmHost({ fileSystem: 'ext4' });
    host.change((world) => {
      happen.writeFiles(world, 'my-vdo', files);
      happen.addBackupDisk(world);
    });
    return host;
  };

  test('is mounted read-only for its backup, where it is not mounted', async () => {
    const host = createHost();
    const { generation } = await run(host, {}, 'my-vdo');
    expect(filesOf(host, generation)).toEqual(whole);
    expectTakenDown(host);
  });

  test('is refused while it is mounted, with what can be done', async () => {
    const host = createHost();
    host.change((world) => {
      happen.mountDevice(world, '/dev/mapper/my-vdo', '/srv');
    });
    const problem = await problemOf(run(host, {}, 'my-vdo'));
    expect(problem).toMatchObject({ because: 'no-snapshot', facts: { mountedOn: ['/srv'] } });
    expect(exitCodeOf(problem)).toBe(8);
  });

  test('is refused where its journal was not replayed', async () => {
    const host = createHost();
    const dump =
      'Filesystem features: has_journal needs_recovery\nBlock count: 9\nFree blocks: 1\nBlock size: 4096\n';
    host.failNext('dumpe2fs', { outcome: { kind: 'exited', code: 0 }, stdout: dump });
    expect(await problemOf(run(host, {}, 'my-vdo'))).toMatchObject({ because: 'needs-replay' });
  });

  test('is refused where the directory is somebody else’s', async () => {
    const host = createHost();
    host.files.writeAtomically('/backup/my-vdo/notes', 'mine', 0o600);
    expect(await problemOf(run(host, {}, 'my-vdo'))).toMatchObject({
      because: 'target-not-empty',
      facts: { holds: ['notes'] },
    });
  });

  test('a dry run shows the plan, and changes nothing', async () => {
    const host = createHost();
    const before = JSON.stringify({ ...host.world, now: 0 });
    expect(await run(host, {}, 'my-vdo', { dryRun: true })).toMatchObject({ outcome: 'only-shown' });
    expect(JSON.stringify({ ...host.world, now: 0 })).toBe(before);
  });
});

test('an LV that is named alone is backed up alone, to a directory of its own', async () => {
  const host = createPoolHost();
  const { generation } = await run(host, {}, 'vg/home');
  expect(generation).toMatch(/^\/backup\/vg-home\//);
  expect(filesOf(host, generation)).toEqual(whole);
});
