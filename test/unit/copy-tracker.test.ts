import { describe, expect, test } from 'vitest';

import type { CopyProgress } from '../../src/model/copy-progress.ts';
import { CopyTracker } from '../../src/plan/copy-tracker.ts';

const second = 1000;

/** The tracker's answer to the last of these sights: each is a time in seconds and the bytes done by then. */
function observe(
  sights: readonly (readonly [atSeconds: number, bytesDone: number])[],
  bytesTotal?: number,
): CopyProgress {
  const tracker = new CopyTracker(bytesTotal, 0);
  const [last] = sights.map(([at, bytesDone]) => tracker.observe(at * second, bytesDone)).slice(-1);
  if (last === undefined) throw new Error('nothing was seen');
  return last;
}

describe('how a copy goes', () => {
  test('is known from its second sight on: rate, and what is left', () => {
    expect(observe([[0, 0]], 1000)).toEqual({
      phase: 'copying',
      percent: 0,
      bytesDone: 0,
      bytesTotal: 1000,
      bytesPerSecond: undefined,
      etaSeconds: undefined,
      elapsedMs: 0,
    });
    const progress = observe(
      [
        [0, 0],
        [10, 250],
      ],
      1000,
    );
    expect(progress).toMatchObject({ percent: 25, bytesPerSecond: 25, etaSeconds: 30, elapsedMs: 10_000 });
  });

  test('is no faster for what was done before', () => {
    const sights = [
      [0, 900],
      [10, 910],
    ] as const;
    expect(observe(sights, 1000)).toMatchObject({ percent: 91, bytesPerSecond: 1, etaSeconds: 90 });
  });

  test('goes by the last minute', () => {
    const sights = [
      [0, 0],
      [10, 10_000],
      [100, 10_100],
      [160, 10_220],
    ] as const;
    expect(observe(sights, 20_000)).toMatchObject({ bytesPerSecond: 2, etaSeconds: 4890 });
  });

  test('goes by all that was seen in that minute, not by the last step alone', () => {
    const sights = [
      [0, 0],
      [10, 100],
      [20, 1200],
      [60, 1260],
    ] as const;
    expect(observe(sights, 20_000)).toMatchObject({ bytesPerSecond: 21 });
    expect(observe([...sights, [61, 1270]], 20_000)).toMatchObject({ bytesPerSecond: 23 });
  });

  test('has no rate where two sights are at one time', () => {
    const sights = [
      [5, 0],
      [5, 100],
    ] as const;
    expect(observe(sights).bytesPerSecond).toBeUndefined();
  });

  test('has no end in sight while nothing is done', () => {
    const sights = [
      [0, 500],
      [70, 500],
      [140, 500],
    ] as const;
    expect(observe(sights, 1000)).toMatchObject({ bytesPerSecond: 0, etaSeconds: undefined });
  });

  test('is all of it only when all is done', () => {
    expect(observe([[0, 999_999]], 1_000_000).percent).toBe(99.9);
    expect(observe([[0, 1_000_000]], 1_000_000).percent).toBe(100);
    expect(observe([[0, 1_100_000]], 1_000_000)).toMatchObject({ percent: 100 });
  });

  test('has no percent where nobody knows what it comes to', () => {
    const sights = [
      [0, 0],
      [1, 500],
    ] as const;
    expect(observe(sights)).toMatchObject({ percent: undefined, bytesPerSecond: 500, etaSeconds: undefined });
    expect(observe([[0, 0]], 0).percent).toBeUndefined();
  });

  test('begins anew where less is done than before', () => {
    const sights = [
      [0, 900],
      [10, 100],
      [20, 200],
    ] as const;
    expect(observe(sights, 1000)).toMatchObject({ percent: 20, bytesPerSecond: 10 });
  });
});
