import { describe, expect, test } from 'vitest';
import { addVolume } from '../../src/simulator/arrange.ts';
import * as happen from '../simulated/levers.ts';
import type { TestHost } from '../simulated/test-host.ts';
import { readUnfinished } from '../../src/journal/read.ts';
import { OperationJournal } from '../../src/journal/write.ts';
import type { StepEnd } from '../../src/model/operation-ends.ts';
import type { Expectation, Plan, Step } from '../../src/model/plan.ts';
import { planSettlement, type Settlement } from '../../src/plan/settlement.ts';
import { createDiskHost } from '../simulated/worlds.ts';
import { problemOf } from './fakes.ts';
import { createStep, follow, hasDevice, makeTestPlan, removal } from './steps.ts';

/** Expectations: one that only the disk can answer, one that holds, one that does not. */
const askedOfDisk: Expectation = { kind: 'disk-state', device: '/dev/vdb', oneOf: ['new'] };
const isSo: Expectation = { kind: 'dm-absent', dmName: 'other' };
const isNot: Expectation = { kind: 'dm-present', dmName: 'other' };

function createHost(disk: 'answers' | 'fails'): TestHost {
  return createDiskHost((world) => {
    addVolume(world, 'v', '/dev/vdb');
    happen.stopDevice(world, 'v');
    if (disk === 'fails') happen.setDiskFault(world, 'vdb', 'fails');
  });
}

type States = readonly ('begun' | StepEnd)[];

/** Settles a cut-off plan whose steps came this far, each `begun` or ended. */
async function settle(
  host: TestHost,
  plan: Plan,
  states: States,
  more: readonly Parameters<OperationJournal['step']>[0][] = [],
): Promise<Settlement> {
  const journal = OperationJournal.begin(host, plan);
  for (const [index, state] of states.entries()) {
    const { title = '' } = plan.steps[index] ?? {};
    journal.step({ way: 'forward', index, title, state });
  }
  for (const record of more) journal.step(record);
  const { unfinished } = await readUnfinished(host.files);
  const [first] = unfinished;
  if (first === undefined) throw new Error('nothing is unfinished');
  return planSettlement(host, first.operation);
}

const titlesOf = ({ steps }: Settlement): string[] => steps.map(({ title }) => title);

describe('what cannot be asked', () => {
  const isOnDisk = createStep('b', { pointOfNoReturn: true, after: [askedOfDisk] });
  const isTornOnDisk = createStep('b', {
    pointOfNoReturn: true,
    after: [isNot],
    ifTorn: { recognisedBy: [askedOfDisk], finish: [] },
  });

  test.each([
    ['all of it', isOnDisk],
    ['its first part', isTornOnDisk],
  ])('keeps what a step needs that may have crossed the way back: %s', async (_part, step) => {
    const host = createHost('fails');
    const problem = await problemOf(follow(host, [createStep('a'), { ...step, mayFailInPart: true }]));
    expect(problem).toMatchObject({ kind: 'half-done' });
    expect(hasDevice(host, 'a')).toBe(true);
  });

  const torn = createStep('b', { ifTorn: { recognisedBy: [askedOfDisk], finish: [] } });
  const plan = makeTestPlan([createStep('a'), createStep('b')]);

  test.each<[string, Plan]>([
    ['whether a step was taken', makeTestPlan([createStep('a'), isOnDisk])],
    ['whether a first part of it was', makeTestPlan([createStep('a'), isTornOnDisk])],
    ['whether undoing loses nothing', { ...plan, undoOnlyIf: [askedOfDisk] }],
    ['how a step goes on', { ...makeTestPlan([createStep('a'), torn]), undoOnlyIf: [isNot] }],
    [
      'whether a cleanup was over',
      { ...makeTestPlan([createStep('a'), createStep('b', { after: [askedOfDisk] })]), operation: 'cleanup' },
    ],
  ])('settles nothing, neither way: %s', async (_what, cutOff) => {
    const problem = await problemOf(settle(createHost('fails'), cutOff, ['done', 'begun']));
    expect(problem).toMatchObject({ kind: 'refused', name: 'x' });
  });
});

