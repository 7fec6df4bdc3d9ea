import { describe, expect, test } from 'vitest';

import { changing } from '../../src/model/command.ts';
import type { Action, Expectation, Step } from '../../src/model/plan.ts';
import type { Remembered } from '../../src/model/remembered.ts';
import type { Taking } from '../../src/plan/run-step-command.ts';
import {
  describeAction,
  describeStaying,
  holds,
  isDone,
  isKnownToHold,
  isWanted,
  mayHaveNoWayBack,
  takeStep,
} from '../../src/plan/take-step.ts';
import { mountDevice } from '../../src/simulator/arrange.ts';
import { logToKernel } from '../../src/simulator/world/kernel-log.ts';
import type { TestHost } from '../simulated/test-host.ts';
import { createDmHost, low } from '../simulated/worlds.ts';
import { problemOf } from './fakes.ts';
import { createStep, failed, follow, hasDevice, makeTaking, makeTestPlan } from './steps.ts';

/** What a step is asked before, and what it says when it does not keep its promise. */

const isSo: Expectation = { kind: 'dm-present', dmName: 'low' };
const isNot: Expectation = { kind: 'dm-absent', dmName: 'low' };
const unasked: Expectation = { kind: 'disk-state', device: '/dev/none', oneOf: ['new'] };

/** A host on which asking about a device meets a defect of vdoctl's. */
function withDefect(): TestHost {
  const host = createDmHost();
  const readMetadata = (): never => {
    throw new TypeError('no such thing');
  };
  return { ...host, files: host.files, readMetadata };
}
const defective: Expectation = { kind: 'disk-state', device: low, oneOf: ['new'] };

describe('what is so', () => {
  test('is all of it, known; what cannot be known does not hold, and is thrown where too much depends on it', async () => {
    const host = createDmHost();
    for (const ask of [holds, isKnownToHold]) {
      expect(await ask(host, [], 'x')).toBe(true);
      expect(await ask(host, [isSo, isSo], 'x')).toBe(true);
      expect(await ask(host, [isSo, isNot], 'x')).toBe(false);
      expect(await ask(host, [isNot, unasked], 'x')).toBe(false);
      await expect(ask(withDefect(), [defective], 'x')).rejects.toThrow(TypeError);
    }
    expect(await holds(host, [isSo, unasked], 'x')).toBe(false);
    expect(await problemOf(isKnownToHold(host, [isSo, unasked], 'x'))).toMatchObject({
      because: 'storage-unreadable',
    });
  });

  test('leaves a step nothing to do where it promised that; what promises nothing always has', async () => {
    const host = createDmHost();
    const step = createStep('a');
    expect(await isDone(host, step, 'x')).toBe(false);
    expect(await isDone(host, { ...step, after: [isSo] }, 'x')).toBe(true);
    expect(await isDone(host, { ...step, after: [isNot] }, 'x')).toBe(false);
    expect(await isDone(host, { ...step, after: [isNot], unless: [isSo] }, 'x')).toBe(true);
    expect(await isDone(host, { ...step, after: [isSo], unless: [] }, 'x')).toBe(false);
    expect(await isWanted(host, step, 'x')).toBe(true);
    expect(await isWanted(host, { ...step, onlyIf: [isNot] }, 'x')).toBe(false);
  });
});

test.each<[boolean, Partial<Step>]>([
  [false, { pointOfNoReturn: true }],
  [false, { after: [isSo] }],
  [false, { pointOfNoReturn: true, after: [isNot] }],
  [true, { pointOfNoReturn: true, after: [isSo] }],
  [true, { pointOfNoReturn: true, after: [unasked] }],
  [true, { pointOfNoReturn: true, ifTorn: { recognisedBy: [isSo], finish: [] } }],
  [true, { pointOfNoReturn: true, after: [isNot], ifTorn: { recognisedBy: [isSo], finish: [] } }],
  [false, { pointOfNoReturn: true, after: [isNot], ifTorn: { recognisedBy: [isNot], finish: [] } }],
  [true, { pointOfNoReturn: true, after: [isNot], ifTorn: { recognisedBy: [unasked], finish: [] } }],
])('whether a step that failed may have done what cannot be taken back: %s, %j', async (may, parts) => {
  expect(await mayHaveNoWayBack(createDmHost(), createStep('a', parts), 'x')).toBe(may);
});

