import { describe, expect, test } from 'vitest';
import type { TestHost } from '../simulated/test-host.ts';
import { readHistory } from '../../src/journal/read.ts';
import { OperationJournal } from '../../src/journal/write.ts';
import { formatCommand } from '../../src/model/command.ts';
import type { Expectation, Plan, Step } from '../../src/model/plan.ts';
import type { StepEvent } from '../../src/plan/execute.ts';
import { endInStart } from '../../src/plan/plans.ts';
import { createDmHost } from '../simulated/worlds.ts';
import { problemOf } from './fakes.ts';
import { createStep, failed, followPlan, hasDevice, makeTestPlan, removal } from './steps.ts';

/** How a plan ends that does not go through: what vdoctl says, what it writes down, what is left to do by hand. */

const isThere = (name: string): Expectation => ({ kind: 'dm-present', dmName: name });
const isSo: Expectation = { kind: 'dm-absent', dmName: 'other' };
const isNot = isThere('other');
const create = (name: string): string => `dmsetup create ${name} --table '0 8192 linear /dev/vdb 0'`;
const starting = (...steps: readonly Step[]): Plan => endInStart(makeTestPlan(steps), 'x');
const final = (name: string, parts: Partial<Step> = {}): Step =>
  createStep(name, { pointOfNoReturn: true, ...parts });

/** The outcome and the undo records of the plan, as the journal has them. */
async function readJournal({ files }: TestHost) {
  const { operations } = await readHistory(files);
  const operation = operations[0]?.operation;
  return {
    outcome: operation?.ended?.outcome,
    undone: operation?.steps.filter(({ way }) => way === 'undo').map(({ title, state }) => [title, state]),
  };
}

describe('a signal', () => {
  /** For each command of the plan, whether it is given the signal. */
  async function findStoppable(plan: Plan): Promise<boolean[]> {
    const host = createDmHost();
    const given: boolean[] = [];
    const run: TestHost['run'] = (command, options) => {
      given.push(options?.signal !== undefined);
      return host.run(command, options);
    };
    await followPlan({ ...host, run }, plan, { signal: new AbortController().signal });
    return given;
  }

  test('reaches a step that is left running, and no other while it runs', async () => {
    const steps = [createStep('a'), createStep('b', { ifStopped: 'waited-for' }), createStep('c')];
    expect(await findStoppable(starting(...steps))).toEqual([false, false, true]);
    expect(await findStoppable(makeTestPlan(steps))).toEqual([false, false, false]);
  });

  test('that leaves a step running which others are to follow leaves the plan half-done', async () => {
    const host = createDmHost();
    const controller = new AbortController();
    host.beforeEach(() => {
      controller.abort('SIGINT');
    });
    host.failNext('dmsetup create a', { outcome: { kind: 'left-running', pid: 7 } });
    const plan = makeTestPlan([createStep('a', { ifStopped: 'left-running' }), createStep('b')]);
    const problem = await problemOf(followPlan(host, plan, { signal: controller.signal }));
    expect(problem).toMatchObject({
      kind: 'half-done',
      cause: { kind: 'interrupted' },
      left: [`${create('a')}: still running; wait for its end`],
      finish: [create('b')],
    });
    expect(await readJournal(host)).toMatchObject({ outcome: 'half-done' });
  });

  test.each<[string, Step, readonly string[]]>([
    ['has what was begun put back', createStep('a'), []],
    ['is not heeded any more where there is no way back', final('a'), ['a', 'b', 'c']],
  ])('between two steps %s', async (_what, first, up) => {
    const host = createDmHost();
    const controller = new AbortController();
    host.afterEach(({ args }) => {
      if (args[1] === 'a') controller.abort('SIGINT');
    });
    const plan = makeTestPlan([first, createStep('b'), createStep('c')]);
    const work = followPlan(host, plan, { signal: controller.signal });
    if (up.length > 0) await work;
    else
      expect(await problemOf(work)).toMatchObject({
        kind: 'interrupted',
        state: 'the steps already taken were undone',
      });
    expect(['a', 'b', 'c'].filter((name) => hasDevice(host, name))).toEqual(up);
  });

  test('while a start goes on by itself says so, and leaves nothing half-done', async () => {
    const host = createDmHost();
    const controller = new AbortController();
    host.beforeEach(() => {
      controller.abort('SIGINT');
    });
    host.failNext('dmsetup create a', { outcome: { kind: 'left-running', pid: 7 } });
    const states: string[] = [];
    const report = ({ state }: StepEvent): void => void states.push(state);
    const work = followPlan(host, starting(createStep('a')), { signal: controller.signal, report });
    expect(await problemOf(work)).toMatchObject({ kind: 'interrupted', state: 'start goes on by itself' });
    expect(states).toEqual(['running', 'goes-on']);
    expect(await readJournal(host)).toMatchObject({ outcome: 'goes-on', undone: [] });
  });
});

