import { expect, test } from 'vitest';

import type { Clock } from '../../src/host/host.ts';
import type { CopyProgress } from '../../src/model/copy-progress.ts';
import { StepWatch } from '../../src/plan/step-watch.ts';

/** What a step's program prints, told now and then. */

function watch(): {
  readonly at: (ms: number) => void;
  readonly told: CopyProgress[];
  readonly it: StepWatch;
} {
  let nowMs = 0;
  const clock: Clock = { now: () => nowMs, elapsedMs: () => nowMs, sleep: () => Promise.resolve() };
  const told: CopyProgress[] = [];
  const progress = { printedBy: 'ddrescue', totalBytes: 1000, doneBytes: 100 } as const;
  const it = new StepWatch(clock, progress, (each) => told.push(each));
  return { at: (ms) => (nowMs = ms), told, it };
}

test('the first line that tells is told at once, and the next a second later at the earliest', () => {
  const { at, told, it } = watch();
  it.onLine('GNU ddrescue 1.27');
  for (const ms of [0, 999, 1000, 1500, 2001]) {
    at(ms);
    it.onLine('     rescued:   100 B,   bad areas:        0,');
  }
  expect(told.map(({ elapsedMs }) => elapsedMs)).toEqual([0, 1000, 2001]);
});

test('how far it came is known by the last line, told or not, and not at all where none told', () => {
  const { at, told, it } = watch();
  it.onLine('Press Ctrl-C to interrupt');
  expect(it.reached).toBeNull();
  it.onLine('     rescued:   200 B,   bad areas:        0,');
  at(10);
  it.onLine('     rescued:   300 B,   bad areas:        0,');
  expect(told).toMatchObject([{ bytesDone: 300 }]);
  expect(it.reached).toEqual({ percent: 40, bytesDone: 400, bytesTotal: 1000 });
});
