import * as z from 'zod/mini';
import { expectationSchema, type Expectation } from './expectation-schema.ts';
import type { DeepReadonly } from './readonly.ts';
import { rememberedSchema } from './remembered.ts';
import { stackSchema } from './volume.ts';

/**
 * A plan as it is written down. The types of the program come from here, so that there is nothing in a plan that a later
 * call could not read back. It is strict: what it does not name, a newer vdoctl has written.
 */

const words = z.array(z.string());
const count = z.int().check(z.nonnegative());
const expectations = z.array(expectationSchema);
const flag = z.exactOptional(z.literal(true));

/** Longer no timer runs: 24 days. */
const longestLimitMs = 2 ** 31 - 1;

const commandSchema = z.strictObject({
  file: z.string(),
  args: words,
  /** Only looks are given text; what a plan writes is bytes. */
  input: z.exactOptional(z.never()),
  inputBase64: z.exactOptional(z.string()),
  effect: z.enum(['looks', 'changes']),
  timeLimitMs: count.check(z.maximum(longestLimitMs)),
  atTimeLimit: z.enum(['kill', 'leave']),
});

/** `finished`: with the sizes that the super block has, as the manager's own create ends. */
const entryChangeSchema = z.enum(['taken-out', 'finished']);

/**
 * By Ctrl-C or a signal. `waited-for`: the plan stops at its end. `left-running`: it goes on by itself, and nobody waits
 * any longer; for the last step of a plan. `killed`: it is ended, now and at its time limit (SIGTERM, then SIGKILL); the
 * same plan, made again, goes on from what it leaves. No deadline ends a plan with such a step: that has its own limit.
 */
export const stepStops = ['waited-for', 'left-running', 'killed'] as const;

/** How far the work of a command is, by the lines that it prints while it runs. */
const progressSchema = z.strictObject({
  /** Whose lines they are. */
  printedBy: z.enum(['ddrescue']),
  /** What it comes to in the end, with what was done before. Null where nobody knows. */
  totalBytes: z.nullable(count),
});

export const actionSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('run'), command: commandSchema }),
  /** A device that LVM put up read-only takes the same table again, writable. What that is only the kernel knows. */
  z.strictObject({ kind: z.literal('make-writable'), dmName: z.string() }),
  z.strictObject({ kind: z.literal('remember'), remembered: rememberedSchema }),
  /** Removes the volume's file. */
  z.strictObject({ kind: z.literal('forget'), name: z.string() }),
  /** Removes a text file, provided that it still is what it was. */
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
    /** Null: there was none. */
    was: z.nullable(z.string()),
    becomes: z.string(),
    mode: count,
    /** What changes in it, in words. */
    change: z.string(),
    /** The file of whose flock(2) it is changed under: that of another program, whose file it is. */
    lock: z.exactOptional(z.string()),
  }),
  /** (manager) Changes the volume's entry in the manager's configuration, whatever else that has by then. */
  z.strictObject({ kind: z.literal('manager-entry'), name: z.string(), becomes: entryChangeSchema }),
]);

/** What a step is but for the steps that it holds. */
export const plainStepSchema = z.strictObject({
  title: z.string(),
  action: actionSchema,
  /** What must be true right before the action; the plan stops when it is not. */
  before: z.exactOptional(expectations),
  /** What must be true after the action; the plan stops when it is not. */
  after: z.exactOptional(expectations),
  /**
   * When the plan is picked up again, or undone, the step is not taken if all of this is so already; `after` where it
   * is absent.
   */
  unless: z.exactOptional(expectations),
  /** What of it remains when the plan is undone, in words. */
  leaves: z.exactOptional(z.string()),
  /** The action only eases what follows, which tells for itself whether it mattered: it may fail. */
  mayFail: flag,
  /** When the action fails it may have done a part of its work: its own undo is run too. */
  mayFailInPart: flag,
  /**
   * Once what this step promises is so, there is no way back: what is cut off later is finished, not undone. A step
   * that could not keep its promise has changed nothing for good.
   */
  pointOfNoReturn: flag,
  /** What becomes of the action when the plan is stopped while it runs; `waited-for` where it is absent. */
  ifStopped: z.exactOptional(z.enum(stepStops)),
  /** How far it has come is told while it runs. */
  progress: z.exactOptional(progressSchema),
});

export type Step = DeepReadonly<z.infer<typeof plainStepSchema>> & StepTree;

/** The steps that a step holds. */
export interface StepTree {
  /**
   * What puts back what the action changed, in order; or brings the world in step with itself where the action was
   * cut off.
   */
  readonly undo?: readonly Step[];
  /** The action has several effects; cut off after the first for which there is no way back, it is finished so. */
  readonly ifTorn?: { readonly recognisedBy: readonly Expectation[]; readonly finish: readonly Step[] };
}

/** What holds itself the compiler has to be told of; a key of {@link StepTree} that is missing here does not compile. */
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
  ...(['create', 'remove', 'grow', 'set', 'cleanup'] as const),
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
  /** Path of its storage device: what is left of a volume that was cut off while it was made or removed lies there. */
  storage: z.nullable(z.string()),
  /** Name of the vdo target that the step which is left running starts; absent when the plan starts none. */
  starts: z.exactOptional(z.string()),
  /** The plan, cut off before its point of no return, is undone only if this is so, and finished otherwise. */
  undoOnlyIf: z.exactOptional(expectations),
  /** Why a person has to agree first; absent if nobody has to. */
  confirm: z.exactOptional(z.enum(confirmReasons)),
});
