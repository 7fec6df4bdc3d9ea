import type { RealTime } from './clock.ts';
import { passQuietly, passTime, type Quiet } from './passing-time.ts';
import { createMemoryStore, type WorldStore } from './store.ts';
import { createWorld, type World } from './world.ts';

export interface KeeperOptions {
  /** Where the world is kept. Default: in memory. */
  readonly store?: WorldStore;
  /** Makes the world when the store has none. */
  readonly story?: (now: number) => World;
  /** Simulated milliseconds per real one. `Infinity` (the default): time passes only in sleeps, and at no cost. */
  readonly speed?: number;
  /** The real time, which a finite speed needs. Without it the world begins on a fixed day. */
  readonly realTime?: RealTime;
}

/** 2026-11-20 21:00 UTC: the time at which worlds begin when there is no real clock. */
const epoch = Date.UTC(2026, 10, 20, 21);
const standingTime: RealTime = { now: () => epoch, sleep: () => Promise.resolve() };

/** How often each world was changed, by any keeper of it, or by what was due. */
const changes = new WeakMap<World, number>();

function countChange(world: World): void {
  changes.set(world, (changes.get(world) ?? 0) + 1);
}

/** A number that differs whenever the world may be another, but for its time and what is counted by that. */
export function changesOf(world: World): number {
  return changes.get(world) ?? 0;
}

/** The quiet of each world, and the count of changes at which it began. */
const quiets = new WeakMap<World, { readonly changes: number; readonly quiet: Quiet }>();

/** Holds the world: loads it, lets its time pass, saves it. */
export class WorldKeeper {
  readonly store: WorldStore;
  readonly speed: number;
  readonly real: RealTime;
  private readonly story: (now: number) => World;

  constructor(options: KeeperOptions) {
    this.store = options.store ?? createMemoryStore();
    this.speed = options.speed ?? Infinity;
    if (Number.isFinite(this.speed) && options.realTime === undefined)
      throw new Error('a clock that runs needs the real time');
    this.real = options.realTime ?? standingTime;
    this.story = options.story ?? createWorld;
  }

  now(): number {
    return this.nowOf(this.load());
  }

  passUntil(at: number): void {
    this.changeAt(at, () => undefined);
  }

  /** Time passes in memory only: looking writes nothing, and every process arrives at the same world. */
  look(): World {
    const world = this.load();
    this.pass(world, undefined);
    return world;
  }

  change<T>(action: (world: World) => T): T {
    return this.changeAt(undefined, action);
  }

  private changeAt<T>(at: number | undefined, action: (world: World) => T): T {
    return this.store.alone(() => {
      const world = this.load();
      this.pass(world, at);
      countChange(world);
      try {
        const result = action(world);
        this.store.write(world);
        return result;
      } finally {
        countChange(world);
      }
    });
  }

  /** Reads the real clock once for both: the time between two readings would be lost, and the world fall behind. */
  private pass(world: World, until: number | undefined): void {
    const realNow = this.real.now();
    const at = until ?? this.nowOf(world, realNow);
    world.savedAt = realNow;
    // Most looks find the world as the look before them left it, but for the time.
    const known = quiets.get(world);
    if (known?.changes === changesOf(world) && at < known.quiet.until) {
      passQuietly(world, at, known.quiet);
      return;
    }
    const quiet = passTime(world, at);
    if (quiet === undefined) countChange(world);
    else quiets.set(world, { changes: changesOf(world), quiet });
  }

  private load(): World {
    const kept = this.store.read();
    if (kept !== undefined) return kept;
    const world = this.story(this.real.now());
    world.savedAt = this.real.now();
    this.store.write(world);
    return world;
  }

  /** A clock with a finite speed also goes on between calls. */
  private nowOf(world: World, realNow = this.real.now()): number {
    if (!Number.isFinite(this.speed)) return world.now;
    return world.now + Math.max(0, realNow - world.savedAt) * this.speed;
  }
}
