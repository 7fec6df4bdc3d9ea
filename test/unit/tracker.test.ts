import { describe, expect, test } from 'vitest';

import { RecoveryTracker, type Progress } from '../../src/operations/recovery-tracker.ts';
import { statistics } from './builders.ts';

interface Sight {
  readonly at: number;
  readonly percent: number | undefined;
  /** Metadata blocks read and written so far. */
  readonly blocks?: number;
}

/** The tracker's answer to the last of these sights; times in seconds. */
function track(...sights: readonly Sight[]): Progress {
  const tracker = new RecoveryTracker();
  const all = sights.map(({ at, percent, blocks = 0 }) =>
    tracker.observe(at * 1000, {
      ...statistics,
      mode: 'recovering',
      recoveryPercent: percent,
      metadataBlocksDone: blocks,
      slabCount: 80,
    }),
  );
  const last = all.at(-1);
  if (last === undefined) throw new Error('no sights');
  return last;
}

describe('rate and time left', () => {
  test('one sight has none', () => {
    expect(track({ at: 0, percent: 40 })).toMatchObject({
      percent: 40,
      ratePercentPerSecond: undefined,
      etaSeconds: undefined,
    });
  });

  test('two sights make both', () => {
    const progress = track({ at: 0, percent: 40 }, { at: 10, percent: 60 });
    expect(progress).toMatchObject({ percent: 60, ratePercentPerSecond: 2, etaSeconds: 20 });
  });

  test('while the percentage stands still the rate sinks and the time left grows', () => {
    const sights = [
      { at: 0, percent: 40 },
      { at: 10, percent: 60 },
      { at: 20, percent: 60 },
    ];
    expect(track(...sights)).toMatchObject({ ratePercentPerSecond: 1, etaSeconds: 40 });
  });

  test('only the last minute counts', () => {
    const fast = Array.from({ length: 30 }, (_, index) => ({ at: index, percent: index }));
    const slow = Array.from({ length: 20 }, (_, index) => ({ at: 30 + 10 * index, percent: 30 + index }));
    expect(track(...fast, ...slow).ratePercentPerSecond).toBeCloseTo(0.1, 3);
  });

  test('a percentage that went back has no rate', () => {
    const progress = track({ at: 0, percent: 60 }, { at: 10, percent: 40 });
    expect(progress).toMatchObject({ percent: 40, ratePercentPerSecond: undefined, etaSeconds: undefined });
  });

  test('after it was started anew, only what it did since counts', () => {
    const progress = track({ at: 0, percent: 60 }, { at: 10, percent: 10 }, { at: 20, percent: 30 });
    expect(progress).toMatchObject({ ratePercentPerSecond: 2, etaSeconds: 35 });
  });

  test('what the kernel does not say stays unknown', () => {
    const progress = track({ at: 0, percent: 40 }, { at: 10, percent: undefined });
    expect(progress).toMatchObject({ percent: undefined, slabsDone: undefined, etaSeconds: undefined });
  });

  test('at the end nothing is left', () => {
    expect(track({ at: 0, percent: 90 }, { at: 10, percent: 100 })).toMatchObject({
      etaSeconds: 0,
      slabsDone: 80,
    });
  });

  test('slabs are rounded down', () => {
    expect(track({ at: 0, percent: 99 })).toMatchObject({ slabs: 80, slabsDone: 79 });
  });
});

describe('standing still', () => {
  test.each([
    {
      what: 'the percentage moves',
      sights: [
        { at: 0, percent: 1 },
        { at: 300, percent: 2 },
      ],
      still: 0,
    },
    {
      what: 'only the counters move',
      sights: [
        { at: 0, percent: 1, blocks: 1 },
        { at: 300, percent: 1, blocks: 2 },
      ],
      still: 0,
    },
    {
      what: 'nothing moves',
      sights: [
        { at: 0, percent: 1 },
        { at: 300, percent: 1 },
      ],
      still: 300_000,
    },
    {
      what: 'it moved once in between',
      sights: [
        { at: 0, percent: 1, blocks: 1 },
        { at: 100, percent: 1, blocks: 2 },
        { at: 150, percent: 1, blocks: 2 },
      ],
      still: 50_000,
    },
    { what: 'it was seen once', sights: [{ at: 5, percent: 1 }], still: 0 },
  ])('$what: $still ms', ({ sights, still }) => {
    expect(track(...sights).stillForMs).toBe(still);
  });
});
