import { formatCommand, type Command, type CommandOutcome, type CommandResult } from '../../model/command.ts';
import type { Clock, Host, Identity, RunOptions } from '../host.ts';
import { createSimulatedClock } from './clock.ts';
import { createSimulatedFiles } from './files.ts';
import { readArea } from './metadata.ts';
import { passTime } from './passing.ts';
import { programs } from './programs.ts';
import { createMemoryStore, type Store } from './store.ts';
import type { Answer } from './tool.ts';
import { createWorld, type World } from './world.ts';

export interface SimulatedHostOptions {
  /** Where the world is kept; in memory, unless told otherwise. */
  readonly store?: Store;
  /** Makes the world when the store has none. */
  readonly story?: (now: number) => World;
  /** Simulated milliseconds in a real one. `Infinity` (the default): time passes only in sleeps, and at no cost. */
  readonly speed?: number;
  readonly identity?: Partial<Identity>;
  /** The real clock, in milliseconds since the epoch: needed for a finite speed, and for a new world. */
  readonly realNow?: () => number;
}

/** What a command is to come to instead of what it would. */
export interface Fault extends Partial<Pick<CommandResult, 'stdout' | 'stderr'>> {
  readonly outcome: CommandOutcome;
  /** Whether the command does its work before it fails; it does not, unless told so. */
  readonly work?: 'done' | 'not-done';
}

export type Hook = (command: Command) => void | Promise<void>;

/** A host that is nothing but data. Tests reach into it; the program sees a {@link Host}. */
export interface SimulatedHost extends Host {
  readonly kind: 'simulated';
  /** The world as it is now. To look only. */
  readonly world: World;
  /** Changes the world, as somebody else on the host would. */
  change<T>(action: (world: World) => T): T;
  /** The next command that matches comes to this. A text matches the beginning of the whole command line. */
  failNext(matcher: string | ((command: Command) => boolean), fault: Fault): void;
  /** Runs before each command. What it throws is thrown by `run`: the end of the process that ran it. */
  beforeEach(hook: Hook): void;
  /** Runs after each command, when its work is done and before its result is handed out. */
  afterEach(hook: Hook): void;
}

/** 2026-11-20 21:00 UTC: the time at which worlds begin when there is no real clock. */
const epoch = Date.UTC(2026, 10, 20, 21);
const ownPid = 999;
/** How long one reader of all metadata takes, and when it is given up on. */
const readingMs = 40;
const readingLimitMs = 2000;

export function createSimulatedHost(options: SimulatedHostOptions = {}): SimulatedHost {
  const identity: Identity = { isRoot: true, user: 'root', hostName: 'simulated', ...options.identity };
  const keeper = new WorldKeeper(options);
  const clock = createSimulatedClock(keeper);
  const log: CommandResult[] = [];
  const faults: { matches(command: Command): boolean; fault: Fault }[] = [];
  const before: Hook[] = [];
  const after: Hook[] = [];
  const runHooks = async (hooks: readonly Hook[], command: Command): Promise<void> => {
    for (const hook of hooks) await hook(command);
  };
  return {
    kind: 'simulated',
    identity,
    clock,
    files: createSimulatedFiles({
      identity,
      ownPid,
      look: () => keeper.look(),
      change: (action) => keeper.change(action),
    }),
    log,
    get world() {
      return keeper.look();
    },
    change: (action) => keeper.change(action),
    async run(command, runOptions) {
      await runHooks(before, command);
      const index = faults.findIndex(({ matches }) => matches(command));
      const [found] = index < 0 ? [] : faults.splice(index, 1);
      const result = await new Run(keeper, clock, identity.isRoot).run(command, found?.fault, runOptions);
      log.push(result);
      await runHooks(after, command);
      return result;
    },
    async readMetadata(areas) {
      const readings = areas.map((area) => keeper.change((world) => readArea(world, area)));
      const hangs = readings.some(({ kind }) => kind === 'no-answer');
      await clock.sleep(hangs ? readingLimitMs : readingMs);
      return readings;
    },
    lock: (name) => keeper.store.lock(name, `vdoctl, pid ${String(ownPid)}`),
    failNext(matcher, fault) {
      const matches =
        typeof matcher === 'string'
          ? (command: Command) => formatCommand(command).startsWith(matcher)
          : matcher;
      faults.push({ matches, fault });
    },
    beforeEach: (hook) => void before.push(hook),
    afterEach: (hook) => void after.push(hook),
  };
}

