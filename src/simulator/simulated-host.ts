import type { LoggedCommand } from '../model/command.ts';
import type { Clock, Host, Identity, MetadataReading, StorageArea } from '../host/host.ts';
import { keepInLog } from '../host/log.ts';
import { createSimulatedClock } from './world/clock.ts';
import { createSimulatedFiles } from './world/files.ts';
import { addProcess, endProcess } from './happenings.ts';
import { WorldKeeper, type KeeperOptions } from './world/world-keeper.ts';
import { waitForFileLock } from './programs/manager/lock.ts';
import { readArea } from './world/metadata.ts';
import { isInstalled, programs, type Programs } from './programs/installed-programs.ts';
import { Run } from './programs/run-program.ts';
import { Tampering, type Fault, type Hook, type Matcher } from './tampering.ts';
import type { World } from './world/world.ts';

export interface SimulatedHostOptions extends KeeperOptions {
  readonly identity?: Partial<Identity>;
  /** The process that the program is. */
  readonly pid?: number;
  /** Programs that it has beside its own. */
  readonly programs?: Programs;
}

/** The host as one process of the program sees it, with a log of its own. */
export interface SimulatedProcessHost extends Host {
  readonly pid: number;
  /** It is gone, however it ended: its locks are free, and /proc does not know it any more. */
  end(): void;
}

/** A host that is nothing but data. Tests reach into it; the program sees a {@link Host}. */
export interface SimulatedHost extends Host {
  readonly kind: 'simulated';
  /** The world as it is now. To look only. */
  readonly world: World;
  /** Changes the world, as somebody else on the host would. */
  change<T>(action: (world: World) => T): T;
  /** The next command that matches comes to this. A text matches the beginning of the whole command line. */
  failNext(matcher: Matcher, fault: Fault): void;
  /** Runs before each command. What it throws is thrown by `run`: the end of the process that ran it. */
  beforeEach(hook: Hook): void;
  /** Runs after each command, when its work is done and before its result is handed out. */
  afterEach(hook: Hook): void;
  /** Starts a process of the program beside whatever else runs. */
  startProcess(commandLine: readonly string[]): SimulatedProcessHost;
}

const usualPid = 999;
/** How long one reader of all metadata takes, and when it is given up on. */
const readingMs = 40;
const readingLimitMs = 2000;

export function createSimulatedHost(options: SimulatedHostOptions = {}): SimulatedHost {
  const identity: Identity = { isRoot: true, user: 'root', hostName: 'simulated', ...options.identity };
  const keeper = new WorldKeeper(options);
  const tampering = new Tampering();
  const installed = { ...programs, ...options.programs };
  const parts = { keeper, identity, tampering, clock: createSimulatedClock(keeper), installed };
  return {
    ...createHostOf(parts, options.pid ?? usualPid),
    kind: 'simulated',
    get world() {
      return keeper.look();
    },
    change: (action) => keeper.change(action),
    startProcess: (commandLine) => startProcess(parts, commandLine),
    failNext: (matcher, fault) => {
      tampering.addFault(matcher, fault);
    },
    beforeEach: (hook) => {
      tampering.before.push(hook);
    },
    afterEach: (hook) => {
      tampering.after.push(hook);
    },
  };
}

interface Parts {
  readonly keeper: WorldKeeper;
  readonly identity: Identity;
  readonly tampering: Tampering;
  readonly clock: Host['clock'];
  readonly installed: Programs;
}

function createHostOf({ keeper, identity, tampering, clock, installed }: Parts, pid: number): Host {
  const log: LoggedCommand[] = [];
  return {
    kind: 'simulated',
    identity,
    clock,
    files: createSimulatedFiles({
      identity,
      ownPid: pid,
      look: () => keeper.look(),
      change: (action) => {
        keeper.change(action);
      },
    }),
    log,
    async run(command, runOptions) {
      await tampering.runBefore(command);
      const fault = tampering.takeFault(command);
      const run = new Run(keeper, clock, identity.isRoot, installed);
      const result = await run.run(command, fault, runOptions);
      keepInLog(log, result);
      await tampering.runAfter(command);
      return result;
    },
    isInstalled: (program) => isInstalled(installed, keeper.look(), program),
    readMetadata: (areas, limitMs) => readAreas(keeper, clock, identity, areas, limitMs),
    lock: (name) => keeper.store.lock(name, `vdoctl, pid ${String(pid)}`),
    lockFile: (path, patienceMs) => waitForFileLock(keeper, clock, path, patienceMs),
  };
}

function startProcess(parts: Parts, commandLine: readonly string[]): SimulatedProcessHost {
  const { keeper } = parts;
  const { pid } = keeper.change((world) =>
    addProcess(world, { name: 'vdoctl', commandLine: [...commandLine] }),
  );
  const host = createHostOf(parts, pid);
  const held = new Set<() => void>();
  return {
    ...host,
    pid,
    async lock(name) {
      const result = await host.lock(name);
      if (result.kind !== 'held') return result;
      const release = (): void => {
        // Once: when it is free somebody else may hold it.
        if (held.delete(release)) result.release();
      };
      held.add(release);
      return { kind: 'held', release };
    },
    end() {
      for (const release of held) release();
      keeper.change((world) => {
        endProcess(world, pid);
      });
    },
  };
}

/** One reader for all of them; what does not answer is given up on. */
async function readAreas(
  keeper: WorldKeeper,
  clock: Clock,
  identity: Identity,
  areas: readonly StorageArea[],
  limitMs = readingLimitMs,
): Promise<readonly MetadataReading[]> {
  const world = keeper.look();
  const readings = areas.map((area): MetadataReading =>
    identity.isRoot ? readArea(world, area) : { id: area.id, kind: 'failed', reason: 'Permission denied' },
  );
  const hangs = readings.some(({ kind }) => kind === 'no-answer');
  await clock.sleep(hangs ? limitMs : readingMs);
  return readings;
}
