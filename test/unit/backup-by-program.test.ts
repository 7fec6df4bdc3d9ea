import { describe, expect, test } from 'vitest';

import { exitCodeOf } from '../../src/model/exit-code.ts';
import { backup } from '../../src/operations/backup/backup.ts';
import { cleanup } from '../../src/operations/cleanup.ts';
import type { TestHost } from '../simulated/test-host.ts';
import { createPoolHost, generations, snapshots } from './backup-scene.ts';
import { createSession, problemOf } from './fakes.ts';
import { expectTakenDown } from './salvage-scene.ts';

describe('a program of the user’s', () => {
  const program = ['du', '--summarize', '--block-size=1', '{}'];
  const handOver = (host: TestHost, words: readonly string[] = program, name = 'vg/pool') => {
    const session = createSession(host);
    return { session, done: backup(session, name, { program: words }) };
  };
  const runsOf = (host: TestHost, file: string) =>
    host.log.filter(({ command }) => command.file === file).map(({ command }) => command.args);

  test('runs with the directory of the snapshot, and what it says is told; nothing is left', async () => {
    const host = createPoolHost();
    const { session, done } = handOver(host);
    expect(await done).toEqual({ name: 'vg/pool', outcome: 'handed-over' });
    const directory = '/run/vdoctl/mounts/vg-home_vdoctl';
    expect(runsOf(host, 'du')).toEqual([['--summarize', '--block-size=1', directory]]);
    const told = session.events.flatMap((event) => (event.kind === 'notice' ? [event.message] : []));
    expect(told.join('\n')).toContain(directory);
    expect(snapshots(host)).toEqual([]);
    expectTakenDown(host);
    expect(generations(host)).toEqual([]);
  });

  test('that fails fails the backup, and nothing is left', async () => {
    const host = createPoolHost();
    host.failNext('du --summarize', { outcome: { kind: 'exited', code: 3 }, stderr: 'no repository\n' });
    const problem = await problemOf(handOver(host).done);
    expect(exitCodeOf(problem)).toBe(9);
    expect(JSON.stringify(problem)).toContain('no repository');
    expect(snapshots(host)).toEqual([]);
    expectTakenDown(host);
  });

  test('that is not installed is refused before anything', async () => {
    const host = createPoolHost();
    const problem = await problemOf(handOver(host, ['restic', 'backup', '{}']).done);
    expect(problem).toMatchObject({ because: 'programs-missing', facts: { programs: ['restic'] } });
    expect(runsOf(host, 'lvcreate')).toEqual([]);
  });

  test('is never run by a cleanup', async () => {
    const settle = { interruptedImport: 'forget', unfinished: 'settle' } as const;
    const host = createPoolHost();
    const killed = host.startProcess(['vdoctl', 'backup']);
    host.beforeEach(({ file }) => {
      if (file === 'du') throw new Error('killed');
    });
    const session = { ...createSession(host), host: killed };
    await expect(backup(session, 'vg/pool', { program })).rejects.toThrow('killed');
    killed.end();
    expect(snapshots(host)).not.toEqual([]);
    expect(await cleanup(createSession(host), 'vg/pool', settle)).toMatchObject({ outcome: 'undone' });
    expect(snapshots(host)).toEqual([]);
    expectTakenDown(host);
    expect(runsOf(host, 'du')).toEqual([]);
  });
});
