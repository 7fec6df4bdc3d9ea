import type { ChildProcess } from 'node:child_process';
import { setTimeout as delay } from 'node:timers/promises';
import type { Command, CommandOutcome } from '../../model/command.ts';
import type { RunOptions } from '../host.ts';
import { uptimeMs } from './uptime.ts';

/**
 * How long a process may take to die after SIGKILL. After that it counts as stuck in the kernel, and nobody waits for
 * it.
 */
const graceAfterKillMs = 500;
const pollMs = 20;

export interface Stopping extends Pick<RunOptions, 'ifStopped'> {
  readonly why: 'limit' | 'abort';
  /** How long the command may take to end after SIGTERM. */
  readonly graceMs: number;
}

/** Stops waiting for a command: leaves it running, or ends it. */
export async function stopWaiting(
  command: Command,
  child: Pick<ChildProcess, 'pid' | 'exitCode' | 'signalCode'>,
  ended: Promise<CommandOutcome>,
  { why, ifStopped, graceMs }: Stopping,
): Promise<CommandOutcome> {
  const { pid, exitCode, signalCode } = child;
  if (pid === undefined || exitCode !== null || signalCode !== null) return ended;
  const isEnded = ifStopped === 'killed';
  const mayGoOn = why === 'abort' ? command.effect === 'changes' : command.atTimeLimit === 'leave';
  if (mayGoOn && !isEnded) return { kind: 'left-running', pid };
  if (isEnded) await terminate(pid, graceMs);
  signalGroup(pid, 'SIGKILL');
  const died = await Promise.race([ended.then(() => true), delay(graceAfterKillMs, false)]);
  if (why === 'limit') return { kind: 'timed-out', pid, ended: died };
  return died ? { kind: 'aborted' } : { kind: 'aborted', stuckPid: pid };
}

/** Lets the command, and whatever it started, finish; kills what has not ended in time. */
async function terminate(pid: number, graceMs: number): Promise<void> {
  signalGroup(pid, 'SIGTERM');
  const end = uptimeMs() + graceMs;
  while (uptimeMs() < end && signalGroup(pid, 0)) await delay(pollMs);
}

/**
 * Signals the command with everything that it started: its own session is a process group of its own.
 *
 * @returns whether any of it is alive.
 */
function signalGroup(pid: number, signal: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(-pid, signal);
  } catch (error) {
    // No such process: it has just ended by itself.
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
