import { beforeEach, expect, test, vi } from 'vitest';

import { checkName } from '../../src/model/names.ts';
import { resolveVolume } from '../../src/operations/resolve-volume.ts';
import * as arrange from '../../src/simulator/arrange.ts';
import * as happen from '../simulated/levers.ts';
import type { TestHost } from '../simulated/test-host.ts';
import { createDiskHost } from '../simulated/worlds.ts';
import { callOn } from './call.ts';

vi.mock(import('../../src/model/names.ts'), async (importOriginal) => {
  const original = await importOriginal();
  return { ...original, checkName: vi.fn(original.checkName) };
});

vi.mock(import('../../src/operations/resolve-volume.ts'), async (importOriginal) => {
  const original = await importOriginal();
  return { ...original, resolveVolume: vi.fn(original.resolveVolume) };
});

beforeEach(() => {
  vi.clearAllMocks();
});

/** `v`, read-only on its disk. */
function createReadOnly(state: 'running' | 'stopped'): TestHost {
  return createDiskHost((world) => {
    arrange.addVolume(world, 'v', '/dev/vdb');
    arrange.addRemembered(world, 'v', '/dev/vdb');
    happen.makeReadOnly(world, 'v');
    if (state === 'stopped') happen.stopDevice(world, 'v');
  });
}

/** Counts the command that each look runs once, and that nothing else runs. */
function countLooks({ log }: TestHost): number {
  const lines = log.map(({ command: { file, args } }) => [file, ...args].join(' '));
  return lines.filter((line) => line === 'vdostats --verbose').length;
}

test.each(['running', 'stopped'] as const)(
  'a forced rebuild of a volume that is %s looks twice, and reads its name once before and once under the lock',
  async (state) => {
    const host = createReadOnly(state);
    const { code } = await callOn(host, 'recover', '/dev/mapper/v', '--force-rebuild', '--yes');
    expect(code).toBe(0);
    expect(countLooks(host)).toBe(2);
    expect(vi.mocked(checkName).mock.calls).toEqual([['/dev/mapper/v']]);
    expect(vi.mocked(resolveVolume).mock.calls.map(([, , name]) => name)).toEqual(['/dev/mapper/v', 'v']);
  },
);

test.each(['status', 'start', 'recover'])('%s checks a name once', async (command) => {
  const host = createDiskHost((world) => {
    arrange.addVolume(world, 'v', '/dev/vdb');
    arrange.addRemembered(world, 'v', '/dev/vdb');
  });
  expect((await callOn(host, command, 'v')).code).toBe(0);
  expect(vi.mocked(checkName).mock.calls).toEqual([['v']]);
});

test.each(['start', 'stop', 'recover', 'cleanup'])(
  '%s acts on no volume where one of the words can be no name',
  async (command) => {
    const host = createReadOnly('running');
    const { code, stderr } = await callOn(host, command, 'v', 'a/b/c', '--yes');
    expect(code).toBe(2);
    expect(stderr).toContain('a/b/c');
    expect(host.log).toEqual([]);
  },
);

test.each([
  ['status', 'v', 'a/b/c'],
  ['history', 'a/b/c'],
  ['wait', 'a/b/c', '--for', 'normal'],
  ['remove', 'a/b/c', '--yes'],
  ['check', 'a/b/c'],
])('%s says of a word that it can be no name', async (...words) => {
  const { code, stdout, stderr } = await callOn(createReadOnly('running'), ...words);
  expect(code).toBe(words[0] === 'check' ? 3 : 2);
  expect(stdout + stderr).toContain('"a/b/c" is not a volume name');
});
