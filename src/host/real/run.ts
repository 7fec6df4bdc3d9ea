import { execa } from 'execa';
import type { Command, CommandOutcome, CommandResult } from '../../model/command.ts';
import type { RunOptions } from '../host.ts';

/** How commands are run, apart from the command itself. */
export interface Surroundings {
  /** The only directories that programs are searched in. */
  readonly path: string;
}

const maximumOutputBytes = 64 * 1024 * 1024;
/** How long a process may take to die of SIGKILL before we stop waiting for it: it is stuck in the kernel then. */
const graceAfterKillMs = 500;

/** Starts a command with closed stdin, a fixed environment and in a session of its own, so that Ctrl-C misses it. */
function start(command: Command, surroundings: Surroundings) {
  return execa(command.file, command.args, {
    reject: false,
    stripFinalNewline: false,
    detached: true,
    stdin: 'ignore',
    env: { PATH: surroundings.path, LC_ALL: 'C' },
    extendEnv: false,
    maxBuffer: maximumOutputBytes,
  });
}

type Child = ReturnType<typeof start>;

/** Runs a command to its end, to its time limit, or until the caller aborts. */
export async function runCommand(
  command: Command,
  surroundings: Surroundings,
  options: RunOptions = {},
): Promise<CommandResult> {
  const startedAt = Date.now();
  const child = start(command, surroundings);
  const output = gather(child);
  const ended = child.then((result): CommandOutcome => describeEnd(result));
  const outcome = await Promise.race([ended, waitForLimit(command, child, ended, options.signal)]);
  if (outcome.kind === 'left-running' || (outcome.kind === 'timed-out' && !outcome.ended)) letGo(child);
  const { stdout, stderr } = output;
  const truncated = stdout.length + stderr.length >= maximumOutputBytes;
  return { command, outcome, stdout, stderr, truncated, startedAt, durationMs: Date.now() - startedAt };
}

/** Collects the output as it comes, so that a process that never ends still leaves what it said. */
function gather(child: Child): { stdout: string; stderr: string } {
  const output = { stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output.stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (output.stderr += text));
  return output;
}

function describeEnd(result: Awaited<Child>): CommandOutcome {
  if (result.code === 'ENOENT') return { kind: 'not-installed' };
  if (result.code === 'EACCES' || result.code === 'EPERM') return { kind: 'not-executable' };
  if (result.exitCode !== undefined) return { kind: 'exited', code: result.exitCode };
  return { kind: 'signalled', signal: result.signal ?? 'unknown' };
}

/** Resolves when the time limit passes or the caller aborts, and only after dealing with the process. */
function waitForLimit(
  command: Command,
  child: Child,
  ended: Promise<CommandOutcome>,
  signal: AbortSignal | undefined,
): Promise<CommandOutcome> {
  return new Promise((resolve) => {
    const act = (why: 'limit' | 'abort'): void => {
      void stopWaiting(command, child, ended, why).then(resolve);
    };
    const onAbort = (): void => {
      act('abort');
    };
    const timer = setTimeout(act, command.timeLimitMs, 'limit');
    if (signal?.aborted === true) onAbort();
    else signal?.addEventListener('abort', onAbort, { once: true });
    void ended.finally(() => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', onAbort);
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
  child.kill('SIGKILL');
  const died = await Promise.race([
    ended.then(() => true),
    new Promise<false>((resolve) => setTimeout(resolve, graceAfterKillMs, false)),
  ]);
  return why === 'abort' && died ? { kind: 'aborted' } : { kind: 'timed-out', pid, ended: died };
}

/** Lets this process end although the child does not. */
function letGo(child: Child): void {
  child.stdout.destroy();
  child.stderr.destroy();
  child.unref();
}
