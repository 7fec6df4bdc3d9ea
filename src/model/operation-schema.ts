import * as z from 'zod/mini';
import { deviceAccountSchema } from './account-schema.ts';
import { endings, stepEnds } from './operation-ends.ts';
import { planSchema } from './plan-schema.ts';

/** One line of a journal, as a later call, perhaps of a later version, reads it back. */

const words = z.array(z.string());
const count = z.int().check(z.nonnegative());
/** ISO 8601. */
const at = z.iso.datetime();

/** Tells a process from every other one that ever had its PID. */
const processMarkSchema = z.strictObject({
  pid: count,
  /** When the process started, in clock ticks after the boot. */
  startedAtTicks: z.string(),
  bootId: z.string(),
});

export const begunSchema = z.strictObject({
  record: z.literal('begun'),
  schemaVersion: z.literal(1),
  /** Sorts by time. */
  id: z.string(),
  at,
  user: z.string(),
  host: z.string(),
  process: processMarkSchema,
  plan: planSchema,
  /** (cleanup) The operations that it settles. */
  settles: words,
});

/** Written before (`begun`) and after each step. */
export const stepRecordSchema = z.strictObject({
  record: z.literal('step'),
  at,
  /** `undo`: a step of the way back; its `index` is that of the step that it undoes. */
  way: z.enum(['forward', 'undo']),
  index: count,
  title: z.string(),
  /** `goes-on`: vdoctl stopped waiting for it; it ends by itself. */
  state: z.enum(['begun', ...stepEnds]),
});

export const commandRecordSchema = z.strictObject({
  record: z.literal('command'),
  at,
  command: z.strictObject({ file: z.string(), args: words }),
  /** Null when there is no exit code. */
  exitCode: z.nullable(count),
  /** How it ended, in words. */
  how: z.string(),
  durationMs: z.number(),
  /** The end of what it printed. */
  output: z.string(),
});

/** A problem as a code and data, as the errors of `--json` have it. */
const causeSchema = z.strictObject({
  problem: z.string(),
  because: z.nullable(z.string()),
  /** Null where they were larger than a journal takes. */
  facts: z.nullable(z.record(z.string(), z.unknown())),
});

export const endedSchema = z.strictObject({
  record: z.literal('ended'),
  at,
  outcome: z.enum(endings),
  /** Why it was not done, in words. */
  why: z.nullable(z.string()),
  /** The same reason as a code with its facts. Absent in journals of earlier versions, which had only the words. */
  cause: z.optional(causeSchema),
});

/** (rehearse) What the rehearsal shows of one device. */
export const accountRecordSchema = z.strictObject({
  record: z.literal('account'),
  at,
  account: deviceAccountSchema,
});

/** A cleanup finished or undid what this operation had left. */
export const settledSchema = z.strictObject({
  record: z.literal('settled'),
  at,
  /** The id of the cleanup. */
  by: z.string(),
  how: z.enum(['finished', 'undone', 'dismissed']),
});

/**
 * The journal of one operation holds one record a line, in the order of writing. The program goes on only when a record
 * is on the disk.
 */
export const operationRecordSchema = z.discriminatedUnion('record', [
  begunSchema,
  stepRecordSchema,
  commandRecordSchema,
  accountRecordSchema,
  endedSchema,
  settledSchema,
]);
