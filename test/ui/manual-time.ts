import type { RealTime } from '../../src/simulator/world/clock.ts';

interface Sleeper {
  readonly at: number;
  readonly wake: () => void;
}

/** The real time around a simulated host; it stands still until a test lets the next thing happen. */
export class ManualTime implements RealTime {
  private nowMs = Date.UTC(2026, 10, 20, 21);
  private readonly sleepers = new Set<Sleeper>();

  now(): number {
    return this.nowMs;
  }

  sleep(ms: number, signal: AbortSignal | undefined): Promise<void> {
    return new Promise((resolve) => {
      if (signal?.aborted === true) {
        resolve();
        return;
      }
      const wake = (): void => {
        this.sleepers.delete(sleeper);
        signal?.removeEventListener('abort', wake);
        resolve();
      };
      const sleeper: Sleeper = { at: this.nowMs + ms, wake };
      this.sleepers.add(sleeper);
      signal?.addEventListener('abort', wake);
    });
  }

  /** Wakes the sleeper that is due first, if it is due by `until`; otherwise the time becomes `until`. */
  step(until: number): void {
    const [next] = [...this.sleepers].sort((one, other) => one.at - other.at);
    if (next === undefined || next.at > until) {
      this.nowMs = Math.max(this.nowMs, until);
      return;
    }
    this.nowMs = Math.max(this.nowMs, next.at);
    next.wake();
  }
}