test('a step tells how long it took', async () => {
  const host = createDmHost();
  host.afterEach(() => host.clock.sleep(2500));
  const took: number[] = [];
  const report = ({ durationMs }: StepEvent): void => void took.push(durationMs);
  await host.clock.sleep(60_000);
  await followPlan(host, makeTestPlan([createStep('a')]), { report });
  expect(took[0]).toBe(0);
  expect(took[1]).toBeGreaterThanOrEqual(2500);
  expect(took[1]).toBeLessThan(10_000);
});

describe('behind the point of no return', () => {
  test('a start that fails is not up, and nothing is left to settle', async () => {
    const host = createDmHost();
    host.failNext('dmsetup create c', failed());
    const problem = await problemOf(followPlan(host, starting(final('a'), createStep('b'), createStep('c'))));
    expect(problem).toMatchObject({
      kind: 'not-up',
      name: 'x',
      operation: 'start',
      cause: { kind: 'tool-failed' },
    });
    expect(await readJournal(host)).toMatchObject({ outcome: 'not-up' });
  });

  test.each<[string, Plan]>([
    ['of a step before the start', starting(final('a'), createStep('b'), createStep('c'))],
    ['where nothing is started', makeTestPlan([final('a'), createStep('b')])],
  ])('a failure %s leaves it half-done', async (_what, plan) => {
    const host = createDmHost();
    host.failNext('dmsetup create b', failed());
    expect(await problemOf(followPlan(host, plan))).toMatchObject({ kind: 'half-done' });
    expect(await readJournal(host)).toMatchObject({ outcome: 'half-done', undone: [] });
  });

  test('is nobody whose step was not even begun, though what it promises is so', async () => {
    const host = createDmHost();
    const step = final('b', { before: [isNot], after: [isThere('my-vdo')] });
    expect(await problemOf(followPlan(host, makeTestPlan([createStep('a'), step])))).toMatchObject({
      kind: 'put-back',
    });
    expect(hasDevice(host, 'a')).toBe(false);
  });

  describe('the rest by hand', () => {
    const torn = { outcome: { kind: 'signalled', signal: 'SIGKILL' }, work: 'done' } as const;

    async function listRest(step: Step, parts: Partial<Plan> = {}): Promise<readonly string[]> {
      const host = createDmHost();
      host.failNext('dmsetup create b', torn);
      const plan = { ...makeTestPlan([createStep('a'), step, createStep('c')]), ...parts };
      const problem = await problemOf(followPlan(host, plan));
      return problem.kind === 'half-done' ? problem.finish : [problem.kind];
    }

    test('begins behind a step that was killed when it was done', async () => {
      expect(await listRest(final('b', { after: [isThere('b')] }))).toEqual([create('c')]);
    });

    test('begins with what finishes a step that was torn, as far as there is anything to do', async () => {
      const finish = [
        createStep('half'),
        createStep('done', { after: [isThere('my-vdo')] }),
        createStep('more', { after: [isNot] }),
      ];
      const ifTorn = { recognisedBy: [isThere('b')], finish };
      expect(await listRest(final('b', { after: [isNot], ifTorn }))).toEqual([
        create('half'),
        create('more'),
        create('c'),
      ]);
    });

    test.each<[string, Partial<Step>, Partial<Plan>, readonly string[]]>([
      ['once more', { before: [isSo] }, {}, ['b', 'c']],
      ['never twice', { before: [{ kind: 'dm-absent', dmName: 'b' }] }, {}, ['c']],
      ['once more, for it expects nothing', {}, {}, ['b', 'c']],
    ])('of a forced rebuild that may have been ordered, is ordered %s', async (_what, parts, own, names) => {
      // The rebuild may have been ordered: when its command failed, its promise could not be checked.
      const host = createDmHost();
      host.failNext('dmsetup create b', torn);
      const unasked: Expectation = { kind: 'disk-state', device: '/dev/none', oneOf: ['force-rebuild'] };
      const order = final('b', { after: [unasked], ...parts });
      const plan = { ...makeTestPlan([order, createStep('c')]), ...own, operation: 'force-rebuild' as const };
      const problem = await problemOf(followPlan(host, plan));
      expect(problem.kind === 'half-done' ? problem.finish : problem).toEqual(names.map(create));
    });

    test('of anything else, begins with the step that may have been done, whatever it expects', async () => {
      const unasked: Expectation = { kind: 'disk-state', device: '/dev/none', oneOf: ['new'] };
      const gone: Expectation = { kind: 'dm-absent', dmName: 'b' };
      expect(await listRest(final('b', { before: [gone], after: [unasked] }))).toEqual(
        ['b', 'c'].map(create),
      );
      // The start of a rebuild is no order: first mend what keeps it from being begun.
      const steps = [final('a'), createStep('c', { before: [isNot] }), createStep('d')];
      const plan = { ...makeTestPlan(steps), operation: 'force-rebuild' as const };
      const problem = await problemOf(followPlan(createDmHost(), plan));
      expect(problem).toMatchObject({ kind: 'half-done', finish: ['c', 'd'].map(create) });
    });
  });
});

