import { describe, expect, test } from 'vitest';

import type { RunOptions } from '../../src/host/host.ts';
import { readHistory } from '../../src/journal/read.ts';
import { changing, type CommandOutcome } from '../../src/model/command.ts';
import type { Step } from '../../src/model/plan.ts';
import type { Problem } from '../../src/model/problem.ts';
import { runStepCommand, type Taking } from '../../src/plan/run-step-command.ts';
import { ActionFailure } from '../../src/plan/step-fate.ts';
import { holdManagerLock } from '../simulated/manager-levers.ts';
import type { TestHost } from '../simulated/test-host.ts';
import { createDmHost } from '../simulated/worlds.ts';
import { createStep, failed, makeTaking, makeTestPlan } from './steps.ts';

/** How the command of a step ends, what that says of the step, and when it is run again. */

const command = changing('dmsetup', ['create', 'a', '--table', '0 8192 linear /dev/vdb 0']);

interface Run {
  readonly problem: Problem | undefined;
  readonly fate: string | undefined;
  readonly told: readonly string[];
  readonly results: number;
}

async function run(
  host: TestHost,
  parts: Partial<Step> = {},
  own: Partial<Taking> = {},
  given = command,
): Promise<Run> {
  const told: string[] = [];
  let results = 0;
  const taking = makeTaking(host, makeTestPlan([createStep('a', parts)]), {
    notify: (message) => told.push(message),
    onResult: () => (results += 1),
    ...own,
  });
  try {
    await runStepCommand(taking, createStep('a', parts), given);
  } catch (error) {
    if (!(error instanceof ActionFailure)) throw error;
    return { problem: error.problem, fate: error.fate, told, results };
  }
  return { problem: undefined, fate: undefined, told, results };
}

const vdo = changing('vdo', ['stop', '--name=x']);
const runs = ({ log }: TestHost): number =>
  log.filter((each) => each.command.args.join(' ').startsWith('create a ')).length;

describe('what became of a command', () => {
  const ended = (outcome: CommandOutcome): TestHost => {
    const host = createDmHost();
    host.failNext('dmsetup create', { outcome });
    return host;
  };
  const exit1 = { kind: 'exited', code: 1 } as const;
  const late = { kind: 'timed-out', pid: 7, ended: true } as const;

  test.each<[string, CommandOutcome, Partial<Step>]>([
    ['has-not-acted', exit1, {}],
    ['may-have-acted', exit1, { mayFailInPart: true }],
    ['has-not-acted', { kind: 'not-installed' }, { mayFailInPart: true }],
    ['has-not-acted', { kind: 'not-executable' }, { mayFailInPart: true }],
    ['has-not-acted', { kind: 'not-started', reason: 'EAGAIN' }, { mayFailInPart: true }],
    ['may-have-acted', { kind: 'signalled', signal: 'SIGKILL' }, {}],
    ['may-have-acted', late, {}],
    ['was-stopped', late, { ifStopped: 'killed' }],
    ['still-runs', { ...late, ended: false }, { ifStopped: 'killed' }],
    ['still-runs', { kind: 'left-running', pid: 7 }, {}],
    ['was-stopped', { kind: 'aborted' }, {}],
    ['still-runs', { kind: 'aborted', stuckPid: 7 }, {}],
  ])('%s: %j, %j', async (fate, outcome, parts) => {
    expect((await run(ended(outcome), parts)).fate).toBe(fate);
  });

  test('is nothing bad where the step may fail, or goes on after that exit code', async () => {
    for (const parts of [{ mayFail: true }, { goesOnAfter: [3, 1] }] as const)
      expect(await run(ended(exit1), parts)).toMatchObject({ problem: undefined, results: 1 });
    expect((await run(ended(exit1), { goesOnAfter: [3] })).problem).toMatchObject({ kind: 'tool-failed' });
    const killed = { kind: 'signalled', signal: 'SIGKILL' } as const;
    expect((await run(ended(killed), { goesOnAfter: [1] })).problem).toMatchObject({ kind: 'tool-failed' });
  });

  test('is nothing at all where a program refuses in words that are known', async () => {
    const host = createDmHost();
    const refused = { kind: 'exited', code: 5 } as const;
    host.failNext('vdo stop', { outcome: refused, stderr: 'vdo: ERROR - VDO volume x must be running\n' });
    expect(await run(host, { mayFailInPart: true }, {}, vdo)).toMatchObject({
      problem: { kind: 'refused', because: 'manager-refused' },
      fate: 'has-not-acted',
    });
    host.failNext('vdo stop', { outcome: refused, stderr: 'vdo: ERROR - something else\n' });
    expect(await run(host, { mayFailInPart: true }, {}, vdo)).toMatchObject({
      problem: { kind: 'tool-failed', kernelSaid: [] },
      fate: 'may-have-acted',
    });
  });

  test('is told as a stop where the plan was stopped, and as a failure where it was not', async () => {
    const left = { kind: 'left-running', pid: 7 } as const;
    const signal = AbortSignal.abort('SIGINT');
    expect((await run(ended(left), {}, { signal })).problem).toMatchObject({
      kind: 'interrupted',
      state: 'start goes on by itself',
    });
    expect((await run(ended(left))).problem).toMatchObject({ kind: 'tool-failed' });
    const aborted = { kind: 'aborted' } as const;
    expect((await run(ended(aborted), {}, { signal })).problem).toMatchObject({
      kind: 'interrupted',
      state: '"Create a" was stopped partway',
    });
  });
});

