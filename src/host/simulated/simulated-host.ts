import type { CommandResult } from '../../model/command.ts';
import type { Clock, Host, Identity, MetadataReading, StorageArea } from '../host.ts';
import { createSimulatedClock } from './clock.ts';
import { createSimulatedFiles } from './files.ts';
import { WorldKeeper, type KeeperOptions } from './keeper.ts';
import { readArea } from './metadata.ts';
import { Run } from './run.ts';
import { Tampering, type Fault, type Hook, type Matcher } from './tampering.ts';
import type { World } from './world.ts';

export interface SimulatedHostOptions extends KeeperOptions {
  readonly identity?: Partial<Identity>;
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
}

const ownPid = 999;
/** How long one reader of all metadata takes, and when it is given up on. */
const readingMs = 40;
const readingLimitMs = 2000;

export function createSimulatedHost(options: SimulatedHostOptions = {}): SimulatedHost {
  const identity: Identity = { isRoot: true, user: 'root', hostName: 'simulated', ...options.identity };
  const keeper = new WorldKeeper(options);
  const clock = createSimulatedClock(keeper);
  const log: CommandResult[] = [];
  const tampering = new Tampering();
  return {
    kind: 'simulated',
    identity,
    clock,
    files: createSimulatedFiles({
      identity,
      ownPid,
      look: () => keeper.look(),
      change: (action) => {
        keeper.change(action);
      },
    }),
    log,
    get world() {
      return keeper.look();
    },
    change: (action) => keeper.change(action),
    async run(command, runOptions) {
      await tampering.runBefore(command);
      const fault = tampering.takeFault(command);
      const result = await new Run(keeper, clock, identity.isRoot).run(command, fault, runOptions);
      log.push(result);
      await tampering.runAfter(command);
      return result;
    },
    readMetadata: (areas) => readAreas(keeper, clock, identity, areas),
    lock: (name) => keeper.store.lock(name, `vdoctl, pid ${String(ownPid)}`),
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

/** One reader for all of them; what does not answer is given up on. */
async function readAreas(
  keeper: WorldKeeper,
  clock: Clock,
  identity: Identity,
  areas: readonly StorageArea[],
): Promise<readonly MetadataReading[]> {
  const world = keeper.look();
  const readings = areas.map((area): MetadataReading =>
    identity.isRoot ? readArea(world, area) : { id: area.id, kind: 'failed', reason: 'Permission denied' },
  );
  const hangs = readings.some(({ kind }) => kind === 'no-answer');
  await clock.sleep(hangs ? readingLimitMs : readingMs);
  return readings;
}
