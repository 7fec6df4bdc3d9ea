import { expect, test } from 'vitest';

import type { Files, Host } from '../../src/host/host.ts';
import { readHistory } from '../../src/journal/read.ts';
import { formatCommand, type CommandResult } from '../../src/model/command.ts';
import { makeWritable } from '../../src/plan/make-writable.ts';
import type { TestHost } from '../simulated/test-host.ts';
import { createDmHost } from '../simulated/worlds.ts';
import { problemOf } from './fakes.ts';
import { failed, follow } from './steps.ts';

/** How a device is made writable: its own table, loaded once more. */

const path = '/run/vdoctl/low.table';
const commands = ['dmsetup table low', `dmsetup reload low ${path}`, 'dmsetup resume low'];

async function make(host: TestHost, parts: Partial<Files> = {}) {
  const kept: string[] = [];
  const keep = ({ command }: CommandResult): void => void kept.push(formatCommand(command));
  const on: Host = { ...host, files: { ...host.files, ...parts } };
  const work = makeWritable(on, { dmName: 'low', volume: 'x' }, keep);
  const problem = await work.then(
    () => undefined,
    () => problemOf(work),
  );
  return { problem, kept, isLeft: host.files.readText(path).kind !== 'missing' };
}

test('it has its own table after that, and the file of it is away', async () => {
  const host = createDmHost();
  const table = host.world.dmDevices.find(({ name }) => name === 'low')?.live;
  const written: unknown[] = [];
  const writeAtomically: Files['writeAtomically'] = (...args) => {
    written.push(args);
    return host.files.writeAtomically(...args);
  };
  expect(await make(host, { writeAtomically })).toEqual({
    problem: undefined,
    kept: commands,
    isLeft: false,
  });
  expect(written).toEqual([[path, expect.stringMatching(/^0 20971520 linear 254:16 0\n$/), 0o600]]);
  expect(host.world.dmDevices.find(({ name }) => name === 'low')?.live).toEqual(table);
});

test.each([0, 1, 2])('it ends with the command that fails, and leaves no file behind: %i', async (count) => {
  const host = createDmHost();
  host.failNext(commands[count] ?? '', failed('no such luck'));
  expect(await make(host)).toEqual({
    problem: expect.objectContaining({ kind: 'tool-failed', said: 'no such luck' }) as unknown,
    kept: commands.slice(0, count + 1),
    isLeft: false,
  });
});

test.each([
  [{ kind: 'failed', reason: 'EROFS: read-only' }, 'EROFS: read-only'],
  [{ kind: 'not-permitted' }, 'not-permitted'],
] as const)('nothing is loaded where its table cannot be written: %j', async (written, why) => {
  const { problem, kept } = await make(createDmHost(), { writeAtomically: () => written });
  expect(problem).toMatchObject({ because: 'file-unwritable', facts: { path, why, to: 'write' } });
  expect(kept).toEqual(commands.slice(0, 1));
});

test('as a step, each of its commands is written down', async () => {
  const host = createDmHost();
  const action = { kind: 'make-writable', dmName: 'low' } as const;
  await follow(host, [{ title: 'Make it writable', action }]);
  const { operations } = await readHistory(host.files);
  const ran = operations[0]?.operation.commands.map(({ command, exitCode }) => [
    [command.file, ...command.args].join(' '),
    exitCode,
  ]);
  expect(ran).toEqual(commands.map((command) => [command, 0]));
});
