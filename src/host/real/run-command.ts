import { spawn, type ChildProcess } from 'node:child_process';
import { accessSync, constants, statSync } from 'node:fs';
import { Socket } from 'node:net';
import path from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { getSystemErrorMap } from 'node:util';
import type { Command, CommandOutcome, CommandResult } from '../../model/command.ts';
import type { RunOptions } from '../host.ts';
import { makeOutput, type Output } from './command-output.ts';
import { stopWaiting } from './stop-command.ts';
import { uptimeMs } from './uptime.ts';

/** The conditions under which commands run. */
export interface RunConditions {
  /** The only directories in which programs are searched for. */
  readonly path: string;
  /** Where the output of commands that change something is written until it is read. */
  readonly outputDirectory: string;
  /** How long a command that may be ended has to finish after SIGTERM. */
  readonly graceMs: number;
}

/** How long to wait for more output after the end, if another process holds the pipes open. */
const graceAfterExitMs = 100;
/** How often to look for more output: the other process may print without end. */
const mostLooks = 100;

/**
 * Starts a command with a fixed environment and in a session of its own, so that Ctrl-C does not reach it; stdin is
 * closed unless there is input. Uses Node directly: if no process can be made, execa 9.6.1 raises an error that nobody
 * can catch.
 *
 * @throws the system's error; some arrive as the child's `error` event instead.
 */
function start(command: Command, surroundings: RunConditions, output: Output): ChildProcess {
  return spawn(command.file, command.args, {
    detached: true,
    stdio: [inputOf(command) === undefined ? 'ignore' : 'pipe', output.stdout, output.stderr],
    env: { PATH: surroundings.path, LC_ALL: 'C' },
  });
}

/** A child that may not have become a process: with too many open files, it does not even have pipes. */
type Child = Pick<ChildProcess, 'pid' | 'exitCode' | 'signalCode' | 'once' | 'on' | 'kill' | 'unref'> & {
  readonly [Name in 'stdin' | 'stdout' | 'stderr']?: ChildProcess[Name];
};

function inputOf({ input, inputBase64 }: Command): string | Buffer | undefined {
  return inputBase64 === undefined ? input : Buffer.from(inputBase64, 'base64');
}

function giveInput(command: Command, { stdin }: Child): void {
  const input = inputOf(command);
  if (input === undefined || stdin == null) return;
  // A command that does not read all its input shows by its exit code whether that matters.
  stdin.on('error', () => undefined);
  stdin.end(input);
}

/** Runs a command to its end, to its time limit, or until the caller aborts. */
export async function runCommand(
  command: Command,
  surroundings: RunConditions,
  options: RunOptions = {},
): Promise<CommandResult> {
  const startedAt = Date.now();
  const beganMs = uptimeMs();
  const output = makeOutput(command, surroundings.outputDirectory, options);
  const ended = await startAndWait(command, surroundings, output, options);
  const { isCut, ...texts } = output.take();
  const outcome = isCut ? withoutWhole(command, ended) : ended;
  const durationMs = Math.round(uptimeMs() - beganMs);
  return { command, outcome, ...texts, startedAt, durationMs };
}

async function startAndWait(
  command: Command,
  surroundings: RunConditions,
  output: Output,
  options: RunOptions,
): Promise<CommandOutcome> {
  let child: Child;
  try {
    child = start(command, surroundings, output);
  } catch (error) {
    return describeStart(error);
  }
  const ended = waitForEnd(child);
  output.gather(child);
  giveInput(command, child);
  try {
    return await waitForOutcome(command, child, ended, { ...options, graceMs: surroundings.graceMs });
  } finally {
    letGo(child);
  }
}

/** Whether one of the directories has the program, executable for the current user. */
export function isOnPath(program: string, searchPath: string): boolean {
  return searchPath.split(':').some((directory) => {
    const file = path.join(directory, program);
    try {
      accessSync(file, constants.X_OK);
      return statSync(file).isFile();
    } catch {
      return false;
    }
  });
}

/** Why no process was started. */
function describeStart(error: unknown): CommandOutcome {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'ENOENT') return { kind: 'not-installed' };
  if (code === 'EACCES' || code === 'EPERM') return { kind: 'not-executable' };
  const errno = error instanceof Error && 'errno' in error ? Number(error.errno) : 0;
  const [name, meaning] = getSystemErrorMap().get(errno) ?? [String(error), ''];
  return { kind: 'not-started', reason: `${name}: ${meaning}` };
}

/** A command that changes something is judged by what it did, however much it printed. */
function withoutWhole({ effect }: Command, ended: CommandOutcome): CommandOutcome {
  const isOver = ended.kind === 'exited' || ended.kind === 'signalled';
  return effect === 'looks' && isOver ? { kind: 'printed-too-much' } : ended;
}

/**
 * Waits for the command's own end. Processes that it started may hold its pipes open for ever, and are not waited for.
 */
function waitForEnd(child: Child): Promise<CommandOutcome> {
  return new Promise((resolve) => {
    const end = (): void => {
      const { exitCode, signalCode } = child;
      if (exitCode !== null) resolve({ kind: 'exited', code: exitCode });
      else resolve({ kind: 'signalled', signal: signalCode ?? 'unknown' });
    };
    child.on('error', (error) => {
      // If there is a process, the error is that it cannot be killed: it goes on.
      if (child.pid === undefined) resolve(describeStart(error));
    });
    child.once('exit', () => {
      setTimeout(() => void readOut(child).then(end), graceAfterExitMs);
    });
    // Nobody holds its pipes any more.
    child.once('close', end);
  });
}

/**
 * Reads what is left in the pipes. On a busy host, the grace period can end before anybody has read them even once: the
 * end of one child may be noticed while that of another is handled.
 */
async function readOut({ stdout, stderr }: Child): Promise<void> {
  const countRead = (): number =>
    [stdout, stderr].reduce((sum, pipe) => sum + (pipe instanceof Socket ? pipe.bytesRead : 0), 0);
  let before = -1;
  for (let looks = 0; looks < mostLooks && before !== countRead(); looks += 1) {
    before = countRead();
    await nextTurn();
  }
}

/** How the command ended or, if the time limit passes or the caller aborts first, what was done about it. */
function waitForOutcome(
  command: Command,
  child: Child,
  ended: Promise<CommandOutcome>,
  { signal, ...how }: Pick<RunOptions, 'signal' | 'ifStopped'> & Pick<RunConditions, 'graceMs'>,
): Promise<CommandOutcome> {
  return new Promise((resolve) => {
    let isStopping = false;
    const stop = (why: 'limit' | 'abort'): void => {
      if (isStopping) return;
      isStopping = true;
      void stopWaiting(command, child, ended, { why, ...how }).then(resolve);
    };
    const onAbort = (): void => {
      stop('abort');
    };
    // If this process had no time to look, the command may have ended long ago: that is checked first.
    const timer = setTimeout(() => {
      setImmediate(() => {
        if (child.exitCode === null && child.signalCode === null) stop('limit');
      });
    }, command.timeLimitMs);
    if (signal?.aborted === true) onAbort();
    else signal?.addEventListener('abort', onAbort, { once: true });
    void ended.then((outcome) => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', onAbort);
      if (!isStopping) resolve(outcome);
    });
  });
}

/** Lets this process end even if the child, or another holder of its pipes, does not. */
function letGo(child: Child): void {
  child.stdin?.destroy();
  child.stdout?.destroy();
  child.stderr?.destroy();
  child.unref();
}
