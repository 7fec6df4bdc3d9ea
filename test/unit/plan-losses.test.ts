import { describe, expect, test } from 'vitest';

import type { Step } from '../../src/model/plan.ts';
import {
  endInStart,
  isStart,
  planFinishRebuild,
  planForceRebuild,
  planRemove,
  planRestart,
  planStart,
  planStop,
} from '../../src/plan/plans.ts';
import type { Drive } from '../../src/stacks/drive.ts';
import type { Seen } from '../../src/stacks/host-look.ts';
import { createStep, makeTestPlan } from './steps.ts';

/** What the plans that can lose data say of that, and how a forced rebuild proves itself. */

const final = createStep('a', { pointOfNoReturn: true });
const other = createStep('b');
const volume = { name: 'v', dmName: 'v-dm', stack: 'dm', storage: { path: '/dev/vdb' }, logicalVolumes: [] };
const seen = (parts: object = {}, pool?: object): Seen =>
  ({ volume: { ...volume, state: 'normal', ...parts }, found: { pool } }) as unknown as Seen;

describe('a removal', () => {
  const lvs = [{ name: 'vg/a' }, { name: 'vg/b' }];
  test.each([
    [[], [other, final], 'All data on v is lost.'],
    [lvs, [final, other], 'All data on v (vg/a, vg/b) is lost.'],
    [lvs, [other, other], 'v can no longer be started by this name; nothing on /dev/vdb is touched.'],
  ])('loses all where a step cannot be undone, else only the name: %#', (logicalVolumes, steps, loss) => {
    expect(planRemove(seen({ logicalVolumes }), steps)).toEqual({
      ...{ operation: 'remove', volume: 'v', stack: 'dm', storage: '/dev/vdb', steps },
      ...{ mayLose: [loss], confirm: 'may-lose-data' },
    });
  });
});

describe('a forced rebuild', () => {
  const [stop, order, start] = [createStep('stop'), final, createStep('start', { after: [] })];
  const drive = { stopSteps: () => [stop], forceRebuildSteps: () => [order, start] } as unknown as Drive;
  const carriedOut = (atLeast: number, device = '/dev/vdb') => ({
    ...{ kind: 'read-only-recoveries', dmName: 'v-dm', atLeast, device },
  });

  test('of a running volume stops it first; of a stopped one there is nothing to stop', () => {
    const titles = (state: string): string[] =>
      planForceRebuild(seen({ state }), drive).steps.map(({ title }) => title);
    expect(titles('read-only')).toEqual(['Create stop', 'Create a', 'Create start']);
    expect(titles('stopped')).toEqual(['Create a', 'Create start']);
  });

  test('names what can be saved first: by a copy while it runs, by an image where it is stopped', () => {
    const words = (state: string): string => planForceRebuild(seen({ state }), drive).mayLose.join('\n');
    expect(words('read-only')).toContain('vdoctl salvage v --to PATH');
    expect(words('read-only')).not.toContain('ddrescue');
    expect(words('stopped')).toContain('ddrescue');
    for (const state of ['read-only', 'stopped']) expect(words(state)).toContain('vdoctl rehearse v');
  });

  test('is known by the count of rebuilds and the mode, and its torn order by the count alone', () => {
    const counters = { readOnlyRecoveries: 4 };
    const { steps, confirm, starts } = planForceRebuild(seen({ counters }), drive);
    expect([confirm, starts]).toEqual(['may-lose-data', 'v-dm']);
    expect(steps).toEqual([
      stop,
      { ...order, ifTorn: { recognisedBy: [carriedOut(5)], finish: [] } },
      {
        ...start,
        after: [
          { kind: 'mode', dmName: 'v-dm', oneOf: ['normal', 'recovering'] },
          { ...carriedOut(5), orUnknown: true },
        ],
        ifStopped: 'left-running',
      },
    ]);
  });

  test('leaves alone how a step says itself that it was torn, and counts from none where nobody counts', () => {
    const torn: Step = { ...order, ifTorn: { recognisedBy: [], finish: [other] } };
    const own = { ...drive, forceRebuildSteps: () => [torn, final] };
    const { steps } = planForceRebuild(seen({ state: 'stopped' }), own);
    expect(steps[0]).toEqual(torn);
    expect(steps[1]?.ifTorn?.recognisedBy).toEqual([carriedOut(1)]);
  });

  test('of a pool asks the device of its data', () => {
    const pool = { group: { vgName: 'vg' }, pool: { dataName: 'pool_vdata' } };
    const device = ({ steps }: ReturnType<typeof planForceRebuild>): unknown =>
      steps[1]?.ifTorn?.recognisedBy[0];
    expect(device(planForceRebuild(seen({}, pool), drive))).toEqual(
      carriedOut(1, '/dev/mapper/vg-pool_vdata'),
    );
    const bare = { ...pool, pool: {} };
    expect(device(planForceRebuild(seen({}, bare), drive))).toEqual(carriedOut(1));
  });
});

test('a start, a stop and the end of a rebuild have the steps of their drive', () => {
  const drive = { stopSteps: () => [final], startSteps: () => [other] } as unknown as Drive;
  const subject = { volume: 'v', stack: 'dm', storage: '/dev/vdb' };
  const last = { ...other, ifStopped: 'left-running' };
  const start = { ...subject, operation: 'start', steps: [last], mayLose: [], starts: 'v-dm' };
  expect(planStart(seen(), drive)).toEqual(start);
  expect(planStop(seen(), drive)).toEqual({ ...subject, operation: 'stop', steps: [final], mayLose: [] });
  expect(planFinishRebuild(seen({ state: 'stopped' }), drive)).toMatchObject({
    operation: 'force-rebuild',
    steps: [{ title: 'Create b', after: [{ kind: 'mode' }, { kind: 'read-only-recoveries', atLeast: 1 }] }],
    confirm: 'may-lose-data',
  });
});

test('a restart stops and starts, and asks: it takes the volume away for a moment', () => {
  const drive = { stopSteps: () => [final], startSteps: () => [other] } as unknown as Drive;
  expect(planRestart(seen(), drive)).toMatchObject({
    operation: 'restart',
    steps: [{ title: 'Create a' }, { title: 'Create b', ifStopped: 'left-running' }],
    confirm: 'restarts-a-running-volume',
    mayLose: [],
  });
});

test('only the last step of a plan that starts something is its start', () => {
  const plan = endInStart(makeTestPlan([final, other]), 'x');
  expect(plan.steps.map((step) => isStart(plan, step))).toEqual([false, true]);
  expect(plan.steps.map((step) => isStart(makeTestPlan([]), step))).toEqual([false, false]);
});
