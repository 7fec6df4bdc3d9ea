import type { Command } from '../../model/command.ts';
import { formatCommand } from '../../model/command.ts';
import type { World } from '../world/world.ts';

/** One run of a simulated program. */
export interface ProgramCall {
  readonly world: World;
  readonly command: Command;
  readonly args: readonly string[];
  readonly isRoot: boolean;
  /** How long it has waited for something already, and is asked again. */
  readonly waitedMs: number;
}

/** How a simulated program answers. The world has changed already when it is returned. */
export interface Answer {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
  /** How long it takes; `Infinity` when it hangs. */
  readonly durationMs: number;
  /** SIGKILL does not end it before it is done: it waits in the kernel. */
  readonly unkillable?: true;
  /** Nothing has been done yet: it waits so long for something, and is asked again then. */
  readonly askAgainAfterMs?: number;
  /** What it does, and prints, piece by piece while it takes its time. */
  readonly work?: Work;
  /** What is different when it was killed. */
  whenKilled?(world: World): void;
}

export interface Work {
  /** How long a piece takes. */
  readonly everyMs: number;
  /** Does what is done in so many milliseconds. @returns the lines that it prints then. */
  go(world: World, ms: number): readonly string[];
}

export type Program = (call: ProgramCall) => Answer;

const usualDurationMs = 15;

export function succeed(stdout = '', durationMs = usualDurationMs): Answer {
  return { code: 0, stdout, stderr: '', durationMs };
}

export function fail(code: number, stderr: string, durationMs = usualDurationMs): Answer {
  return { code, stdout: '', stderr, durationMs };
}

/** What the model does not know must be noticed, not taken for a success. */
export function notModelled(call: ProgramCall, what: string): never {
  throw new Error(`the simulated host does not model ${what}: ${formatCommand(call.command)}`);
}

/** A command that is marked as one that only looks must not change anything. */
export function requireChanges(call: ProgramCall): void {
  if (call.command.effect === 'looks')
    throw new Error(
      `this command changes things, and is marked as one that looks: ${formatCommand(call.command)}`,
    );
}
