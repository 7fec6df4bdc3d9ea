import type { VdoStatistics } from '../model/kernel.ts';

/** The progress of a recovery, from everything seen so far. */
export interface Progress {
  readonly percent: number | undefined;
  readonly slabs: number | undefined;
  readonly slabsDone: number | undefined;
  readonly ratePercentPerSecond: number | undefined;
  readonly etaSeconds: number | undefined;
  /** Milliseconds during which nothing moved, not even the metadata counters. */
  readonly stillForMs: number;
}

interface Sight {
  readonly atMs: number;
  readonly percent: number;
}

/** Watches one recovery. The kernel reports whole percents, so the rate is taken over the last minute of changes. */
export class RecoveryTracker {
  private readonly sights: Sight[] = [];
  private last: VdoStatistics | undefined;
  private lastMovedAtMs: number | undefined;

  observe(atMs: number, statistics: VdoStatistics): Progress {
    const moved =
      this.last?.recoveryPercent !== statistics.recoveryPercent ||
      this.last?.metadataBlocksDone !== statistics.metadataBlocksDone;
    if (moved || this.lastMovedAtMs === undefined) this.lastMovedAtMs = atMs;
    this.last = statistics;
    const percent = statistics.recoveryPercent;
    // A new recovery has begun: the earlier one says nothing about its rate.
    if (percent !== undefined && percent < (this.sights.at(-1)?.percent ?? 0)) this.sights.length = 0;
    if (percent !== undefined && percent !== this.sights.at(-1)?.percent) this.sights.push({ atMs, percent });
    while (this.sights.length > 2 && atMs - (this.sights[0]?.atMs ?? atMs) > windowMs) this.sights.shift();
    return this.summarise(atMs, statistics);
  }

  private summarise(atMs: number, { recoveryPercent, slabCount }: VdoStatistics): Progress {
    const rate = this.rate(atMs);
    const left = recoveryPercent === undefined ? undefined : 100 - recoveryPercent;
    return {
      percent: recoveryPercent,
      slabs: slabCount,
      slabsDone:
        recoveryPercent === undefined || slabCount === undefined
          ? undefined
          : Math.floor((recoveryPercent * slabCount) / 100),
      ratePercentPerSecond: rate,
      etaSeconds: rate === undefined || left === undefined ? undefined : Math.round(left / rate),
      stillForMs: atMs - (this.lastMovedAtMs ?? atMs),
    };
  }

  private rate(atMs: number): number | undefined {
    const [first] = this.sights;
    const last = this.sights.at(-1);
    if (first === undefined || last === undefined || last.percent <= first.percent || atMs <= first.atMs)
      return undefined;
    return ((last.percent - first.percent) * 1000) / (atMs - first.atMs);
  }
}

const windowMs = 60_000;
