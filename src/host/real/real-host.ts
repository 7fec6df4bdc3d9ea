import os from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { disarm } from '../../model/disarm.ts';
import type { LoggedCommand } from '../../model/command.ts';
import type { Clock, Host, Identity } from '../host.ts';
import { attempt } from '../disk/attempt.ts';
import { keepInLog } from '../log.ts';
import { createFiles } from './files.ts';
import { identifyProgram, readerCommand } from './reader-command.ts';
import { isOnPath, runCommand } from './run-command.ts';
import { uptimeMs } from './uptime.ts';

/** What makes up this host: fixed for the program, different for fixtures that replace the tools. */
export interface RealHostOptions {
  readonly searchPath: string;
  readonly root: string;
  /** This program's own file, which is run again to read metadata. */
  readonly program: string;
  /** How long reading metadata may take. Default: 20 s. */
  readonly metadataLimitMs?: number;
  /** How long flock(1) may take beyond the wait that it is given. Default: a generous time. */
  readonly lockLimitMs?: number;
  /** How long a command that may be ended has to finish after SIGTERM. Default: 10 s. */
  readonly graceMs?: number;
}

/** Generous: devices known to hang are not read, and on a busy host a process may take seconds to start. */
const metadataLimitMs = 20_000;

/** A copying program uses this time to record its progress and sync its output. */
const usualGraceMs = 10_000;

/** Where programs are searched for, whatever the caller's PATH is: the usual `secure_path` of sudo. */
export const safePath = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/** The machine that the program runs on. */
export function createRealHost(options: RealHostOptions): Host {
  const log: LoggedCommand[] = [];
  const ownDirectory = path.join(options.root, 'run/vdoctl');
  const { graceMs = usualGraceMs } = options;
  const surroundings = { path: options.searchPath, outputDirectory: ownDirectory, graceMs };
  const run: Host['run'] = async (command, runOptions) => {
    const result = await runCommand(command, surroundings, runOptions);
    keepInLog(log, result);
    return result;
  };
  const { searchPath, lockLimitMs } = options;
  const tool = { searchPath, ...(lockLimitMs === undefined ? {} : { limitMs: lockLimitMs }) };
  const identity = readIdentity();
  const program = identifyProgram(options.program);
  return {
    kind: 'real',
    identity,
    clock: realClock,
    files: createFiles(options.root),
    log,
    run,
    isInstalled: (program) => isOnPath(program, searchPath),
    readMetadata: async (areas, limit = options.metadataLimitMs ?? metadataLimitMs) => {
      if (areas.length === 0) return [];
      // Loaded while the disks are read.
      const [result, { understandReader }] = await Promise.all([
        run(readerCommand(options.program, areas, limit)),
        import('./metadata.ts'),
      ]);
      return understandReader(areas, result, () => identifyProgram(options.program) !== program);
    },
    ...makeReaders(run, options.program),
    // A command that only looks takes no lock, and so needs no cryptography for a file name.
    lock: async (name) => {
      const { takeLock } = await import('./lock.ts');
      return takeLock(name, describeHolder(identity), { directory: ownDirectory, root: options.root, tool });
    },
    lockFile: async (name, patienceMs) => {
      const { takeFileLock } = await import('./lock.ts');
      return takeFileLock(path.join(options.root, name), patienceMs, tool);
    },
  };
}

/** What reads for hours does so in a process of its own: the program itself, with a word that says what to read. */
function makeReaders(run: Host['run'], program: string): Pick<Host, 'scanStorage' | 'readTree' | 'sumFiles'> {
  return {
    scanStorage: async (pieces, scanOptions) => {
      const { scanWith } = await import('./scan.ts');
      return scanWith(run, program, pieces, scanOptions);
    },
    readTree: async (question, treeOptions) => {
      const { readTree } = await import('./tree.ts');
      return readTree(run, program, question, treeOptions);
    },
    sumFiles: async (question, sumsOptions) => {
      const { sumFiles } = await import('./sums.ts');
      return sumFiles(run, program, question, sumsOptions);
    },
  };
}

const realClock: Clock = {
  now: () => Date.now(),
  elapsedMs: () => Math.round(uptimeMs()),
  sleep: async (ms, signal) => {
    await delay(ms, undefined, signal === undefined ? {} : { signal }).catch(() => undefined);
  },
};

function readIdentity(): Identity {
  return {
    isRoot: process.getuid?.() === 0,
    user: process.env['SUDO_USER'] ?? findUserName(),
    hostName: os.hostname(),
  };
}

/** In a container, the user may have a number but no name. */
function findUserName(): string {
  const name = attempt(() => os.userInfo().username);
  return name.kind === 'read' ? name.value : `uid ${String(process.getuid?.())}`;
}

function describeHolder(identity: Identity): string {
  const words = process.argv.slice(2).join(' ');
  return disarm(
    `vdoctl ${words} (pid ${String(process.pid)}, by ${identity.user}, since ${new Date().toISOString()})`,
  );
}