describe('what is undone', () => {
  test('is nothing where it may have been used since: what is left is told from the step that failed', async () => {
    const host = createDmHost();
    host.failNext('dmsetup create b', failed());
    const steps = [createStep('a'), createStep('b'), createStep('c')];
    const problem = await problemOf(followPlan(host, { ...makeTestPlan(steps), undoOnlyIf: [isNot] }));
    expect(problem).toMatchObject({
      kind: 'half-done',
      cause: { kind: 'tool-failed' },
      left: [expect.stringMatching(/may have been used since/) as string],
      finish: ['b', 'c'].map(create),
    });
    expect(hasDevice(host, 'a')).toBe(true);
    expect(await readJournal(host)).toEqual({ outcome: 'half-done', undone: [] });
  });

  test('is written down, begun and done', async () => {
    const host = createDmHost();
    host.failNext('dmsetup create b', failed());
    await problemOf(
      followPlan(host, { ...makeTestPlan([createStep('a'), createStep('b')]), undoOnlyIf: [isSo] }),
    );
    expect(await readJournal(host)).toEqual({
      outcome: 'put-back',
      undone: [
        ['Remove a', 'begun'],
        ['Remove a', 'done'],
      ],
    });
  });

  test('and cannot be, is written down as failed, and stays open', async () => {
    const host = createDmHost();
    host.failNext('dmsetup create b', failed());
    host.failNext('dmsetup remove', failed());
    expect(await problemOf(followPlan(host, makeTestPlan([createStep('a'), createStep('b')])))).toMatchObject(
      { kind: 'half-done' },
    );
    expect(await readJournal(host)).toEqual({
      outcome: 'half-done',
      undone: [
        ['Remove a', 'begun'],
        ['Remove a', 'failed'],
      ],
    });
  });

  test('and meets a defect of ours, ends there', async () => {
    const host = createDmHost();
    const defect = new TypeError('no such thing');
    host.failNext('dmsetup create b', failed());
    host.beforeEach((command) => {
      if (formatCommand(command).startsWith('dmsetup remove')) throw defect;
    });
    const work = followPlan(host, makeTestPlan([createStep('a'), createStep('b')]));
    await expect(work).rejects.toBe(defect);
  });
});

test('a plan that went well is written down as done', async () => {
  const host = createDmHost();
  const plan = makeTestPlan([createStep('a', { undo: [removal('a')] })]);
  expect(OperationJournal.begin(host, plan).outcome).toBeUndefined();
  await followPlan(host, plan);
  const { operations } = await readHistory(host.files);
  expect(operations.map(({ operation }) => operation.ended?.outcome)).toContain('done');
});
