import { expect, test } from 'vitest';

import { makeStyle } from '../../src/cli/format/style.ts';
import { eventDocument, makeLineReporter, makeLiveReporter } from '../../src/cli/progress.ts';
import { schemas } from '../../src/documents/schemas.ts';
import type { CopyProgressEvent } from '../../src/operations/session.ts';
import type { StepEvent } from '../../src/plan/execute.ts';
import { describeProblem } from '../../src/prose/problems.ts';
import { formatProgress } from '../../src/prose/progress.ts';

/** How vdoctl reports a running copy: in words, on a terminal, on a pipe, and with --json. */

const terabyte = 1e12;
const half: CopyProgressEvent = {
  kind: 'progress',
  volume: 'mail',
  phase: 'copying',
  percent: 50.5,
  bytesDone: 5.05 * terabyte,
  bytesTotal: 10 * terabyte,
  bytesPerSecond: 278e6,
  etaSeconds: 17_820,
  elapsedMs: 18_180_000,
};
const unknown: CopyProgressEvent = {
  ...half,
  percent: undefined,
  bytesTotal: undefined,
  bytesPerSecond: undefined,
  etaSeconds: undefined,
};
const begun: StepEvent = {
  ...({ kind: 'step', volume: 'mail', index: 1, total: 3, title: 'Copy it', does: 'ddrescue' } as const),
  state: 'running',
  durationMs: 0,
};
const words = 'copying 50.5 % (4.59 TiB of 9.09 TiB), 265 MiB/s; 5 h 03 min so far, about 4 h 57 min left';

test('in words, as far as it is known', () => {
  expect(formatProgress(half)).toBe(words);
  expect(formatProgress(unknown)).toBe('copying 4.59 TiB; 5 h 03 min so far');
  expect(formatProgress({ ...half, percent: 50 })).toMatch(/^copying 50\.0 % /);
});

test('with --json: what is not known is null, and what is no copy’s, too', () => {
  const recovery = { slabs: null, slabsDone: null, ratePercentPerSecond: null };
  const { phase, percent, bytesDone, bytesTotal, bytesPerSecond, etaSeconds, elapsedMs } = half;
  const own = { phase, percent, bytesDone, bytesTotal, bytesPerSecond, etaSeconds, elapsedMs };
  const document = { schemaVersion: 1, kind: 'progress', volume: 'mail', ...own, ...recovery };
  expect(eventDocument(half)).toEqual(document);
  const nothing = { percent: null, bytesTotal: null, bytesPerSecond: null, etaSeconds: null };
  expect(eventDocument(unknown)).toEqual({ ...document, ...nothing });
  for (const event of [half, unknown]) expect(schemas.progress.parse(eventDocument(event))).toBeDefined();
  const slabs = { percent: 40, slabs: 10, slabsDone: 4, ratePercentPerSecond: 1, etaSeconds: 60 };
  const recovering = {
    kind: 'progress',
    volume: 'mail',
    phase: 'recovering',
    elapsedMs: 1,
    ...slabs,
  } as const;
  const bytes = { bytesDone: null, bytesTotal: null, bytesPerSecond: null };
  expect(schemas.progress.parse(eventDocument(recovering))).toEqual({
    schemaVersion: 1,
    ...recovering,
    ...bytes,
  });
});

test('on a terminal as a bar in place of its step, until that ends', () => {
  const drawn: (readonly unknown[])[] = [];
  const kept: unknown[] = [];
  const stream = { isTerminal: true, columns: 120, write: () => undefined };
  const draw = {
    update: (lines: readonly unknown[]) => void drawn.push(lines),
    above: (line: unknown) => void kept.push(line),
    end: () => undefined,
  };
  const reporter = makeLiveReporter(stream, draw, makeStyle('plain'));
  reporter.report(begun);
  reporter.report(half);
  expect(drawn.at(-1)).toEqual([`mail: [##########..........] ${words}`]);
  reporter.report({ ...begun, state: 'stopped', durationMs: 18_180_000 });
  expect(drawn.at(-1)).toEqual([]);
  expect(String(kept.at(-1))).toContain('mail: [2/3] Copy it: stopped after 5 h 03 min');
});

test('on a pipe as a line now and then', () => {
  let text = '';
  let nowMs = 0;
  const clock = { now: () => nowMs, elapsedMs: () => nowMs, sleep: () => Promise.resolve() };
  const stream = { isTerminal: false, columns: 80, write: (part: string) => void (text += part) };
  const reporter = makeLineReporter(stream, clock);
  for (nowMs = 0; nowMs < 10_000; nowMs += 1000) reporter.report(half);
  expect(text).toBe(`mail: ${words}\n`.repeat(2));
});

test('stopped, where nobody told how far it was, and nothing stays', () => {
  const cause = { kind: 'interrupted', name: 'mail', signal: 'SIGTERM', state: 'S' } as const;
  const problem = {
    kind: 'stopped',
    name: 'mail',
    step: 'Copy it',
    reached: null,
    cause,
    stays: '',
  } as const;
  expect(describeProblem(problem)).toMatchObject({ exitCode: 143, what: 'interrupted; mail: S' });
  const reached = { percent: null, bytesDone: 5.05 * terabyte, bytesTotal: null };
  expect(describeProblem({ ...problem, reached, stays: 'P' }).what).toBe(
    'interrupted; mail: S, 4.59 TiB done; P',
  );
});
