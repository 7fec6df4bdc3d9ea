import { describe, expect, test } from 'vitest';

import type { CopyAdvice } from '../../src/model/copy-advice.ts';
import type { StepEvent } from '../../src/plan/execute.ts';
import { wordToType } from '../../ui/state/job.ts';
import { addJob, shownJob } from '../../ui/state/jobs.ts';
import { changeJob, open, reduce, type Event } from '../../ui/state/reduce.ts';
import { createForm } from '../../ui/state/form.ts';
import { viewOf, type State } from '../../ui/state/state.ts';
import { type } from '../../ui/state/typed.ts';
import { continueTrends, type Trends } from '../../ui/state/trends.ts';
import { epoch, freshState, look, planOf, seeing, volumeOf } from './states.ts';

const dispatch = (state: State, ...events: readonly Event[]): State => events.reduce(reduce, state);

describe('looks', () => {
  test('the first one selects the first volume; one that failed leaves the picture, and says so', () => {
    const state = seeing([volumeOf('b'), volumeOf('a')]);
    expect(state.selected).toBe('a');
    const told = { what: 'dmsetup is not installed', next: undefined };
    const failed = reduce(state, { kind: 'look-failed', nowMs: epoch + 9000, told, commands: [] });
    expect(failed.picture).toBe(state.picture);
    expect([failed.lookFailure, failed.nowMs]).toEqual([told, epoch + 9000]);
    expect(look(failed, [volumeOf('a')], epoch + 10_000).lookFailure).toBeUndefined();
  });

  test('while one lasts, what it waits for is said; the next picture ends it', () => {
    const waitingFor = { command: 'lvs', sinceMs: epoch };
    const waiting = reduce(seeing([]), { kind: 'ticked', nowMs: epoch + 3000, waitingFor });
    expect([waiting.waitingFor, waiting.nowMs]).toEqual([waitingFor, epoch + 3000]);
    expect(look(waiting, [], epoch + 4000).waitingFor).toBeUndefined();
  });
});

describe('trends', () => {
  const recovery = {
    slabs: null,
    slabsDone: null,
    ratePercentPerSecond: null,
    etaSeconds: null,
    stillSeconds: null,
  };
  const sizes = volumeOf('a').sizes;
  const at = (usedPercent: number | null, percent: number | null): readonly [ReturnType<typeof volumeOf>] => [
    volumeOf('a', {
      sizes: { ...sizes, usedPercent, savingPercent: usedPercent },
      recovery: percent === null ? null : { ...recovery, percent },
    }),
  ];
  const follow = (...sights: readonly (readonly [number | null, number | null])[]): Trends =>
    sights.reduce<Trends>((trends, [used, percent]) => continueTrends(trends, at(used, percent)), new Map());

  test('go on look by look; what is unknown for a while leaves no hole and no zero', () => {
    expect(follow([40, null], [null, null], [42, null]).get('a')).toEqual({
      used: [40, 42],
      saving: [40, 42],
      recovery: [],
    });
  });

  test('of a recovery begin anew with the next recovery', () => {
    expect(follow([null, 10], [null, 20]).get('a')?.recovery).toEqual([10, 20]);
    expect(follow([null, 10], [null, 20], [40, null], [null, 5]).get('a')?.recovery).toEqual([5]);
  });

  test('are as long as the widest sparkline, and forgotten with their volume', () => {
    const long = follow(...Array.from({ length: 500 }, (_, index) => [index % 100, null] as const));
    expect(long.get('a')?.used).toHaveLength(120);
    expect(long.get('a')?.used.at(-1)).toBe(99);
    expect(continueTrends(long, [volumeOf('b')]).has('a')).toBe(false);
  });
});

