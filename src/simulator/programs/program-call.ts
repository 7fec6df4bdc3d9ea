import type { Command } from '../../model/command.ts';
import { formatCommand } from '../../model/command.ts';
import type { World } from '../world/world.ts';

/** One run of a simulated program. */
export interface ProgramCall {
  readonly world: World;
  readonly command: Command;
  readonly args: readonly string[];
  readonly isRoot: boolean;
  /** How long the program has waited already, if it is asked again. */
  readonly waitedMs: number;
}

/** The answer of a simulated program. The program changes the world before it returns the answer. */
export interface Answer {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
  /** How long it takes; `Infinity` when it hangs. */
  readonly durationMs: number;
  /** It waits in the kernel: SIGKILL does not end it before it is done. */
  readonly unkillable?: true;
  /** The program has done nothing yet. It waits this long, and is then asked again. */
  readonly askAgainAfterMs?: number;
  /** What the program does and prints, piece by piece, while it runs. */
  readonly work?: Work;
  /** Makes the world what it is after the program was killed. */
  whenKilled?(world: World): void;
}

export interface Work {
  /** How long a piece takes. */
  readonly everyMs: number;
  /** Does the work of this many milliseconds. @returns the lines that it prints. */
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

/** What the model does not know must not pass for a success. @throws Error, always. */
export function notModelled(call: ProgramCall, what: string): never {
  throw new Error(`the simulated host does not model ${what}: ${formatCommand(call.command)}`);
}

/** For programs that change things. @throws Error if the command is marked as one that only looks. */
export function requireChanges(call: ProgramCall): void {
  if (call.command.effect === 'looks')
    throw new Error(
      `this command changes things, and is marked as one that looks: ${formatCommand(call.command)}`,
    );
}
