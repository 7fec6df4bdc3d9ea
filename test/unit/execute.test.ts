import { describe, expect, test } from 'vitest';

import type { TestHost } from '../simulated/test-host.ts';
import { formatCommand } from '../../src/model/command.ts';
import type { StepEvent } from '../../src/plan/execute.ts';
import { createDmHost } from '../simulated/worlds.ts';
import { problemOf } from './fakes.ts';
import { createStep, failed, follow, hasDevice, removal } from './steps.ts';

const commandsOf = (host: TestHost): string[] =>
  host.log.filter(({ command }) => command.effect === 'changes').map(({ command }) => formatCommand(command));

describe('a plan that goes well', () => {
  test('goes on after a step that may fail', async () => {
    const host = createDmHost();
    host.failNext('dmsetup create a', failed());
    await follow(host, [createStep('a', { mayFail: true, undo: [] }), createStep('b')]);
    expect(hasDevice(host, 'b')).toBe(true);
  });

  test('takes its steps in order and tells each before and after', async () => {
    const host = createDmHost();
    const events: StepEvent[] = [];
    await follow(host, [createStep('a'), createStep('b')], { report: (event) => events.push(event) });
    expect(hasDevice(host, 'a') && hasDevice(host, 'b')).toBe(true);
    expect(events.map(({ index, state, title }) => [index, state, title])).toEqual([
      [0, 'running', 'Create a'],
      [0, 'done', 'Create a'],
      [1, 'running', 'Create b'],
      [1, 'done', 'Create b'],
    ]);
    expect(events[0]).toMatchObject({
      total: 2,
      volume: 'x',
      does: "dmsetup create a --table '0 8192 linear /dev/vdb 0'",
    });
  });

  test('a plan without steps does nothing', async () => {
    const host = createDmHost();
    await follow(host, []);
    expect(host.log).toEqual([]);
  });
});

describe('a step that fails', () => {
  test('what came before is undone, last first', async () => {
    const host = createDmHost();
    host.failNext('dmsetup create c', failed('no such luck'));
    const problem = await problemOf(follow(host, [createStep('a'), createStep('b'), createStep('c')]));
    expect(problem).toMatchObject({ kind: 'tool-failed', how: 'exit code 1', said: 'no such luck' });
    expect(commandsOf(host).slice(3)).toEqual(['dmsetup remove --retry b', 'dmsetup remove --retry a']);
    expect(['a', 'b', 'c'].some((name) => hasDevice(host, name))).toBe(false);
  });

  test('what was put back is told, and what stays', async () => {
    const host = createDmHost();
    host.failNext('dmsetup create d', failed());
    const told: string[] = [];
    const steps = [createStep('a'), createStep('b', { undo: [], leaves: 'b is there' }), createStep('c')];
    const notify = (message: string): void => void told.push(message);
    await problemOf(follow(host, [...steps, createStep('d')], { notify }));
    expect(told).toEqual(['undone: Remove c; Remove a', 'not undone: b is there']);
    await problemOf(follow(host, [createStep('b')], { notify }));
    expect(told).toHaveLength(2);
    host.failNext('dmsetup create e', { outcome: { kind: 'signalled', signal: 'SIGKILL' } });
    const torn = createStep('e', { leaves: 'e is there' });
    await problemOf(follow(host, [torn], { notify }));
    expect(told.at(-1)).toBe('not undone: perhaps e is there');
  });

  test('is told as failed', async () => {
    const host = createDmHost();
    host.failNext('dmsetup create a', failed());
    const states: string[] = [];
    const report = (event: StepEvent): void => void states.push(event.state);
    await problemOf(follow(host, [createStep('a')], { report }));
    expect(states).toEqual(['running', 'failed']);
  });

  test('several undos of one step are run in their order', async () => {
    const host = createDmHost();
    host.failNext('dmsetup create b', failed());
    const both = createStep('c', { undo: [removal('a'), removal('c')] });
    await problemOf(follow(host, [createStep('a', { undo: [] }), both, createStep('b')]));
    expect(commandsOf(host).slice(-2)).toEqual(['dmsetup remove --retry a', 'dmsetup remove --retry c']);
  });

  test('an undo that finds nothing to undo is well', async () => {
    const host = createDmHost();
    host.failNext('dmsetup create b', failed());
    const step = createStep('a', { undo: [removal('never-there')] });
    expect(await problemOf(follow(host, [step, createStep('b')]))).toMatchObject({ kind: 'tool-failed' });
    expect(commandsOf(host).at(-1)).toMatch(/^dmsetup create b/);
  });

  test('an undo that fails is said, with what finishes it, and the others are still done', async () => {
    const host = createDmHost();
    host.failNext('dmsetup create c', failed());
    host.failNext('dmsetup remove --retry b', failed('Device or resource busy'));
    const problem = await problemOf(follow(host, [createStep('a'), createStep('b'), createStep('c')]));
    expect(problem).toMatchObject({
      kind: 'half-done',
      name: 'x',
      cause: { kind: 'tool-failed' },
      left: [expect.stringMatching(/^dmsetup remove --retry b failed: .*Device or resource busy$/)],
      finish: ['dmsetup remove --retry b'],
    });
    expect(hasDevice(host, 'a')).toBe(false);
  });

  test('one that was killed may have acted: it is undone too', async () => {
    const host = createDmHost();
    host.failNext('dmsetup create b', { outcome: { kind: 'timed-out', pid: 7, ended: true }, work: 'done' });
    const problem = await problemOf(follow(host, [createStep('a'), createStep('b'), createStep('c')]));
    expect(problem.kind).toBe('tool-failed');
    expect(['a', 'b', 'c'].some((name) => hasDevice(host, name))).toBe(false);
  });

  test.each([
    { kind: 'left-running', pid: 77 },
    { kind: 'timed-out', pid: 77, ended: false },
  ] as const)('one that still runs ($kind) is not undone beneath its feet', async (outcome) => {
    const host = createDmHost();
    host.failNext('dmsetup create b', { outcome });
    const problem = await problemOf(follow(host, [createStep('a'), createStep('b'), createStep('c')]));
    expect(problem).toMatchObject({ kind: 'half-done', cause: { kind: 'tool-failed' } });
    expect(problem.kind === 'half-done' ? problem.left.join() : '').toMatch(/pid 77/);
    expect(problem.kind === 'half-done' ? problem.finish : []).toEqual([
      "dmsetup create c --table '0 8192 linear /dev/vdb 0'",
    ]);
    expect(commandsOf(host).filter((line) => line.includes('remove'))).toEqual([]);
  });
});

