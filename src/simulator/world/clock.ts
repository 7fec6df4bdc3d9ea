import type { Clock } from '../../host/host.ts';

/** What a simulated clock needs from its host. */
export interface TimeOfWorld {
  /** Milliseconds since the epoch, simulated. */
  now(): number;
  /** Lets the world's time pass until then. */
  passUntil(at: number): void;
  /** Simulated seconds in a real one; `Infinity`: sleeping costs no time. */
  readonly speed: number;
  readonly real: RealTime;
}

/** The time outside. */
export interface RealTime {
  /** Milliseconds since the epoch. */
  now(): number;
  sleep(ms: number, signal: AbortSignal | undefined): Promise<void>;
}

interface Sleeper {
  readonly at: number;
  readonly wake: () => void;
}

/** A clock that either jumps from sleeper to sleeper, in the order in which they are due, or runs at a speed. */
export function createSimulatedClock(time: TimeOfWorld): Clock {
  return {
    now: () => time.now(),
    elapsedMs: () => time.now(),
    sleep: Number.isFinite(time.speed) ? createRunningSleep(time) : createJumpingSleep(time),
  };
}

/** A real timer may wake a little early, but the sleeper must not wake before everything due by then has happened. */
function createRunningSleep(time: TimeOfWorld): Clock['sleep'] {
  return async (ms, signal) => {
    const due = time.now() + ms;
    for (let left = ms; left > 0 && signal?.aborted !== true; left = due - time.now())
      await time.real.sleep(left / time.speed, signal);
  };
}

function createJumpingSleep(time: TimeOfWorld): Clock['sleep'] {
  const sleepers = new Set<Sleeper>();
  let isWaiting = false;
  // One sleeper a turn: what it does may add sleepers that are due before the next.
  const wakeNext = (): void => {
    isWaiting = false;
    const [next] = [...sleepers].sort((one, other) => one.at - other.at);
    if (next === undefined) return;
    time.passUntil(Math.max(time.now(), next.at));
    next.wake();
    waitForTurn();
  };
  const waitForTurn = (): void => {
    if (isWaiting || sleepers.size === 0) return;
    isWaiting = true;
    setImmediate(wakeNext);
  };
  return (ms, signal) =>
    new Promise((resolve) => {
      if (signal?.aborted === true) {
        resolve();
        return;
      }
      const sleeper: Sleeper = {
        at: time.now() + ms,
        wake: () => {
          sleepers.delete(sleeper);
          signal?.removeEventListener('abort', sleeper.wake);
          resolve();
        },
      };
      sleepers.add(sleeper);
      signal?.addEventListener('abort', sleeper.wake);
      waitForTurn();
    });
}