describe('a command is run again', () => {
  const retries = { times: 2, everyMs: 3000 };
  const failing = (times: number, stderr = 'first\nbusy\n'): TestHost => {
    const host = createDmHost();
    for (let count = 0; count < times; count += 1) host.failNext('dmsetup create', failed(stderr));
    return host;
  };
  const words = (tries: number, how: string): string =>
    `try ${String(tries)} of 3 of dmsetup create a --table '0 8192 linear /dev/vdb 0': ${how}; again in 3 s`;

  test('until it succeeds; each try is told, waited for and written down', async () => {
    const host = failing(2);
    const beganAtMs = host.clock.elapsedMs();
    expect(await run(host, { retries })).toEqual({
      problem: undefined,
      fate: undefined,
      told: [words(1, 'busy'), words(2, 'busy')],
      results: 1,
    });
    expect(runs(host)).toBe(3);
    expect(host.clock.elapsedMs() - beganAtMs).toBeGreaterThanOrEqual(6000);
    const { operations } = await readHistory(host.files);
    expect(operations[0]?.operation.commands).toHaveLength(3);
  });

  test('no more often than the step says, and not at all where it says nothing', async () => {
    const host = failing(5, '');
    expect(await run(host, { retries })).toMatchObject({
      problem: { kind: 'tool-failed' },
      told: [words(1, 'exit code 1'), words(2, 'exit code 1')],
    });
    expect(runs(host)).toBe(3);
    const once = failing(1);
    expect((await run(once)).told).toEqual([]);
    expect(runs(once)).toBe(1);
  });

  test('not where it did not exit by itself, or exited as it may, or the plan was stopped', async () => {
    const killed = createDmHost();
    killed.failNext('dmsetup create', { outcome: { kind: 'signalled', signal: 'SIGKILL' } });
    await run(killed, { retries });
    const enough = failing(1);
    await run(enough, { retries, goesOnAfter: [1] });
    const stoppedOne = failing(3);
    await run(stoppedOne, { retries }, { signal: AbortSignal.abort('SIGINT') });
    expect([killed, enough, stoppedOne].map(runs)).toEqual([1, 1, 1]);
  });
});

test.each<[Step['ifStopped'], boolean]>([
  ['left-running', true],
  ['killed', true],
  ['waited-for', false],
  [undefined, false],
])('the signal reaches only what may be stopped: %s', async (ifStopped, isGiven) => {
  const host = createDmHost();
  const given: (RunOptions | undefined)[] = [];
  const seen: TestHost['run'] = (each, options) => {
    given.push(options);
    return host.run(each, options);
  };
  const { signal } = new AbortController();
  const parts = ifStopped === undefined ? {} : { ifStopped };
  for (const own of [{ signal }, {}]) await run({ ...host, run: seen }, { ...parts, mayFail: true }, own);
  const how = isGiven ? { ifStopped } : {};
  expect(given).toEqual([isGiven ? { ...how, signal } : {}, how]);
});

test('a vdo that waits for another one says so, and no other command does', async () => {
  const host = createDmHost();
  expect((await run(host, { mayFail: true }, {}, vdo)).told).toEqual([]);
  host.change((world) => {
    holdManagerLock(world, ['status'], 1000);
  });
  expect((await run(host, { mayFail: true })).told).toEqual([]);
  expect((await run(host, { mayFail: true }, {}, vdo)).told).toEqual([
    expect.stringMatching(/^waiting for the manager's lock, which vdo status \(pid \d+\) holds/),
  ]);
});
