import type { ChildProcess } from 'node:child_process';
import { setTimeout as delay } from 'node:timers/promises';
import type { Command, CommandOutcome } from '../../model/command.ts';
import type { RunOptions } from '../host.ts';
import { uptimeMs } from './uptime.ts';

/** How long a process may take to die of SIGKILL before we stop waiting for it: it is stuck in the kernel then. */
const graceAfterKillMs = 500;
const pollMs = 20;

export interface Stopping extends Pick<RunOptions, 'ifStopped'> {
  readonly why: 'limit' | 'abort';
  /** How long it may take to end of SIGTERM. */
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

/** Lets it, and whatever it started, finish its work; what has not ended in time is killed. */
async function terminate(pid: number, graceMs: number): Promise<void> {
  signalGroup(pid, 'SIGTERM');
  const end = uptimeMs() + graceMs;
  while (uptimeMs() < end && signalGroup(pid, 0)) await delay(pollMs);
}

/**
 * A session of its own is a process group of its own: whatever the command started goes with it.
 *
 * @returns whether there is any of it.
 */
function signalGroup(pid: number, signal: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(-pid, signal);
  } catch (error) {
    // No process: it ended by itself just now.
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
