import type { Command, CommandResult, LoggedCommand } from '../model/command.ts';
import type { Clock, Host, Identity, MetadataReading, StorageArea } from '../host/host.ts';
import { keepInLog } from '../host/log.ts';
import type { ScanOptions, ScanPiece, ScanReading } from '../host/scan.ts';
import { createSimulatedClock } from './world/clock.ts';
import { createSimulatedFiles } from './world/files.ts';
import { WorldKeeper, type KeeperOptions } from './world/world-keeper.ts';
import { waitForFileLock } from './programs/manager/lock.ts';
import { readArea } from './world/metadata.ts';
import { scanPieces } from './world/scan.ts';
import { sumSimulatedFiles } from './world/sum-files.ts';
import { readSimulatedTree } from './world/read-tree.ts';
import { isInstalled, programs, type Programs } from './programs/installed-programs.ts';
import { Run, type Fault } from './programs/run-program.ts';
import type { World } from './world/world.ts';

export interface SimulatedHostOptions extends KeeperOptions {
  readonly identity?: Partial<Identity>;
  /** The pid that the program itself has on the host. */
  readonly pid?: number;
  /** Programs that the host has in addition to the simulator's own. */
  readonly programs?: Programs;
  /**
   * Wraps each command: the seam for tests. It may wait, run the command, or give it a fault. What it throws, the
   * host's `run` throws.
   */
  readonly intercept?: Intercept;
}

type Intercept = (command: Command, run: (fault?: Fault) => Promise<CommandResult>) => Promise<CommandResult>;

const runAsIs: Intercept = (_command, run) => run();

/** A host that is nothing but data; the program sees a {@link Host}. */
export interface SimulatedHost extends Host {
  readonly kind: 'simulated';
  /** The world as it is now, for reading only. */
  readonly world: World;
  /** Changes the world, as somebody else on the host would. */
  change<T>(action: (world: World) => T): T;
  /** The same host as another process sees it, with a log of its own. */
  seenBy(pid: number): Host;
}

const usualPid = 999;
/** How long the one reader of all metadata takes, and after how long the host gives up on it. */
const readingMs = 40;
const readingLimitMs = 2000;

export function createSimulatedHost(options: SimulatedHostOptions = {}): SimulatedHost {
  const identity: Identity = { isRoot: true, user: 'root', hostName: 'simulated', ...options.identity };
  const keeper = new WorldKeeper(options);
  const { intercept = runAsIs, pid = usualPid } = options;
  const installed = { ...programs, ...options.programs };
  const parts = { keeper, identity, intercept, clock: createSimulatedClock(keeper), installed };
  return {
    ...createHostOf(parts, pid),
    kind: 'simulated',
    get world() {
      return keeper.look();
    },
    change: (action) => keeper.change(action),
    seenBy: (other) => createHostOf(parts, other),
  };
}

interface Parts {
  readonly keeper: WorldKeeper;
  readonly identity: Identity;
  readonly intercept: Intercept;
  readonly clock: Host['clock'];
  readonly installed: Programs;
}

function createHostOf({ keeper, identity, intercept, clock, installed }: Parts, pid: number): Host {
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
    run: (command, runOptions) =>
      intercept(command, async (fault) => {
        const result = await new Run(keeper, clock, identity.isRoot, installed).run(
          command,
          fault,
          runOptions,
        );
        keepInLog(log, result);
        return result;
      }),
    isInstalled: (program) => isInstalled(installed, keeper.look(), program),
    readMetadata: (areas, limitMs) => readAreas(keeper, clock, identity, areas, limitMs),
    scanStorage: (pieces, scanOptions) => scan(keeper, clock, identity, pieces, scanOptions),
    readTree: (question, treeOptions) => readSimulatedTree(keeper, clock, question, treeOptions),
    sumFiles: (question, sumsOptions) => sumSimulatedFiles(keeper, clock, question, sumsOptions),
    lock: (name) => keeper.store.lock(name, `vdoctl, pid ${String(pid)}`),
    lockFile: (path, patienceMs) => waitForFileLock(keeper, clock, path, patienceMs),
  };
}

/** One reader reads all areas. The host gives up on it if one of them does not answer. */
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

/** A disk of this world reads 200 MiB a second. */
const bytesInMs = (200 * 1024 ** 2) / 1000;
const scanTellsEveryMs = 500;

/** Reads pieces for errors, and takes the time that this takes. */
async function scan(
  keeper: WorldKeeper,
  clock: Clock,
  { isRoot }: Identity,
  pieces: readonly ScanPiece[],
  { stallMs, signal, onProgress }: ScanOptions,
): Promise<ScanReading> {
  if (!isRoot) return { kind: 'not-read', why: 'Permission denied' };
  const reading = scanPieces(keeper.look(), pieces);
  const isHanging = reading.devices.some(({ ended }) => ended === 'hangs');
  const totalBytes = reading.devices.reduce((sum, { readBytes }) => sum + readBytes, 0);
  const takesMs = readingMs + (isHanging ? stallMs : totalBytes / bytesInMs);
  for (let passedMs = 0; passedMs < takesMs; passedMs += scanTellsEveryMs) {
    await clock.sleep(Math.min(scanTellsEveryMs, takesMs - passedMs), signal);
    if (signal?.aborted === true) return { kind: 'stopped' };
    onProgress?.(Math.min(totalBytes, Math.round(passedMs * bytesInMs)));
  }
  return reading;
}
