import * as z from 'zod/mini';
import { expectationSchema, type Expectation } from './expectation-schema.ts';
import { preflightSchema } from './preflight-schema.ts';
import type { DeepReadonly } from './readonly.ts';
import { rememberedSchema } from './remembered.ts';
import { stackSchema } from './volume.ts';

/**
 * A plan as it is written down. The program's types come from this schema, so that a later call can read back
 * everything in a plan. The schema is strict: a newer vdoctl wrote whatever it does not name.
 */

const words = z.array(z.string());
const count = z.int().check(z.nonnegative());
const expectations = z.array(expectationSchema);
const flag = z.exactOptional(z.literal(true));

/** The longest time that a timer runs: 24 days. */
const longestLimitMs = 2 ** 31 - 1;

const commandSchema = z.strictObject({
  file: z.string(),
  args: words,
  /** Only looks take text as input; a plan writes bytes. */
  input: z.exactOptional(z.never()),
  inputBase64: z.exactOptional(z.string()),
  effect: z.enum(['looks', 'changes']),
  timeLimitMs: count.check(z.maximum(longestLimitMs)),
  atTimeLimit: z.enum(['kill', 'leave']),
});

/** `finished`: the entry also gets the super block's sizes, as at the end of the manager's own create. */
const entryChangeSchema = z.enum(['taken-out', 'finished']);

/**
 * What Ctrl-C or a signal does to a running step. `waited-for`: the plan stops when the step ends. `left-running`: the
 * step goes on by itself and nobody waits for it; for the last step of a plan. `killed`: the step is ended at once, as
 * at its time limit (SIGTERM, then SIGKILL); the same plan, made again, goes on from what the step leaves. No deadline
 * ends a plan with a `killed` step, because that step has its own limit.
 */
export const stepStops = ['waited-for', 'left-running', 'killed'] as const;

/** How to read a command's progress from the lines that it prints while it runs. */
const progressSchema = z.strictObject({
  /** The program that prints the lines. */
  printedBy: z.enum(['ddrescue', 'rsync']),
  /** Bytes in the end, including those done before. Null where nobody knows. */
  totalBytes: z.nullable(count),
  /** Bytes done before, where the program counts only what it does itself. Absent: it counts those, too. */
  doneBytes: z.exactOptional(count),
});

/** How often, and how far apart, a command that fails is run again. Each time is told. */
const retriesSchema = z.strictObject({ times: count, everyMs: count });

export const actionSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('run'), command: commandSchema }),
  /** A device that LVM put up read-only takes its own table again, writable. Only the kernel knows that table. */
  z.strictObject({ kind: z.literal('make-writable'), dmName: z.string() }),
  /** Waits until a volume that the kernel has rebuilt is normal. */
  z.strictObject({
    kind: z.literal('await-normal'),
    dmName: z.string(),
    /** Name of the dm-snapshot device beneath it: if its changes find no room, the volume goes read-only. */
    overlay: z.string(),
  }),
  /** Reads every file on a device of a rehearsal, if it is mounted, and compares it with what another mount shows. */
  z.strictObject({
    kind: z.literal('account'),
    /** The volume, or an LV of the pool: what the account is called by. */
    name: z.string(),
    device: z.string(),
    /** Where it is mounted. */
    path: z.string(),
    /** Where the running volume is mounted; null where it does not run. */
    compare: z.nullable(z.string()),
  }),
  /** (backup) Writes the checksums of every file below a directory; an earlier generation lends those of its links. */
  z.strictObject({
    kind: z.literal('write-sums'),
    directory: z.string(),
    sums: z.string(),
    previous: z.nullable(z.strictObject({ directory: z.string(), sums: z.string() })),
  }),
  /**
   * (backup) Runs a program of the user's with a directory. Only the call that was given it runs it: no settlement does.
   */
  z.strictObject({ kind: z.literal('hand-over'), directory: z.string(), words }),
  /** (restore) Compares every file below a directory with its checksum. */
  z.strictObject({ kind: z.literal('compare-sums'), directory: z.string(), sums: z.string() }),
  /** (reclaim) Discards on a device what the filesystem on its overlay does not use, until the volume has room. */
  z.strictObject({
    kind: z.literal('discard-unused'),
    type: z.enum(['ext2', 'ext3', 'ext4', 'xfs']),
    /** Paths. */
    overlay: z.string(),
    device: z.string(),
    /** Of the volume. */
    dmName: z.string(),
    /** How much of its physical space shall be free. */
    untilBytes: count,
    /** Another filesystem on the volume follows, and may give back what this one cannot. */
    mayFallShort: flag,
  }),
  z.strictObject({ kind: z.literal('remember'), remembered: rememberedSchema }),
  /** Removes the volume's file. */
  z.strictObject({ kind: z.literal('forget'), name: z.string() }),
  /** Removes a text file, if it is still what it was when the plan was made. */
  z.strictObject({
    kind: z.literal('remove-file'),
    path: z.string(),
    was: z.string(),
    lock: z.exactOptional(z.string()),
  }),
  /** Rewrites a text file, if it is still what it was when the plan was made. */
  z.strictObject({
    kind: z.literal('replace-file'),
    path: z.string(),
    /** Null: there was no file. */
    was: z.nullable(z.string()),
    becomes: z.string(),
    mode: count,
    /** What changes in it, in words. */
    change: z.string(),
    /** The lock file to hold (flock(2)) while the file changes: that of the program that owns the file. */
    lock: z.exactOptional(z.string()),
  }),
  /** (manager) Changes the volume's entry in the manager's configuration, whatever else that file holds by then. */
  z.strictObject({ kind: z.literal('manager-entry'), name: z.string(), becomes: entryChangeSchema }),
]);