describe('an operation', () => {
  const started = (): State => {
    return addJob(seeing([volumeOf('mail')]), { kind: 'stop', name: 'mail' });
  };
  const step = (index: number, state: StepEvent['state']): Event => ({
    kind: 'told',
    job: 1,
    event: {
      kind: 'step',
      volume: 'mail',
      index,
      total: 2,
      title: `Step ${String(index)}`,
      does: 'dmsetup remove mail',
      state,
      durationMs: 10,
    },
  });
  const plan = planOf('mail', { confirm: 'may-lose-data', mayLose: ['all of it'] });

  test('looks, asks, runs, and is over', () => {
    const asking = reduce(started(), { kind: 'plan', job: 1, plan });
    expect([shownJob(asking)?.phase, shownJob(asking)?.plan]).toEqual(['asking', plan]);
    const running = dispatch(asking, { kind: 'agreed', job: 1 }, step(0, 'running'));
    expect(shownJob(running)?.phase).toBe('running');
    const done = dispatch(running, step(0, 'done'), step(1, 'running'));
    expect(shownJob(done)?.steps.map(({ index, state }) => [index, state])).toEqual([
      [0, 'done'],
      [1, 'running'],
    ]);
    const result = { exitCode: 0, what: 'mail: done', next: undefined } as const;
    const over = reduce(
      changeJob(done, 1, (job) => ({ ...job, stop: 'asked' })),
      { kind: 'over', job: 1, result },
    );
    expect([shownJob(over)?.phase, shownJob(over)?.result, shownJob(over)?.stop]).toEqual([
      'over',
      result,
      'no',
    ]);
  });

  test('a second plan asks anew: nothing typed, no step of the first', () => {
    const typed = type(reduce(started(), { kind: 'plan', job: 1, plan }), 'mail');
    expect(shownJob(typed)?.typed).toBe('mail');
    const second = dispatch(typed, { kind: 'agreed', job: 1 }, step(0, 'done'), {
      kind: 'plan',
      job: 1,
      plan: planOf('mail'),
    });
    expect(shownJob(second)).toMatchObject({ phase: 'asking', typed: '', steps: [], stop: 'no' });
  });

  test('only what may lose data, or takes the volume away, wants its name typed', () => {
    const word = (confirm: 'may-lose-data' | 'restarts-a-running-volume' | undefined): string | undefined => {
      const asked = confirm === undefined ? planOf('mail') : planOf('mail', { confirm });
      const job = shownJob(reduce(started(), { kind: 'plan', job: 1, plan: asked }));
      return job && wordToType(job);
    };
    expect([word('may-lose-data'), word('restarts-a-running-volume'), word(undefined)]).toEqual([
      'mail',
      'mail',
      undefined,
    ]);
  });

  test('that is dropped leaves nothing', () => {
    const dropped = reduce(started(), { kind: 'dropped', job: 1 });
    expect([dropped.jobs, viewOf(dropped).kind]).toEqual([[], 'overview']);
  });

  test('each phase is seen from its top', () => {
    const scrolled = (state: State): State => ({
      ...state,
      views: [{ kind: 'overview' }, { kind: 'job', id: 1, scroll: 7 }],
    });
    const events: readonly Event[] = [
      { kind: 'plan', job: 1, plan },
      { kind: 'agreed', job: 1 },
      { kind: 'over', job: 1, result: { exitCode: 0, what: '', next: undefined } },
    ];
    for (const event of events)
      expect(viewOf(reduce(scrolled(started()), event))).toMatchObject({ scroll: 0 });
  });

  test('what is told when there is none is passed over', () => {
    const state = seeing([]);
    expect(dispatch(state, { kind: 'agreed', job: 1 }, step(0, 'done'))).toEqual(state);
  });
});

describe('what is read for a view', () => {
  test('findings go to the view that asked for them', () => {
    const findings = { own: [], ofHost: [], missing: [] };
    const asking = open(freshState(), { kind: 'findings', name: 'mail', findings: undefined, scroll: 0 });
    expect(viewOf(reduce(asking, { kind: 'examined', name: 'other', findings }))).toMatchObject({
      findings: undefined,
    });
    expect(viewOf(reduce(asking, { kind: 'examined', name: 'mail', findings }))).toMatchObject({ findings });
  });

  test('advice goes to the view that asked for it, a device to the form', () => {
    const advice: readonly CopyAdvice[] = [
      { about: { kind: 'swap', device: '/dev/sdb' }, commands: [{ file: 'swapoff', args: ['/dev/sdb'] }] },
    ];
    const asking = open(freshState(), { kind: 'advice', name: 'mail', advice: undefined, scroll: 0 });
    expect(viewOf(reduce(asking, { kind: 'advice', name: 'other', advice }))).toMatchObject({
      advice: undefined,
    });
    expect(viewOf(reduce(asking, { kind: 'advice', name: 'mail', advice }))).toMatchObject({ advice });
    const form = open(freshState(), { kind: 'form', form: { ...createForm('dm'), at: 1 } });
    const objected = reduce(type(form, '/dev/x'), { kind: 'device', device: '/dev/x', objection: 'none' });
    const view = viewOf(objected);
    expect(view.kind === 'form' && view.form.fields[1]?.objection).toBe('none');
  });

  test('what is typed goes nowhere where nothing is typed', () => {
    const state = freshState();
    expect(type(state, 'x')).toBe(state);
  });

  test('the end of a line that was pasted along is no part of it', () => {
    expect(type(open(freshState(), { kind: 'filter' }), 'ma\til\r\n\u007f').filter).toBe('mail');
  });
});
