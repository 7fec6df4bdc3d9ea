import { expect, test } from 'vitest';

import type { Host } from '../../src/host/host.ts';
import { Failure } from '../../src/model/problem.ts';
import { guardMountsIdle } from '../../src/operations/guards/mounts.ts';
import { createFakeFiles, type Entry } from './fakes.ts';

/** Who stands against unmounting `/srv/a` and `/srv/b`; undefined if nobody does. */
function usersOf(entries: Readonly<Record<string, Entry>>): unknown {
  const files = createFakeFiles({ '/proc/1/cwd': { link: '/' }, '/proc/1/comm': 'init\n', ...entries });
  try {
    guardMountsIdle({ files } as Host, 'my-vdo', ['/srv/a', '/srv/b']);
    return undefined;
  } catch (error) {
    return error instanceof Failure ? error.problem : error;
  }
}

const inUse = (...processes: string[]): object => ({
  ...{ kind: 'in-use', name: 'my-vdo', mounts: [], devices: [], processes },
});
const less = { '/proc/7/comm': 'less\n' };

test.each<[string, Readonly<Record<string, Entry>>]>([
  ['works in it', { '/proc/7/cwd': { link: '/srv/a' } }],
  ['works below it', { '/proc/7/cwd': { link: '/srv/b/deep/down' } }],
  ['has its root there', { '/proc/7/root': { link: '/srv/a/root' } }],
  ['has a file open there', { '/proc/7/fd/0': { link: '/dev/null' }, '/proc/7/fd/3': { link: '/srv/b/f' } }],
  [
    'works there, and lets nobody see its files',
    { '/proc/7/cwd': { link: '/srv/a' }, '/proc/7/fd': { forbidden: true } },
  ],
])('a mount is in use by a process that %s', (_what, entries) => {
  expect(usersOf({ ...less, ...entries })).toEqual(inUse('less (pid 7)'));
});

test('each of several is named', () => {
  const entries = {
    '/proc/7/cwd': { link: '/srv/a' },
    '/proc/8/cwd': { link: '/srv/b' },
    '/proc/8/comm': 'sh\n',
  };
  expect(usersOf({ ...less, ...entries })).toEqual(inUse('less (pid 7)', 'sh (pid 8)'));
});

test.each<[string, Readonly<Record<string, Entry>>]>([
  ['works elsewhere', { '/proc/7/cwd': { link: '/srv' }, '/proc/7/root': { link: '/' } }],
  ['is in a directory whose name only begins like it', { '/proc/7/cwd': { link: '/srv/ab' } }],
  ['has a file of that name open elsewhere', { '/proc/7/fd/3': { link: '/mnt/srv/a/' } }],
  ['lets nobody see its files', { '/proc/7/cwd': { link: '/' }, '/proc/7/fd': { forbidden: true } }],
])('and in none by one that %s', (_what, entries) => {
  expect(usersOf({ ...less, ...entries })).toBeUndefined();
});