/** Holds the world: loads it, lets its time pass, saves it. */
class WorldKeeper {
  readonly store: Store;
  readonly speed: number;
  private readonly realNow: () => number;
  private readonly story: (now: number) => World;

  constructor(options: SimulatedHostOptions) {
    this.store = options.store ?? createMemoryStore();
    this.speed = options.speed ?? Infinity;
    this.realNow = options.realNow ?? (() => epoch);
    this.story = options.story ?? createWorld;
  }

  now(): number {
    return this.nowOf(this.load());
  }

  passUntil(at: number): void {
    this.changeAt(at, () => undefined);
  }

  /** Time passes in memory only: looking writes nothing, and every process comes to the same. */
  look(): World {
    const world = this.load();
    this.pass(world, this.nowOf(world));
    return world;
  }

  change<T>(action: (world: World) => T): T {
    return this.changeAt(undefined, action);
  }

  private changeAt<T>(at: number | undefined, action: (world: World) => T): T {
    return this.store.alone(() => {
      const world = this.load();
      this.pass(world, at ?? this.nowOf(world));
      const result = action(world);
      this.store.write(world);
      return result;
    });
  }

  private pass(world: World, until: number): void {
    passTime(world, until);
    world.savedAt = this.realNow();
  }

  private load(): World {
    const kept = this.store.read();
    if (kept !== undefined) return kept;
    const world = this.story(this.realNow());
    world.savedAt = this.realNow();
    this.store.write(world);
    return world;
  }

  /** A clock that runs goes on between calls too. */
  private nowOf(world: World): number {
    if (!Number.isFinite(this.speed)) return world.now;
    return world.now + Math.max(0, this.realNow() - world.savedAt) * this.speed;
  }
}

/** One command, from its start to its result. */
class Run {
  private readonly keeper: WorldKeeper;
  private readonly clock: Clock;
  private readonly isRoot: boolean;

  constructor(keeper: WorldKeeper, clock: Clock, isRoot: boolean) {
    this.keeper = keeper;
    this.clock = clock;
    this.isRoot = isRoot;
  }

  async run(
    command: Command,
    fault: Fault | undefined,
    options: RunOptions | undefined,
  ): Promise<CommandResult> {
    const startedAt = this.keeper.now();
    const finish = (outcome: CommandOutcome, texts: { stdout?: string; stderr?: string }): CommandResult => ({
      command,
      outcome,
      stdout: texts.stdout ?? '',
      stderr: texts.stderr ?? '',
      truncated: false,
      startedAt,
      durationMs: this.keeper.now() - startedAt,
    });
    if (fault !== undefined && fault.work !== 'done') return finish(fault.outcome, fault);
    const answer = this.keeper.change((world) => this.answer(world, command));
    if (answer === undefined) return finish({ kind: 'not-installed' }, {});
    const waitMs = Math.min(answer.durationMs, command.timeLimitMs);
    await this.clock.sleep(waitMs, options?.signal);
    const wasCutShort = options?.signal?.aborted === true && this.keeper.now() - startedAt < waitMs;
    if (fault !== undefined) return finish(fault.outcome, fault);
    if (!wasCutShort && answer.durationMs <= command.timeLimitMs)
      return finish({ kind: 'exited', code: answer.code }, answer);
    return finish(this.giveUp(command, answer, options), {});
  }

  private answer(world: World, command: Command): Answer | undefined {
    if (world.notInstalled.includes(command.file)) return undefined;
    const program = programs[command.file];
    if (program === undefined)
      throw new Error(`the simulated host has no program for: ${formatCommand(command)}`);
    return program({ world, command, args: command.args, isRoot: this.isRoot });
  }

  /** The command goes on by itself, or is killed, as it says of itself. */
  private giveUp(command: Command, answer: Answer, options: RunOptions | undefined): CommandOutcome {
    const pid = this.keeper.change((world) => {
      world.nextPid += 1;
      return world.nextPid;
    });
    const isAborted = options?.signal?.aborted === true;
    if (isAborted && command.effect === 'looks') return { kind: 'aborted' };
    if (isAborted || command.atTimeLimit === 'leave') return { kind: 'left-running', pid };
    this.keeper.change((world) => answer.whenKilled?.(world));
    return { kind: 'timed-out', pid, ended: answer.unkillable !== true };
  }
}
