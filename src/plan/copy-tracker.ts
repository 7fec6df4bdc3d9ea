import type { CopyProgress } from '../model/copy-progress.ts';

interface Sight {
  readonly atMs: number;
  readonly bytesDone: number;
}

const windowMs = 60_000;

/** Turns byte counts into progress. Bytes done before this work began do not count towards its rate. */
export class CopyTracker {
  private readonly bytesTotal: number | undefined;
  private readonly beganAtMs: number;
  private readonly sights: Sight[] = [];

  /** @param bytesTotal undefined if unknown. */
  constructor(bytesTotal: number | undefined, beganAtMs: number) {
    this.bytesTotal = bytesTotal;
    this.beganAtMs = beganAtMs;
  }

  /** @param bytesDone the total done by `atMs`, not the increase since the last call. */
  observe(atMs: number, bytesDone: number): CopyProgress {
    if (bytesDone < (this.sights.at(-1)?.bytesDone ?? 0)) this.sights.length = 0;
    this.sights.push({ atMs, bytesDone });
    while (this.sights.length > 2 && atMs - (this.sights[0]?.atMs ?? atMs) > windowMs) this.sights.shift();
    const { bytesTotal } = this;
    const rate = this.rate();
    const left = bytesTotal === undefined ? undefined : Math.max(0, bytesTotal - bytesDone);
    return {
      phase: 'copying',
      percent: bytesTotal === undefined || bytesTotal === 0 ? undefined : percentOf(bytesDone, bytesTotal),
      bytesDone,
      bytesTotal,
      bytesPerSecond: rate === undefined ? undefined : Math.round(rate),
      etaSeconds:
        left === undefined || rate === undefined || rate === 0 ? undefined : Math.round(left / rate),
      elapsedMs: atMs - this.beganAtMs,
    };
  }

  /** Bytes per second; zero if nothing was done throughout the window. */
  private rate(): number | undefined {
    const [first] = this.sights;
    const last = this.sights.at(-1);
    if (first === undefined || last === undefined || last.atMs <= first.atMs) return undefined;
    return ((last.bytesDone - first.bytesDone) * 1000) / (last.atMs - first.atMs);
  }
}

function percentOf(bytesDone: number, bytesTotal: number): number {
  return Math.min(100, Math.floor((bytesDone * 1000) / bytesTotal) / 10);
}