test('a defect is no reason to call a step done', async () => {
  const step = createStep('a', { pointOfNoReturn: true, after: [defective] });
  await expect(mayHaveNoWayBack(withDefect(), step, 'x')).rejects.toThrow(TypeError);
});

describe('what cannot be checked', () => {
  const take = (host: TestHost, parts: Partial<Step>): Promise<unknown> => {
    const step = createStep('a', parts);
    return takeStep(makeTaking(host, makeTestPlan([step])), step).then(
      () => undefined,
      (error: unknown) => error,
    );
  };
  const notKnown = {
    what: 'not-known',
    why: expect.stringContaining('/dev/none') as string,
    cause: {
      problem: 'refused',
      because: 'storage-unreadable',
      facts: expect.objectContaining({ device: '/dev/none' }) as object,
    },
  };

  test('for a reason of its own is not as it should be: the step is not begun, or broke its promise', async () => {
    const host = createDmHost();
    expect(await take(host, { before: [isSo, unasked] })).toMatchObject({
      problem: { because: 'not-as-expected', facts: { expected: unasked, found: notKnown } },
    });
    expect(hasDevice(host, 'a')).toBe(false);
    expect(await take(host, { after: [isSo, unasked] })).toMatchObject({
      fate: 'may-have-acted',
      problem: { kind: 'not-as-promised', promised: unasked, found: notKnown },
    });
    expect(hasDevice(host, 'a')).toBe(true);
  });

  test.each([
    ['before', 'has-not-acted'],
    ['after', 'may-have-acted'],
  ] as const)('because a tool fails, says that of the tool: %s', async (when, fate) => {
    const host = createDmHost();
    host.failNext('dmsetup table', failed('no such luck'));
    const asked: Expectation = { kind: 'dm-table', dmName: 'low', table: '' };
    expect(await take(host, { [when]: [asked] })).toMatchObject({
      fate,
      problem: { kind: 'tool-failed', said: 'no such luck' },
    });
  });

  test('because of a defect, says that', async () => {
    expect(await take(withDefect(), { before: [defective] })).toBeInstanceOf(TypeError);
  });
});

test('what stays of each step is told, and what only perhaps', () => {
  const steps = [createStep('a', { leaves: 'A' }), createStep('b'), createStep('c', { leaves: 'C' })];
  expect(describeStaying(steps, (_step, index) => index === 0)).toBe('A; perhaps C');
  expect(describeStaying(steps, ({ title }) => title === 'Create c')).toBe('perhaps A; C');
});

test.each<[string, Action]>([
  ['dmsetup remove a', { kind: 'run', command: changing('dmsetup', ['remove', 'a']) }],
  [
    'dmsetup table a > /run/vdoctl/a.table; dmsetup reload a /run/vdoctl/a.table; dmsetup resume a',
    { kind: 'make-writable', dmName: 'a' },
  ],
  ['wait until a is normal', { kind: 'await-normal', dmName: 'a', overlay: 'b' }],
  ['read every file below /m', { kind: 'account', name: 'v', device: '/dev/x', path: '/m', compare: null }],
  [
    'read every file below /m, and compare it with /n',
    { kind: 'account', name: 'v', device: '/dev/x', path: '/m', compare: '/n' },
  ],
  [
    'write the checksums of /b/x to /b/s',
    { kind: 'write-sums', directory: '/b/x', sums: '/b/s', previous: null },
  ],
  ['compare every file below /b/x with /b/s', { kind: 'compare-sums', directory: '/b/x', sums: '/b/s' }],
  ['restic backup /m', { kind: 'hand-over', words: ['restic', 'backup', '{}'], directory: '/m' }],
  ['write /etc/vdoctl/volumes/v.json', { kind: 'remember', remembered: { name: 'v' } as Remembered }],
  ['remove /etc/vdoctl/volumes/v.json', { kind: 'forget', name: 'v' }],
  [
    'write /etc/x (with y)',
    { kind: 'replace-file', path: '/etc/x', was: null, becomes: '', mode: 0o600, change: 'with y' },
  ],
  ['remove /etc/x', { kind: 'remove-file', path: '/etc/x', was: '' }],
  ['write /etc/vdoconf.yml (v is finished)', { kind: 'manager-entry', name: 'v', becomes: 'finished' }],
  ['write /etc/vdoconf.yml (without v)', { kind: 'manager-entry', name: 'v', becomes: 'taken-out' }],
])('what a step does, as a person would do it: %s', (words, action) => {
  expect(describeAction({ action })).toBe(words);
});

