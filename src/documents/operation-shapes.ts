import * as z from 'zod/mini';
import { pathsSchema } from '../model/account-schema.ts';
import { backupFactsSchema } from '../model/kept-generation.ts';
import { preflightSchema } from '../model/preflight-schema.ts';
import { confirmReasons, operationNames } from '../model/plan-schema.ts';
import { endings, stepEnds } from '../model/operation-ends.ts';
import { at, codeShape, schemaVersion } from './shapes.ts';

/** What the documents about operations hold: of the past, planned, and done. */

/** One operation, as its journal tells it. */
export const historyEntry = z.strictObject({
  id: z.string(),
  at,
  operation: z.enum(operationNames),
  volume: z.string(),
  user: z.string(),
  host: z.string(),
  outcome: z.enum([...endings, 'cut-off', 'under-way']),
  endedAt: z.nullable(at),
  /** Why it was not done. */
  why: z.nullable(z.string()),
  /** The same reason in the form of errors; null where there is none, or an earlier version has written it down. */
  cause: z.nullable(z.strictObject({ ...codeShape, facts: z.nullable(codeShape.facts) })),
  /** What a cleanup did with it. */
  settled: z.nullable(z.enum(['finished', 'undone', 'dismissed'])),
  settles: z.array(z.string()),
  planned: z.array(z.strictObject({ title: z.string(), does: z.string() })),
  steps: z.array(
    z.strictObject({
      at,
      way: z.enum(['forward', 'undo']),
      index: z.int(),
      title: z.string(),
      state: z.enum(['begun', ...stepEnds]),
    }),
  ),
  commands: z.array(
    z.strictObject({
      at,
      command: z.array(z.string()),
      exitCode: z.nullable(z.int()),
      how: z.string(),
      durationMs: z.number(),
      output: z.string(),
    }),
  ),
});

export const plan = z.strictObject({
  schemaVersion,
  kind: z.literal('plan'),
  operation: z.enum(operationNames),
  volume: z.string(),
  confirm: z.nullable(z.enum(confirmReasons)),
  mayLose: z.array(z.string()),
  /** What was looked at beforehand; null where nothing had to be. */
  preflight: z.nullable(preflightSchema),
  steps: z.array(
    z.strictObject({
      title: z.string(),
      does: z.string(),
      command: z.nullable(z.array(z.string())),
      before: z.array(z.string()),
      after: z.array(z.string()),
      undo: z.array(z.string()),
      pointOfNoReturn: z.boolean(),
    }),
  ),
});

export const reclaimedShape = z.strictObject({
  usedBeforeBytes: z.number(),
  usedBytes: z.number(),
  availableBytes: z.number(),
  /** What fstrim says; most of it may have held nothing. */
  trimmedBytes: z.number(),
});

/** A generation of a backup. */
export const keptGenerationShape = z.strictObject({
  /** NAME of the volume; null where that was not written down. */
  volume: z.nullable(z.string()),
  /** The directory of the volume's generations. */
  directory: z.string(),
  generation: z.string(),
  at,
  path: z.string(),
  filesystems: z.nullable(backupFactsSchema.shape.filesystems),
  /** (verify) Every file, compared with its checksum; null if it was only listed. */
  verified: z.nullable(
    z.strictObject({
      isAsItWas: z.boolean(),
      files: z.int(),
      bytes: z.int(),
      unreadable: pathsSchema,
      differing: pathsSchema,
      missing: pathsSchema,
      /** Files that have no checksum. */
      more: pathsSchema,
    }),
  ),
});
