import { describe, expect, test } from 'vitest';
import { recordSchema } from '../../src/journal/schema.ts';
import { untearable } from '../../src/model/command.ts';
import type { Step } from '../../src/model/plan.ts';

describe('a step that is none of vdoctl’s own keeps its journal from being gone by', () => {
  const own = { title: 'own', action: { kind: 'forget', name: 'v' } } as const;
  const command = untearable('sh', ['-c', 'true']);
  const foreign: Step = { title: 'foreign', action: { kind: 'run', command } };
  const begunWith = (step: Step): object => ({
    record: 'begun',
    schemaVersion: 1,
    id: 'x',
    at: '2026-11-20T21:00:00.000Z',
    user: 'root',
    host: 'lab',
    process: { pid: 1, startedAtTicks: '1', bootId: 'b' },
    plan: { operation: 'set', volume: 'v', stack: 'dm', storage: null, steps: [own, step], mayLose: [] },
    settles: [],
  });
  const read = (step: Step): true | string | undefined => {
    const result = recordSchema.safeParse(begunWith(step));
    return result.success || result.error.issues[0]?.message;
  };

  test.each<[string, Step]>([
    ['as a step', foreign],
    ['on the way back', { ...own, undo: [own, foreign] }],
    ['on the way back of a way back', { ...own, undo: [{ ...own, undo: [foreign] }] }],
    ['in what finishes it', { ...own, ifTorn: { recognisedBy: [], finish: [own, foreign] } }],
    [
      'on the way back of what finishes it',
      { ...own, ifTorn: { recognisedBy: [], finish: [{ ...own, undo: [foreign] }] } },
    ],
  ])('%s', (_, step) => {
    expect(read(step)).toBe("no plan of vdoctl's runs sh");
    expect(read(JSON.parse(JSON.stringify(step).replaceAll('"sh"', '"lvchange"')) as Step)).toBe(true);
  });
});