describe('what a step does itself', () => {
  const sums = { directory: '/b/x', sums: '/b/.vdoctl-backup/x.sha256' };
  const actions: readonly Action[] = [
    { kind: 'await-normal', dmName: 'my-vdo', overlay: 'low' },
    { kind: 'account', name: 'v', device: '/dev/mapper/my-vdo', path: '/m', compare: null },
    { kind: 'write-sums', ...sums, previous: null },
    { kind: 'compare-sums', ...sums },
  ];

  test.each(actions)('is stopped by a signal, and never left out: %j', async (action) => {
    const host = createDmHost();
    host.change((world) => {
      mountDevice(world, '/dev/mapper/my-vdo', '/m');
    });
    const isStopped = (): Promise<{ readonly kind: 'stopped' }> => Promise.resolve({ kind: 'stopped' });
    const on: TestHost = { ...host, readTree: isStopped, sumFiles: isStopped };
    const taking = makeTaking(on, makeTestPlan([]), { signal: AbortSignal.abort('SIGINT') });
    await expect(takeStep(taking, { title: 'Do it', action })).rejects.toMatchObject({
      fate: 'was-stopped',
      problem: { kind: 'interrupted' },
    });
  });
});

test('a program of the user’s is run by the call that was given it, and by no other: a journal may be forged', async () => {
  const host = createDmHost();
  const action: Action = { kind: 'hand-over', words: ['dmsetup', 'info', '{}'], directory: 'low' };
  const take = (own: Partial<Taking>): Promise<void> =>
    takeStep(makeTaking(host, makeTestPlan([]), own), { title: 'Do it', action });
  await expect(take({})).rejects.toThrow(/of the user’s/);
  expect(host.log).toEqual([]);
  await take({ handsOver: true });
  expect(host.log.map(({ command }) => command.args)).toEqual([['info', 'low']]);
});

describe('a promise that was not kept', () => {
  const complain = (host: TestHost): void => {
    host.change((world) => {
      logToKernel(world, 'device-mapper: table: 253:1: vdo0: Cannot load');
    });
  };
  const broken = { kind: 'not-as-promised', promised: isNot, found: { what: 'still-there', name: 'low' } };

  test('is told with what the kernel said meanwhile, and not before', async () => {
    const host = createDmHost();
    complain(host);
    await host.clock.sleep(60_000);
    host.beforeEach(({ effect }) => {
      if (effect !== 'looks') complain(host);
    });
    expect(await problemOf(follow(host, [createStep('a', { after: [isNot] })]))).toMatchObject({
      ...broken,
      kernelSaid: [expect.stringContaining('Cannot load')],
    });
    const silent = await problemOf(follow(createDmHost(), [createStep('a', { after: [isNot] })]));
    expect(silent).toEqual({ ...broken, name: 'x' });
  });

  test('of what runs no command, is told without: the kernel had no part in it', async () => {
    const host = createDmHost();
    const remove: TestHost['files']['remove'] = (path) => {
      complain(host);
      return host.files.remove(path);
    };
    const step: Step = { title: 'Forget', action: { kind: 'forget', name: 'v' }, after: [isNot] };
    const work = follow({ ...host, files: { ...host.files, remove } }, [step]);
    expect(await problemOf(work)).toEqual({ ...broken, name: 'x' });
  });
});
