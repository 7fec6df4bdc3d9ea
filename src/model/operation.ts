import type { Command } from './command.ts';
import type { Plan } from './plan.ts';

/**
 * The journal of one operation, a record a line, in the order in which they were written. What stands in it was on
 * the disk before the program went on.
 */
export type OperationRecord = Begun | StepRecord | CommandRecord | Ended | Settled;

export interface Begun {
  readonly record: 'begun';
  readonly schemaVersion: 1;
  /** Sorts by time. */
  readonly id: string;
  /** ISO 8601, as every `at`. */
  readonly at: string;
  readonly user: string;
  readonly host: string;
  readonly process: ProcessMark;
  readonly plan: Plan;
  /** (cleanup) The operations that it settles. */
  readonly settles: readonly string[];
}

/** Tells a process from every other one that ever had its number. */
export interface ProcessMark {
  readonly pid: number;
  /** Clock ticks after the boot at which it was started. */
  readonly startedAtTicks: string;
  readonly bootId: string;
}

/** What becomes of a step that was begun. */
export const stepEnds = ['done', 'failed', 'goes-on'] as const;

export type StepEnd = (typeof stepEnds)[number];

/** Written before (`begun`) and after each step. */
export interface StepRecord {
  readonly record: 'step';
  readonly at: string;
  /** `undo`: a step of the way back; its `index` is that of the step that it undoes. */
  readonly way: 'forward' | 'undo';
  readonly index: number;
  readonly title: string;
  /** `goes-on`: it was not waited for any longer, and ends by itself. */
  readonly state: 'begun' | StepEnd;
}

export interface CommandRecord {
  readonly record: 'command';
  readonly at: string;
  readonly command: Pick<Command, 'file' | 'args'>;
  /** Null when it did not come to an exit code. */
  readonly exitCode: number | null;
  /** How it ended, in words. */
  readonly how: string;
  readonly durationMs: number;
  /** The end of what it printed. */
  readonly output: string;
}

/**
 * `goes-on`: the kernel finishes the last step by itself. `not-up`: all was done but for the start at its end, so that
 * the volume is stopped, or read-only again, and the next operation goes from there. `half-done`: neither finished nor
 * put back.
 */
export const endings = ['done', 'put-back', 'goes-on', 'not-up', 'half-done'] as const;

export interface Ended {
  readonly record: 'ended';
  readonly at: string;
  readonly outcome: (typeof endings)[number];
  /** Why it was not done, in words. */
  readonly why: string | null;
}

/** A cleanup finished or undid what this operation had left. */
export interface Settled {
  readonly record: 'settled';
  readonly at: string;
  /** The id of the cleanup. */
  readonly by: string;
  readonly how: 'finished' | 'undone' | 'dismissed';
}

/** An operation as its journal tells it. */
export interface JournaledOperation {
  readonly begun: Begun;
  readonly steps: readonly StepRecord[];
  readonly commands: readonly CommandRecord[];
  readonly ended: Ended | undefined;
  readonly settled: Settled | undefined;
}

/** An operation that neither came to its end nor was settled, and whether its process is still at it. */
export interface UnfinishedOperation {
  readonly operation: JournaledOperation;
  /** The journal's file. */
  readonly path: string;
  readonly state: 'under-way' | 'cut-off';
}

/** An operation, and how it stands. */
export interface KnownOperation {
  readonly operation: JournaledOperation;
  readonly state: Ended['outcome'] | UnfinishedOperation['state'];
}

/**
 * Operations that leave nothing to settle when they are cut off: the volume is stopped or started, and the next call
 * takes it from there.
 */
export function leavesNothingToSettle({ operation }: Pick<Plan, 'operation'>): boolean {
  return ['start', 'stop', 'restart', 'adopt', 'set'].includes(operation);
}
