import type { ChildProcess } from 'node:child_process';
import { Socket } from 'node:net';
import { setImmediate } from 'node:timers/promises';
import { execa } from 'execa';
import type { Command, CommandOutcome, CommandResult } from '../../model/command.ts';
import type { RunOptions } from '../host.ts';
import { makeOutput, type Output } from './output.ts';

/** How commands are run, apart from the command itself. */
export interface Surroundings {
  /** The only directories that programs are searched in. */
  readonly path: string;
  /** Where the output of commands that change something is written, until it is read. */
  readonly outputDirectory: string;
}

/** How long a process may take to die of SIGKILL before we stop waiting for it: it is stuck in the kernel then. */
const graceAfterKillMs = 500;
/** How long the output may still come in after the end, when somebody else holds the pipes open. */
const graceAfterExitMs = 100;
/** How often it is looked whether there is more in them: somebody else may print without end. */
const mostLooks = 100;

/** Starts a command with closed stdin, unless there is something to give it, a fixed environment and in a session of its own, so that Ctrl-C misses it. */
function start(command: Command, surroundings: Surroundings, output: Output) {
  return execa(command.file, command.args, {
    reject: false,
    stripFinalNewline: false,
    detached: true,
    stdin: inputOf(command) === undefined ? 'ignore' : 'pipe',
    // Execa hands any descriptor down; its types know of pipes only.
    stdout: output.stdout as 'pipe',
    stderr: output.stderr as 'pipe',
    env: { PATH: surroundings.path, LC_ALL: 'C' },
    extendEnv: false,
    // The output is gathered here: execa would keep it a second time, and lose it where a process never ends.
    buffer: false,
  });
}

type Child = ReturnType<typeof start>;

function inputOf({ input, inputBase64 }: Command): string | Buffer | undefined {
  return inputBase64 === undefined ? input : Buffer.from(inputBase64, 'base64');
}

function giveInput(command: Command, { stdin }: Pick<ChildProcess, 'stdin'>): void {
  const input = inputOf(command);
  if (input === undefined || stdin === null) return;
  // A command that does not read it all says by its exit code whether it minds.
  stdin.on('error', () => undefined);
  stdin.end(input);
}

/** Runs a command to its end, to its time limit, or until the caller aborts. */
export async function runCommand(
  command: Command,
  surroundings: Surroundings,
  options: RunOptions = {},
): Promise<CommandResult> {
  const startedAt = Date.now();
  const beganMs = performance.now();
  const output = makeOutput(command, surroundings.outputDirectory);
  const child = start(command, surroundings, output);
  output.gather(child);
  giveInput(command, child);
  const ended = await waitForOutcome(command, child, options.signal);
  letGo(child);
  const { isCut, ...texts } = output.take();
  const outcome = isCut ? withoutWhole(command, ended) : ended;
  const durationMs = Math.round(performance.now() - beganMs);
  return { command, outcome, ...texts, startedAt, durationMs };
}

/** What changes something counts by what it did, whatever it printed. */
function withoutWhole({ effect }: Command, ended: CommandOutcome): CommandOutcome {
  const isOver = ended.kind === 'exited' || ended.kind === 'signalled';
  return effect === 'looks' && isOver ? { kind: 'printed-too-much' } : ended;
}

/** The command's own end. What it started may hold its pipes open for ever, and is not waited for. */
async function waitForEnd(child: Child): Promise<CommandOutcome> {
  const exited = new Promise<undefined>((resolve) => {
    child.once('exit', () => {
      setTimeout(() => void readOut(child).then(resolve), graceAfterExitMs);
    });
  });
  const result = await Promise.race([child, exited]);
  if (result?.code === 'ENOENT') return { kind: 'not-installed' };
  if (result?.code === 'EACCES' || result?.code === 'EPERM') return { kind: 'not-executable' };
  const code = result?.exitCode ?? child.exitCode;
  if (code !== null) return { kind: 'exited', code };
  return { kind: 'signalled', signal: result?.signal ?? child.signalCode ?? 'unknown' };
}

/**
 * Reads what the pipes hold. On a busy host the grace can be over before anybody has looked into them even once: the
 * end of a child is also seen while that of another is handled.
 */
async function readOut({ stdout, stderr }: Pick<ChildProcess, 'stdout' | 'stderr'>): Promise<undefined> {
  const countRead = (): number =>
    [stdout, stderr].reduce((sum, pipe) => sum + (pipe instanceof Socket ? pipe.bytesRead : 0), 0);
  let before = -1;
  for (let looks = 0; looks < mostLooks && before !== countRead(); looks += 1) {
    before = countRead();
    await setImmediate();
  }
  return undefined;
}

/** How it ended, or, when the time limit passes or the caller aborts first, what was done about it. */
function waitForOutcome(
  command: Command,
  child: Child,
  signal: AbortSignal | undefined,
): Promise<CommandOutcome> {
  const ended = waitForEnd(child);
  return new Promise((resolve) => {
    let isStopping = false;
    const stop = (why: 'limit' | 'abort'): void => {
      if (isStopping) return;
      isStopping = true;
      void stopWaiting(command, child, ended, why).then(resolve);
    };
    const onAbort = (): void => {
      stop('abort');
    };
    const timer = setTimeout(stop, command.timeLimitMs, 'limit');
    if (signal?.aborted === true) onAbort();
    else signal?.addEventListener('abort', onAbort, { once: true });
    void ended.then((outcome) => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', onAbort);
      if (!isStopping) resolve(outcome);
    });
  });
}

async function stopWaiting(
  command: Command,
  child: Child,
  ended: Promise<CommandOutcome>,
  why: 'limit' | 'abort',
): Promise<CommandOutcome> {
  const pid = child.pid;
  if (pid === undefined) return ended;
  const leave = why === 'abort' ? command.effect === 'changes' : command.atTimeLimit === 'leave';
  if (leave) return { kind: 'left-running', pid };
  killGroup(pid);
  const died = await Promise.race([
    ended.then(() => true),
    new Promise<false>((resolve) => setTimeout(resolve, graceAfterKillMs, false)),
  ]);
  return why === 'abort' && died ? { kind: 'aborted' } : { kind: 'timed-out', pid, ended: died };
}

/** A session of its own is a process group of its own: whatever the command started goes with it. */
function killGroup(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // It ended by itself just now.
  }
}

/** Lets this process end although the child, or somebody who holds its pipes, does not. */
function letGo(child: Pick<ChildProcess, 'stdin' | 'stdout' | 'stderr' | 'unref'>): void {
  child.stdin?.destroy();
  child.stdout?.destroy();
  child.stderr?.destroy();
  child.unref();
}