describe('the way out', () => {
  /** A step that counts as taken if the world has its device. */
  const seen = (name: string, parts: Partial<Step> = {}): Step =>
    createStep(name, { after: [{ kind: 'dm-present', dmName: name }], ...parts });
  const putUp = async (host: TestHost, ...names: readonly string[]): Promise<TestHost> => {
    await follow(
      host,
      names.map((name) => createStep(name)),
    );
    return host;
  };
  const settled = async (up: readonly string[], plan: Plan, states: States): Promise<Settlement> =>
    settle(await putUp(createHost('answers'), ...up), plan, states);

  test('of a plan none of whose steps had begun: none', async () => {
    const cutOff = makeTestPlan([seen('a')]);
    expect(await settled([], cutOff, [])).toEqual({
      how: 'dismissed',
      why: 'none of its steps had begun',
      steps: [],
    });
  });

  test('is back, last first, of what was reached and is there, with what of it stays', async () => {
    const undoOnlyIf = [isSo];
    const steps = [
      seen('a', { leaves: 'a was there' }),
      seen('gone'),
      seen('c', { leaves: 'c was there' }),
      seen('never', { leaves: 'never there' }),
    ];
    const settlement = await settled(['a', 'c'], { ...makeTestPlan(steps), undoOnlyIf }, [
      'done',
      'done',
      'begun',
    ]);
    expect(settlement).toMatchObject({
      how: 'undone',
      why: 'every step taken can be undone',
      stays: 'a was there; perhaps c was there',
    });
    expect(titlesOf(settlement)).toEqual(['Remove c', 'Remove a']);
    // The answer to the question takes a while. `undoOnlyIf` is therefore checked again before the first step, and only
    // there.
    expect(settlement.steps.map(({ before }) => before)).toEqual([undoOnlyIf, undefined]);
  });

  test('undoes once what several ways to the same undo with the same step; what promises nothing, each time', async () => {
    const way = seen('a');
    const settle = { title: 'Settle', action: removal('none').action };
    const again = seen('c', { undo: [settle] });
    const steps = [
      way,
      { ...way, title: 'Create a otherwise' },
      again,
      { ...again, title: 'Create c otherwise' },
    ];
    const settlement = await settled(['a', 'c'], makeTestPlan(steps), ['done', 'done', 'done', 'done']);
    expect(titlesOf(settlement)).toEqual(['Settle', 'Settle', 'Remove a']);
  });

  test('leaves alone what was not reached, though somebody has put up what it would undo', async () => {
    const plan = makeTestPlan([seen('a'), seen('never')]);
    expect(titlesOf(await settled(['a', 'never'], plan, ['begun']))).toEqual(['Remove a']);
  });

  test('goes by what steps promise, and undoes no more than they say', async () => {
    const { title, action } = createStep('bare');
    const bare: Step = { title, action, pointOfNoReturn: true };
    const settlement = await settled(['a', 'bare'], makeTestPlan([seen('a'), bare]), ['done', 'begun']);
    expect(settlement).toMatchObject({ how: 'undone' });
    expect(titlesOf(settlement)).toEqual(['Remove a']);
  });

  test('takes what was undone for no step done', async () => {
    const host = await putUp(createHost('answers'), 'a');
    const plan = makeTestPlan([seen('a'), seen('b', { pointOfNoReturn: true })]);
    const undone = [{ way: 'undo', index: 1, title: 'Remove b', state: 'done' }] as const;
    const settlement = await settle(host, plan, ['done', 'failed'], undone);
    expect(settlement).toMatchObject({ how: 'undone' });
    expect(titlesOf(settlement)).toEqual(['Remove a']);
  });

  test('is back with nothing to do where nothing is there', async () => {
    const settlement = await settled([], makeTestPlan([seen('a')]), ['begun']);
    expect(settlement).toMatchObject({ how: 'undone', steps: [] });
  });

  const crossing = seen('b', { pointOfNoReturn: true });
  const why = '"Create b" cannot be undone';

  test.each<[string, readonly string[], States]>([
    ['by the journal', ['a'], ['done', 'done', 'begun']],
    ['by the world', ['a', 'b'], ['done', 'begun']],
  ])('is on, once there is none back: %s', async (_how, up, states) => {
    const plan = makeTestPlan([seen('a'), crossing, seen('c'), seen('d')]);
    const settlement = await settled(up, plan, states);
    expect(settlement).toMatchObject({ how: 'finished', why });
    expect(titlesOf(settlement)).toEqual(['Create c', 'Create d']);
  });

  test('is on without what was taken behind it, though the world has moved on since', async () => {
    const plan = makeTestPlan([crossing, seen('c'), seen('d')]);
    expect(titlesOf(await settled([], plan, ['done', 'done', 'begun']))).toEqual(['Create d']);
  });

  test('is back where the step without one was begun, and has changed nothing', async () => {
    const settlement = await settled(['a'], makeTestPlan([seen('a'), crossing, seen('c')]), [
      'done',
      'begun',
    ]);
    expect(settlement).toMatchObject({ how: 'undone' });
    expect(titlesOf(settlement)).toEqual(['Remove a']);
  });

  test('is on in its own way where a step was torn', async () => {
    const ifTorn = { recognisedBy: [isSo], finish: [seen('half')] };
    const plan = makeTestPlan([seen('a'), { ...crossing, ifTorn }, seen('c')]);
    const settlement = await settled(['a'], plan, ['done', 'begun']);
    expect(settlement).toMatchObject({ how: 'finished', why });
    expect(titlesOf(settlement)).toEqual(['Create half', 'Create c']);
  });

  test('is on where it may have been used, each step anew and the torn one in its own way', async () => {
    const ifTorn = { recognisedBy: [isSo], finish: [seen('half')] };
    const whole = { recognisedBy: [isNot], finish: [seen('never')] };
    const steps = [seen('a'), seen('b', { ifTorn }), seen('c', { ifTorn: whole })];
    const settlement = await settled(['a'], { ...makeTestPlan(steps), undoOnlyIf: [isNot] }, [
      'done',
      'begun',
    ]);
    expect(settlement).toMatchObject({
      how: 'finished',
      why: 'it may have been used since, and undoing it could lose data',
    });
    expect(titlesOf(settlement)).toEqual(['Create half', 'Create c']);
  });

  describe('of a cleanup', () => {
    const cleanup = (steps: readonly Step[]): Plan => ({ ...makeTestPlan(steps), operation: 'cleanup' });

    test('that had come to its end is none: what it settled is not cut off once more', async () => {
      expect(await settled(['a'], cleanup([seen('a')]), ['begun'])).toEqual({
        how: 'finished',
        why: 'its last step was done',
        steps: [],
      });
    });

    test.each<[string, readonly string[], Plan]>([
      ['whose last step changed nothing', [], cleanup([seen('a')])],
      ['whose last step promises nothing', ['a'], cleanup([createStep('a')])],
      ['that did not reach its last step', ['a'], cleanup([seen('a'), seen('b')])],
      ['that is none', ['a'], makeTestPlan([seen('a')])],
    ])('%s is back', async (_what, up, plan) => {
      expect(await settled(up, plan, ['begun'])).toMatchObject({ how: 'undone' });
    });
  });
});
