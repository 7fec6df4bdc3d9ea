import type { NotUnderstoodProblem } from './odd.ts';
import type { Reached } from './copy-progress.ts';
import type { Expectation } from './plan.ts';
import type { Refusal } from './refusal.ts';
import type { Shortfall } from './shortfall.ts';
import type { Missing } from './volume.ts';

/**
 * Every way in which an operation can fail, as data. What each means to a person stands in one place,
 * `src/prose/problems.ts`, and its exit code in `exit-code.ts`.
 */
export type Problem =
  /** `next`: what to do, where it is not to read the help. */
  | { readonly kind: 'usage'; readonly message: string; readonly next?: string }
  | { readonly kind: 'no-such-volume'; readonly name: string; readonly known: readonly string[] }
  | NoSuchDeviceProblem
  | { readonly kind: 'not-root'; readonly doing: string }
  | {
      readonly kind: 'not-by-the-deadline';
      readonly name: string;
      readonly waitedFor: string;
      readonly state: string;
      /** What to do, where it is not to wait on. */
      readonly next?: string;
    }
  | ReadOnlyProblem
  | InUseProblem
  | Refusal
  /** The first block of its storage is all zeros: what starts it may format it. */
  | { readonly kind: 'first-block-wiped'; readonly name: string; readonly device: string }
  | CutOffProblem
  | ToolFailedProblem
  /** There may be what is asked for, and a program that would tell failed, or is not understood. */
  | NotSeenProblem
  | NotUnderstoodProblem
  /** A file that was asked for, for which there is no room, say. */
  | { readonly kind: 'not-written'; readonly path: string; readonly reason: string }
  /** `typed`: what was answered, where that was not the name; absent where nobody answered. */
  | { readonly kind: 'not-confirmed'; readonly name: string; readonly doing: string; readonly typed?: string }
  | {
      readonly kind: 'not-as-promised';
      readonly name: string;
      readonly promised: Expectation;
      readonly found: Shortfall;
      /** What the kernel log complained of meanwhile. */
      readonly kernelSaid?: readonly string[];
    }
  | { readonly kind: 'locked'; readonly name: string; readonly holder: string }
  | {
      readonly kind: 'interrupted';
      readonly name: string;
      readonly signal: 'SIGINT' | 'SIGTERM' | 'SIGHUP';
      readonly state: string;
    }
  | PutBackProblem
  | StoppedProblem
  /** All of a plan was done but for the start at its end, for which there is no way back: nothing is left to settle. */
  | { readonly kind: 'not-up'; readonly name: string; readonly operation: string; readonly cause: Problem }
  | LeftDownProblem
  /** A plan stopped half-way and could not be undone: what is left, and the commands that finish it. */
  | HalfDoneProblem;

/** @see unseenProblem */
export interface NotSeenProblem {
  readonly kind: 'not-seen';
  readonly name: string;
  readonly missing: readonly Missing[];
  /** The name that was asked for; null where all volumes were, or more of one that is seen. */
  readonly asked: string | null;
  /** The volume itself is seen: what is not is more that has to be known of it. */
  readonly isSeen?: true;
}

export interface NoSuchDeviceProblem {
  readonly kind: 'no-such-device';
  readonly device: string;
  readonly because: 'not-there' | 'not-a-block-device' | 'cannot-be-looked-at';
  /** The volume whose storage it is; absent where the call named the device. */
  readonly storageOf?: string;
  /** What the kernel says of it. */
  readonly why?: string;
}

export interface ReadOnlyProblem {
  readonly kind: 'read-only';
  readonly name: string;
  /** Why a forced rebuild is what is left, or why not even that will do yet. */
  readonly because:
    | 'disk-says-read-only'
    | 'will-come-up-read-only'
    | 'rebuild-is-pending'
    | 'went-read-only-while-waiting'
    | 'storage-fails';
  /** What was seen below the volume, when the storage is at fault. */
  readonly detail?: string;
}

export interface InUseProblem {
  readonly kind: 'in-use';
  readonly name: string;
  /** `/mnt (ext4, on /dev/mapper/my-vdo)` */
  readonly mounts: readonly string[];
  /** Names of the devices on top. */
  readonly devices: readonly string[];
  /** `dd (pid 812)` */
  readonly processes: readonly string[];
  /** The mounts among those that no umount from here reaches. */
  readonly elsewhere?: readonly MountElsewhere[];
}

/** A mount in another mount namespace. */
export interface MountElsewhere {
  /** A process in that namespace. */
  readonly pid: string;
  readonly path: string;
}

/** An earlier operation was cut off, and has to be settled first. */
export interface CutOffProblem {
  readonly kind: 'cut-off';
  readonly name: string;
  /** What was cut off: `create`, `import`. */
  readonly operation: string;
  /** Where that is known from. */
  readonly known: string;
}

export interface ToolFailedProblem {
  readonly kind: 'tool-failed';
  readonly command: string;
  /** `exit code 5`, `killed at its time limit (60 s)`, `not installed` */
  readonly how: string;
  /** The program, where there is none of that name. */
  readonly notInstalled?: string;
  /** The end of what it printed. */
  readonly said: string;
  /** What the kernel log complained of meanwhile. */
  readonly kernelSaid?: readonly string[];
}

/** A plan stopped after it had changed something, for a reason that elsewhere means that nothing was changed. */
export interface PutBackProblem {
  readonly kind: 'put-back';
  readonly name: string;
  readonly cause: Problem;
  /** What of it could not be undone, in words; empty if nothing. */
  readonly stays: string;
}

/** A step was ended in its middle, as it may be; what was begun before it was put back. The same call goes on from there. */
export interface StoppedProblem {
  readonly kind: 'stopped';
  readonly name: string;
  /** The step's title. */
  readonly step: string;
  /** How far it had come; null where that was not told. */
  readonly reached: Reached | null;
  /** That it was interrupted, or took longer than it may. */
  readonly cause: Problem;
  /** What is left of it, in words; empty where that is nothing. */
  readonly stays: string;
}

/** An earlier operation was to leave the volume up, and it is down since; nothing of that is left to settle. */
export interface LeftDownProblem {
  readonly kind: 'left-down';
  readonly name: string;
  readonly operation: string;
  /** When that began, ISO 8601. */
  readonly at: string;
  /** Why it did not come up, in words; null where the operation was cut off. */
  readonly why: string | null;
}

export interface HalfDoneProblem {
  readonly kind: 'half-done';
  readonly name: string;
  readonly cause: Problem;
  /** What is not as it was. */
  readonly left: readonly string[];
  /** Commands that finish the work, in order. */
  readonly finish: readonly string[];
  /** The verb that goes on from there. */
  readonly settledBy: 'cleanup' | 'recover';
}

/** An operation's failure on its way up to the one place that turns it into prose. */
export class Failure extends Error {
  override readonly name = 'Failure';
  readonly problem: Problem;

  constructor(problem: Problem) {
    super(problem.kind);
    this.problem = problem;
  }
}

/** Throws the failure for a line of a tool's output that is not understood: never a guess. */
export function notUnderstood(tool: string, line: string, reason: string): never {
  throw new Failure({ kind: 'not-understood', tool, line: line.slice(0, 300), reason });
}