describe('what must be so', () => {
  test('before a step: else the step is not taken, and what came before is undone', async () => {
    const host = createDmHost();
    const step = createStep('b', { before: [{ kind: 'dm-absent', dmName: 'my-vdo' }] });
    const problem = await problemOf(follow(host, [createStep('a'), step]));
    expect(problem).toMatchObject({
      kind: 'put-back',
      cause: {
        kind: 'refused',
        name: 'x',
        because: 'not-as-expected',
        facts: {
          expected: { kind: 'dm-absent', dmName: 'my-vdo' },
          found: { what: 'still-there', name: 'my-vdo' },
        },
      },
    });
    expect(commandsOf(host).map((line) => line.split(' ').slice(0, 2).join(' '))).toEqual([
      'dmsetup create',
      'dmsetup remove',
    ]);
    expect(hasDevice(host, 'a')).toBe(false);
  });

  test('after a step: else it is undone too, since it may have acted', async () => {
    const host = createDmHost();
    const step = createStep('b', { after: [{ kind: 'dm-present', dmName: 'other' }] });
    const problem = await problemOf(follow(host, [createStep('a'), step]));
    expect(problem).toEqual({
      kind: 'not-as-promised',
      name: 'x',
      promised: { kind: 'dm-present', dmName: 'other' },
      found: { what: 'not-there', name: 'other' },
    });
    expect(commandsOf(host).slice(2)).toEqual(['dmsetup remove --retry b', 'dmsetup remove --retry a']);
    expect(hasDevice(host, 'a') || hasDevice(host, 'b')).toBe(false);
  });

  test('nobody uses a device: else it is named who does', async () => {
    const host = createDmHost();
    const step = createStep('b', { before: [{ kind: 'unused', device: '/dev/mapper/low' }] });
    expect(await problemOf(follow(host, [step]))).toMatchObject({
      kind: 'in-use',
      name: 'x',
      devices: ['my-vdo'],
    });
    expect(commandsOf(host)).toEqual([]);
  });
});

describe('the point of no return', () => {
  const final = createStep('b', { pointOfNoReturn: true });
  const absent = { kind: 'dm-present', dmName: 'other' } as const;

  test('before it everything is undone', async () => {
    const host = createDmHost();
    host.failNext('dmsetup create b', failed());
    expect(await problemOf(follow(host, [createStep('a'), final]))).toMatchObject({ kind: 'tool-failed' });
    expect(hasDevice(host, 'a')).toBe(false);
  });

  test('behind it nothing is undone: what is left is said, and how to finish', async () => {
    const host = createDmHost();
    host.failNext('dmsetup create c', failed('no such luck'));
    const problem = await problemOf(follow(host, [createStep('a'), final, createStep('c'), createStep('d')]));
    expect(problem).toMatchObject({
      kind: 'half-done',
      cause: { kind: 'tool-failed', said: 'no such luck' },
      left: ['step "Create c" and what follows it'],
      finish: ['c', 'd'].map((name) => `dmsetup create ${name} --table '0 8192 linear /dev/vdb 0'`),
    });
    expect(hasDevice(host, 'a') && hasDevice(host, 'b')).toBe(true);
  });

  test('a step that is it, and could not keep its promise, is undone', async () => {
    const host = createDmHost();
    const problem = await problemOf(follow(host, [createStep('a'), { ...final, after: [absent] }]));
    expect(problem).toMatchObject({ kind: 'not-as-promised' });
    expect(hasDevice(host, 'a') || hasDevice(host, 'b')).toBe(false);
  });

  test('a step that is it, and did the part for which there is no way back, is not undone', async () => {
    const host = createDmHost();
    const ifTorn = { recognisedBy: [{ kind: 'dm-present', dmName: 'b' } as const], finish: [] };
    const problem = await problemOf(follow(host, [createStep('a'), { ...final, after: [absent], ifTorn }]));
    expect(problem).toMatchObject({ kind: 'half-done', cause: { kind: 'not-as-promised' } });
    expect(hasDevice(host, 'a') && hasDevice(host, 'b')).toBe(true);
  });
});
