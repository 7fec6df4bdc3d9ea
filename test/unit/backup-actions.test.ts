import { describe, expect, test } from 'vitest';
import type { SumsFacts, SumsQuestion, SumsReading } from '../../src/host/sums.ts';
import type { WorkerOptions } from '../../src/host/worker.ts';
import type { Paths } from '../../src/model/account-schema.ts';
import type { CopyProgress } from '../../src/model/copy-progress.ts';
import { compareSums, handOver, writeSums } from '../../src/plan/backup-actions.ts';
import type { Taking } from '../../src/plan/run-step-command.ts';
import type { TestHost } from '../simulated/test-host.ts';
import { createDmHost } from '../simulated/worlds.ts';
import { problemOf } from './fakes.ts';
import { createStep, makeTaking, makeTestPlan } from './steps.ts';

/** Checksums, and programs of the user's, as steps of a plan. */

const none: Paths = { count: 0, names: [] };
const all: SumsFacts = {
  ...{ files: 2, bytes: 30, filesRead: 2 },
  ...{ unreadable: none, differing: none, missing: none, more: none },
};
const names = Array.from({ length: 12 }, (_each, index) => `file${String(index + 1)}`);
const many: Paths = { count: 30, names };
const few: Paths = { count: 2, names: ['a', 'b'] };

const written = {
  kind: 'write-sums',
  directory: '/b/1.partial',
  sums: '/b/1.sha256',
  previous: null,
} as const;
const compared = { kind: 'compare-sums', directory: '/b/1', sums: '/b/1.sha256' } as const;

interface Asked {
  readonly question: SumsQuestion;
  readonly options: WorkerOptions;
}

/** A host whose checksums come to that; it tells 10 and 30 bytes on the way. */
function sumsTo(reading: SumsReading): { readonly host: TestHost; readonly asked: Asked[] } {
  const asked: Asked[] = [];
  const host = createDmHost();
  const sumFiles: TestHost['sumFiles'] = (question, options) => {
    asked.push({ question, options });
    options.onProgress?.(10);
    options.onProgress?.(30);
    return Promise.resolve(reading);
  };
  return { host: { ...host, sumFiles }, asked };
}

const take = (host: TestHost, own: Partial<Taking> = {}): Taking => makeTaking(host, makeTestPlan([]), own);

describe('the checksums of a generation', () => {
  test('are asked for once, with the signal that stops it and a limit of weeks, and their progress is told', async () => {
    const { host, asked } = sumsTo({ kind: 'read', ...all });
    const told: CopyProgress[] = [];
    const { signal } = new AbortController();
    await writeSums(take(host, { signal, tellProgress: (each) => told.push(each) }), written);
    expect(asked.map(({ question }) => question)).toEqual([{ ...written, kind: 'write' }]);
    expect(asked[0]?.options.signal).toBe(signal);
    expect(asked[0]?.options.timeLimitMs).toBe(20 * 24 * 3_600_000);
    expect(told.map(({ bytesDone }) => bytesDone)).toEqual([10, 30]);
  });

  test('fail where a file cannot be read; ten are named, and how many more there are', async () => {
    const { host } = sumsTo({ kind: 'read', ...all, unreadable: many });
    expect(await problemOf(writeSums(take(host), written))).toMatchObject({
      kind: 'tool-failed',
      how: `files that cannot be read: ${names.slice(0, 10).join(', ')} and 20 more`,
    });
  });

  test('what was only compared, or is more than there was, fails no backup', async () => {
    const { host } = sumsTo({ kind: 'read', ...all, differing: few, missing: few, more: few });
    await expect(writeSums(take(host), written)).resolves.toBeUndefined();
  });

  test.each([
    [{ unreadable: few }, 'files that cannot be read: a, b'],
    [{ differing: few }, 'files that differ: a, b'],
    [{ missing: few, differing: few }, 'files that differ: a, b; files that are missing: a, b'],
  ])('compared, name what is not as it was: %j', async (odd, how) => {
    const { host } = sumsTo({ kind: 'read', ...all, ...odd });
    expect(await problemOf(compareSums(take(host), compared))).toMatchObject({ kind: 'tool-failed', how });
  });

  test('compared, have nothing against files that came since', async () => {
    const { host } = sumsTo({ kind: 'read', ...all, more: few });
    await expect(compareSums(take(host), compared)).resolves.toBeUndefined();
  });

  test.each([
    [{ kind: 'stopped' }, { kind: 'interrupted', state: 'the checksums were stopped partway' }],
    [
      { kind: 'failed', reason: 'Input/output error' },
      { kind: 'tool-failed', how: 'Input/output error' },
    ],
    [{ kind: 'no-answer' }, { kind: 'tool-failed', how: 'it did not answer in time' }],
  ] as const)('that end otherwise are no checksums: %j', async (reading, problem) => {
    const { host } = sumsTo(reading);
    expect(await problemOf(writeSums(take(host), written))).toMatchObject(problem);
  });
});

test('a program of the user’s is run by no call that was not given it', async () => {
  const host = createDmHost();
  const action = { kind: 'hand-over', directory: '/m', words: ['du', '{}'] } as const;
  await expect(handOver(take(host), createStep('a'), action)).rejects.toThrow('the call that was given it');
  expect(host.log.map(({ command }) => command.file)).not.toContain('du');
});