/** A step without the steps that it holds. */
export const plainStepSchema = z.strictObject({
  title: z.string(),
  action: actionSchema,
  /** What must be true right before the action; the plan stops when it is not. */
  before: z.exactOptional(expectations),
  /** What must be true after the action; the plan stops when it is not. */
  after: z.exactOptional(expectations),
  /**
   * When the plan is picked up again, or undone, the step is skipped if all of this is true already. Absent: `after`
   * decides.
   */
  unless: z.exactOptional(expectations),
  /** The plan takes the step only if all of this is known to be true then. Absent: always. */
  onlyIf: z.exactOptional(expectations),
  /** What the step leaves behind when the plan is undone, in words. */
  leaves: z.exactOptional(z.string()),
  /** The action may fail: it only eases a later step, which tells for itself whether that mattered. */
  mayFail: flag,
  /**
   * Exit codes with which the command has done what could be done, and has told the rest: the plan goes on, and the
   * operation reads what the command said.
   */
  goesOnAfter: z.exactOptional(z.array(count)),
  /** For a command that fails while somebody else, udev for example, is still at the device. */
  retries: z.exactOptional(retriesSchema),
  /** An action that fails may have done a part of its work, so its own undo runs too. */
  mayFailInPart: flag,
  /**
   * Once this step has kept its promise, there is no way back: a plan cut off later is finished, not undone. A step
   * that could not keep its promise has changed nothing for good.
   */
  pointOfNoReturn: flag,
  /** What becomes of the action when the plan is stopped while it runs. Absent: `waited-for`. */
  ifStopped: z.exactOptional(z.enum(stepStops)),
  /** Present where the action's progress can be told while it runs. */
  progress: z.exactOptional(progressSchema),
});

export type Step = DeepReadonly<z.infer<typeof plainStepSchema>> & StepTree;

/** The steps that a step holds. */
export interface StepTree {
  /**
   * The steps, in order, that put back what the action changed, or that make the parts agree again where the action was
   * cut off.
   */
  readonly undo?: readonly Step[];
  /**
   * For an action with several effects: how to recognise, and how to finish, one that was cut off after the first
   * effect without a way back.
   */
  readonly ifTorn?: { readonly recognisedBy: readonly Expectation[]; readonly finish: readonly Step[] };
}

/** The type is written out because the schema holds itself. A missing key of {@link StepTree} does not compile. */
export const stepSchema: z.ZodMiniType<Step> = z.lazy(() =>
  z.extend(plainStepSchema, {
    undo: z.exactOptional(z.array(stepSchema)),
    ifTorn: z.exactOptional(z.strictObject({ recognisedBy: expectations, finish: z.array(stepSchema) })),
  } satisfies Record<keyof StepTree, z.ZodMiniType>),
);

/** Why somebody has to agree to a plan. */
export const confirmReasons = ['may-lose-data', 'restarts-a-running-volume', 'takes-for-settled'] as const;

export const operationNames = [
  ...(['start', 'stop', 'restart', 'force-rebuild', 'adopt', 'repair-geometry'] as const),
  ...(['create', 'remove', 'grow', 'set', 'cleanup', 'reclaim', 'rehearse', 'salvage'] as const),
  ...(['backup', 'restore', 'rename'] as const),
] as const;

/**
 * A plan is data: the dry run prints it, the confirmation shows it, the journal keeps it and the executor follows
 * it. It holds nothing that cannot be written down as JSON.
 */
export const planSchema = z.strictObject({
  operation: z.enum(operationNames),
  /** The volume's NAME. */
  volume: z.string(),
  steps: z.array(stepSchema),
  /** What may be lost, in sentences. Empty when nothing can be. */
  mayLose: words,
  stack: stackSchema,
  /** Path of its storage device: what a create or remove that was cut off leaves of the volume lies there. */
  storage: z.nullable(z.string()),
  /** Name of the vdo target that the `left-running` step starts; absent when the plan starts none. */
  starts: z.exactOptional(z.string()),
  /** A plan cut off before its point of no return is undone only if this is true, and finished otherwise. */
  undoOnlyIf: z.exactOptional(expectations),
  /** What was looked at before a plan that can lose data. */
  preflight: z.exactOptional(preflightSchema),
  /** Why a person has to agree first; absent if nobody has to. */
  confirm: z.exactOptional(z.enum(confirmReasons)),
});
