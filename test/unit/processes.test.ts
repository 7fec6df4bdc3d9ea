import { describe, expect, test } from 'vitest';
import { listCommands } from '../../src/stacks/processes.ts';
import { createFakeFiles } from './fakes.ts';

const statusOf = (user: string): string => `Name:\tx\nUid:\t1000\t${user}\t${user}\t${user}\n`;

/** A host with a process 20 of that user and with that command line, seen by the user `own`. */
function list(words: readonly string[], user = '0', own = '0') {
  const files = createFakeFiles({
    '/proc/self/status': statusOf(own),
    '/proc/1/cmdline': '/sbin/init\0',
    '/proc/1/status': statusOf('0'),
    '/proc/20/cmdline': words.map((word) => `${word}\0`).join(''),
    '/proc/20/status': statusOf(user),
  });
  return listCommands(files, ({ program }) => program !== 'init');
}

const create = ['create', '--name=my-vdo'];
const vdo = [{ pid: '20', program: 'vdo', args: create }];

test.each([
  ['by its first word', ['/usr/bin/vdo', ...create]],
  ['of Python, with its options', ['/usr/libexec/platform-python', '-s', '/usr/bin/vdo', ...create]],
  ['of a shell', ['/bin/sh', '/usr/bin/vdo', ...create]],
])('a program or a script is known: %s', (_what, words) => {
  expect(list(words)).toEqual(vdo);
});

test('empty arguments are its own', () => {
  expect(list(['dmsetup', 'create', ''])).toEqual([{ pid: '20', program: 'dmsetup', args: ['create', ''] }]);
});

describe('what only stands among the words is no program', () => {
  test.each([
    ['behind what a shell is given', ['sh', '-c', 'sleep 25', '/usr/bin/vdo', ...create]],
    ['behind what Python is given', ['python3', '-Ic', 'import time', '/usr/bin/vdo', ...create]],
    ['a shell by itself', ['bash']],
    ['a login shell', ['-bash']],
    ['a kernel thread', []],
  ])('%s', (_what, words) => {
    expect(list(words).filter(({ program }) => !/bash|^$/.test(program))).toEqual([]);
  });
});

test('what an ordinary user runs counts for nothing, but for that user', () => {
  expect(list(['vdo', ...create], '1000')).toEqual([]);
  expect(list(['vdo', ...create], '1000', '1000')).toEqual(vdo);
  expect(list(['vdo', ...create], '0', '1000')).toEqual(vdo);
});
