import type { NotUnderstoodProblem } from './odd.ts';
import type { Reached } from './copy-progress.ts';
import type { Expectation } from './plan.ts';
import type { Refusal } from './refusal.ts';
import type { LeftContents } from './saving-refusals.ts';
import type { Shortfall } from './shortfall.ts';
import type { Missing } from './volume.ts';

/**
 * Every way in which an operation can fail, as data. What each means to a person stands in one place,
 * `src/prose/problems.ts`, and its exit code in `exit-code.ts`.
 */
export type Problem =
  /** `next`: what to do; absent where reading the help is the advice. */
  | { readonly kind: 'usage'; readonly message: string; readonly next?: string }
  | NoSuchVolumeProblem
  | NoSuchDeviceProblem
  | { readonly kind: 'not-root'; readonly doing: string }
  | {
      readonly kind: 'not-by-the-deadline';
      readonly name: string;
      readonly waitedFor: string;
      readonly state: string;
      /** What to do; absent where waiting on is the advice. */
      readonly next?: string;
    }
  | ReadOnlyProblem
  | InUseProblem
  | Refusal
  /** The first block of its storage is all zeros: a start may format it. */
  | { readonly kind: 'first-block-wiped'; readonly name: string; readonly device: string }
  | CutOffProblem
  | ToolFailedProblem
  /** The volume asked for may exist, but a program that would tell failed, or is not understood. */
  | NotSeenProblem
  | NotUnderstoodProblem
  /** A file that was asked for could not be written: no room, say. */
  | { readonly kind: 'not-written'; readonly path: string; readonly reason: string }
  /** `typed`: the answer, where it was not the name; absent where nobody answered. */
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
  | NotWholeProblem
  /** All of a plan was done except its final start. There is no way back, and nothing is left to settle. */
  | { readonly kind: 'not-up'; readonly name: string; readonly operation: string; readonly cause: Problem }
  | LeftDownProblem
  /** A plan stopped half-way and could not be undone: what is left, and the commands that finish it. */
  | HalfDoneProblem;

/** @see unseenProblem */
export interface NotSeenProblem {
  readonly kind: 'not-seen';
  readonly name: string;
  readonly missing: readonly Missing[];
  /** The name that was asked for; null where all volumes were asked for, or more about a volume that is seen. */
  readonly asked: string | null;
  /** The volume itself is seen; something else that has to be known of it is not. */
  readonly isSeen?: true;
}

export interface NoSuchVolumeProblem {
  readonly kind: 'no-such-volume';
  readonly name: string;
  readonly known: readonly string[];
  /** A volume that may have been meant. */
  readonly nearest?: string;
  /** The volume that lies on the device that was named. */
  readonly storageOf?: string;
  /** What is recorded was asked for, and nothing is of that name. */
  readonly isUnrecorded?: true;
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
  /** Why only a forced rebuild is left, or why not even that helps yet. */
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
  /** Those of the mounts that no umount from here reaches. */
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
  /** What tells that it was cut off. */
  readonly known: string;
}

export interface ToolFailedProblem {
  readonly kind: 'tool-failed';
  readonly command: string;
  /** `exit code 5`, `killed at its time limit (60 s)`, `not installed` */
  readonly how: string;
  /** The program's name, where it is not installed. */
  readonly notInstalled?: string;
  /** The end of what it printed. */
  readonly said: string;
  /** What the kernel log complained of meanwhile. */
  readonly kernelSaid?: readonly string[];
}

/** A plan stopped after it had changed something. By itself, its cause would mean that nothing was changed. */
export interface PutBackProblem {
  readonly kind: 'put-back';
  readonly name: string;
  readonly cause: Problem;
  /** What could not be undone, in words; empty if everything was. */
  readonly stays: string;
}

/** Data was copied off a volume, and not all of it. What could be copied is there. */
export interface NotWholeProblem {
  readonly kind: 'not-whole';
  readonly name: string;
  /** The directory, file or device that it was copied to. */
  readonly to: string;
  /** The files that could not be read: the first of them, and how many there are. */
  readonly unread: Listed;
  /** The files that differ from the volume after the copy. */
  readonly differing: Listed;
  /** (image) Bytes that could not be read. */
  readonly unreadBytes: number;
  /** What is on the volume and was not copied at all. */
  readonly left: readonly LeftContents[];
  /** The files with the whole lists. */
  readonly lists: readonly string[];
}

/** A list that may be long: its beginning, and how long it is. */
export interface Listed {
  readonly count: number;
  readonly first: readonly string[];
}

/** A step was ended midway, as it allows, and everything before it was put back. The same call goes on from there. */
export interface StoppedProblem {
  readonly kind: 'stopped';
  readonly name: string;
  /** The step's title. */
  readonly step: string;
  /** How far the step had come; null where that was not told. */
  readonly reached: Reached | null;
  /** An interruption, or the time limit. */
  readonly cause: Problem;
  /** What the step leaves behind, in words; empty where it leaves nothing. */
  readonly stays: string;
}

/** An earlier operation should have left the volume up, but it is down since. Nothing is left to settle. */
export interface LeftDownProblem {
  readonly kind: 'left-down';
  readonly name: string;
  readonly operation: string;
  /** When that operation began, ISO 8601. */
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

/** Refuses to guess at a line of a tool's output. @throws Failure `not-understood` always. */
export function notUnderstood(tool: string, line: string, reason: string): never {
  throw new Failure({ kind: 'not-understood', tool, line: line.slice(0, 300), reason });
}
