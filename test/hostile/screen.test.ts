import fc from 'fast-check';
import { renderToString } from 'ink';
import { createElement } from 'react';
import { describe, expect, test } from 'vitest';

import type { CopyAdvice } from '../../src/model/copy-advice.ts';
import { volumeOperations, type Availabilities } from '../../src/model/availability.ts';
import type { KnownOperation } from '../../src/model/operation.ts';
import type { Plan } from '../../src/model/plan.ts';
import type { Problem } from '../../src/model/problem.ts';
import type { Missing, Volume } from '../../src/model/volume.ts';
import type { OperationEvent } from '../../src/operations/session.ts';
import { describeProblem } from '../../src/prose/problems.ts';
import { Frame } from '../../ui/components/frame/frame.tsx';
import { hear, type Job } from '../../ui/state/job.ts';
import type { State, View, ViewKind } from '../../ui/state/state.ts';
import { type } from '../../ui/state/typed.ts';
import { linesOf } from '../../ui/views/lines.ts';
import { sceneOf } from '../../ui/views/scene.ts';
import { commandOperation, epoch, freshState } from '../ui/states.ts';
import { at, jobOf, viewKinds, views } from '../ui/views-of.ts';
import * as models from './models.ts';
import { orders } from './tame.ts';
import { calm, hostileText } from './text.ts';

/** Everything on the screen that holds text from outside. */
interface Shown {
  readonly host: string;
  readonly volumes: readonly Volume[];
  readonly missing: readonly Missing[];
  /** The reason that stands against every operation. */
  readonly problem: Problem;
  readonly operations: readonly KnownOperation[];
  readonly plan: Plan;
  readonly events: readonly OperationEvent[];
  readonly told: { readonly what: string; readonly next?: string | undefined };
  readonly texts: readonly string[];
  readonly phase: 'asking' | 'running' | 'over';
}

const shown: fc.Arbitrary<Shown> = fc.record({
  host: hostileText,
  volumes: models.volumes,
  missing: models.missing,
  problem: models.problems,
  operations: models.operations,
  plan: models.plans,
  events: fc.array(models.events, { maxLength: 4 }),
  told: fc.oneof(models.problems.map(describeProblem), fc.record({ what: hostileText, next: hostileText })),
  texts: fc.array(hostileText, { minLength: 1, maxLength: 2 }),
  phase: fc.constantFrom('asking' as const, 'running' as const, 'over' as const),
});

function refuseAll(volumes: readonly Volume[], problem: Problem): ReadonlyMap<string, Availabilities> {
  const all = volumeOperations.map((operation) => [operation, { kind: 'refused', problem }]);
  return new Map(volumes.map(({ name }) => [name, Object.fromEntries(all) as Availabilities]));
}

function stateOf(kind: ViewKind, model: Shown, columns: number): State {
  const { host, volumes, missing, problem, texts, told } = model;
  const [text = ''] = texts;
  const name = volumes[0]?.name ?? text;
  const state = freshState({ size: { columns, rows: 24 }, host: { name: host } });
  const advice: readonly CopyAdvice[] = [
    { about: { kind: 'mounted', device: text, path: text }, commands: [{ file: text, args: texts }] },
  ];
  const own: Readonly<Partial<Record<ViewKind, View>>> = {
    volume: { kind: 'volume', name, scroll: 0 },
    advice: { kind: 'advice', name, advice, scroll: 0 },
    history: {
      kind: 'history',
      volume: name,
      history: { operations: model.operations, missing },
      chosen: undefined,
      scroll: 0,
    },
    // What a command printed keeps its lines.
    record: {
      kind: 'record',
      known: commandOperation(name, text, text.replaceAll('\n', ' ')),
      chosen: undefined,
      scroll: 0,
    },
  };
  return {
    ...state,
    views: [{ kind: 'overview' }, own[kind] ?? views[kind]],
    picture: { takenAtMs: epoch, volumes, operations: refuseAll(volumes, problem), missing },
    details: { name, operations: model.operations, kernelLines: texts },
    lookFailure: { what: told.what, next: told.next },
    commands: texts.map((each, index) => ({
      id: index,
      effect: 'changes',
      command: each,
      startedAtMs: epoch,
      durationMs: 1,
      how: each,
      ok: false,
      said: each,
    })),
    jobs: [jobIn(model)],
    begunJobs: 1,
  };
}

function jobIn({ plan, events, phase, texts, told }: Shown): Job {
  const begun = jobOf({ request: { kind: 'stop', name: texts[0] ?? '' }, plan });
  const heard = events.reduce(hear, begun);
  return { ...heard, phase, result: { exitCode: 9, what: told.what, next: told.next } };
}

const infos: readonly ((state: State, text: string) => State)[] = [
  (state) => state,
  (state) => ({ ...state, lookFailure: undefined }),
  (state, text) => ({ ...state, hint: text }),
  (state, text) => ({ ...state, waitingFor: { command: text, sinceMs: epoch } }),
];

describe.each(viewKinds)('the view %s', (kind) => {
  test('draws nothing that gives a terminal orders', () => {
    fc.assert(
      fc.property(
        shown,
        fc.constantFrom(...infos),
        fc.integer({ min: 40, max: 200 }),
        (model, info, columns) => {
          const state = info(stateOf(kind, model, columns), model.texts[0] ?? '');
          const scene = sceneOf(state);
          const drawn = renderToString(createElement(Frame, { scene }), { columns });
          const rows = drawn.split('\n');
          expect(rows).toHaveLength(scene.rows.length);
          // eslint-disable-next-line no-control-regex -- the looks that Ink draws
          for (const row of rows) expect(row.replace(/\u001b\[\d+m/g, '')).not.toMatch(orders);
        },
      ),
      { numRuns: 30 },
    );
  });

  test('has as many lines as with harmless words, however these wrap', () => {
    fc.assert(
      fc.property(shown, (model) => {
        const count = (each: Shown): number => linesOf(stateOf(kind, each, 100_000)).length;
        expect(count(model)).toBe(count(calm(model)));
      }),
      { numRuns: 60 },
    );
  });
});

test('what is typed takes in no orders', () => {
  fc.assert(
    fc.property(hostileText, (text) => {
      expect(type(at('filter'), text).filter).not.toMatch(orders);
    }),
  );
});
