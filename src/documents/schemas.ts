import * as z from 'zod/mini';
import { needlessOutcomes, volumeOperations, type VolumeOperation } from '../model/availability.ts';
import { stepEnds } from '../model/operation-ends.ts';
import { operatingModes } from '../model/kernel.ts';
import { rehearsalAccountSchema } from '../model/rehearsal-account.ts';
import { rememberedSchema } from '../model/remembered.ts';
import { findingCodes } from '../model/finding.ts';
import { alertCodes, alertSchema, missingSchema, volumeSchema } from '../model/volume.ts';
import { verdicts } from '../model/verdict.ts';
import { historyEntry, keptGenerationShape, plan, reclaimedShape } from './operation-shapes.ts';
import { at, errorShape, nullableCount, schemaVersion } from './shapes.ts';

const namedError = z.strictObject({ name: z.string(), exitCode: z.int(), ...errorShape });

/** Whether an operation can run on a volume, judged from one look. */
const operation = z.strictObject({
  possible: z.boolean(),
  /** The outcome where there is nothing to do. */
  outcome: z.nullable(z.enum(needlessOutcomes)),
  exitCode: z.int(),
  error: z.nullable(z.strictObject(errorShape)),
});
const operationsOfVolume = z.strictObject(
  Object.fromEntries(volumeOperations.map((name) => [name, operation])) as Record<
    VolumeOperation,
    typeof operation
  >,
);

const picture = {
  schemaVersion,
  host: z.string(),
  takenAt: at,
  volumes: z.array(volumeSchema),
  missing: z.array(missingSchema),
};

const verdict = z.enum(verdicts);

const finding = z.strictObject({ ...alertSchema.shape, code: z.enum([...alertCodes, ...findingCodes]) });

/** The published schema of every document, by the `kind` it carries. */
export const schemas = {
  list: z.strictObject({
    kind: z.literal('list'),
    ...picture,
    /** With names: one for each that fits no volume in sight. */
    errors: z.optional(z.array(namedError)),
  }),
  status: z.strictObject({
    kind: z.literal('status'),
    ...picture,
    /** Each with what can be done to it. */
    volumes: z.array(z.extend(volumeSchema, { operations: operationsOfVolume })),
    /** One for each name that fits no volume in sight. */
    errors: z.array(namedError),
  }),
  doctor: z.strictObject({
    ...{ schemaVersion, kind: z.literal('doctor'), host: z.string(), takenAt: at },
    /** The volumes, severest first, each with its findings, severest first. */
    volumes: z.array(z.strictObject({ name: z.string(), findings: z.array(finding) })),
    /** Those of the host itself, which concern every volume. */
    ofHost: z.array(finding),
    /** What could not be seen, and so may be wrong all the same. */
    missing: z.array(missingSchema),
    /** One for each name that fits no volume in sight. */
    errors: z.array(namedError),
  }),
  plan,
  step: z.strictObject({
    schemaVersion,
    kind: z.literal('step'),
    volume: z.string(),
    index: z.int(),
    total: z.int(),
    title: z.string(),
    does: z.string(),
    state: z.enum(['running', ...stepEnds]),
    durationMs: z.number(),
  }),
  progress: z.strictObject({
    schemaVersion,
    kind: z.literal('progress'),
    volume: z.string(),
    phase: z.enum(['starting', 'recovering', 'waiting', 'copying', 'scanning', 'trimming']),
    elapsedMs: z.number(),
    percent: nullableCount,
    slabs: nullableCount,
    slabsDone: nullableCount,
    ratePercentPerSecond: nullableCount,
    /** (`copying`) Everything done so far, by this call and by earlier ones. (`trimming`) What the kernel counts as freed. */
    bytesDone: nullableCount,
    bytesTotal: nullableCount,
    /** Over the last minute. */
    bytesPerSecond: nullableCount,
    etaSeconds: nullableCount,
  }),
  notice: z.strictObject({
    schemaVersion,
    kind: z.literal('notice'),
    volume: z.string(),
    message: z.string(),
  }),
  result: z.strictObject({
    schemaVersion,
    kind: z.literal('result'),
    command: z.string(),
    exitCode: z.int(),
    volumes: z.array(
      z.strictObject({
        name: z.string(),
        exitCode: z.int(),
        outcome: z.nullable(z.string()),
        error: z.nullable(z.strictObject(errorShape)),
        /** The plan that was shown, where it did not go out as a document of its own. */
        plan: z.nullable(plan),
        notices: z.array(z.string()),
        /** (start) How the volume runs; absent where it does not. */
        mode: z.optional(z.nullable(z.enum(operatingModes))),
        /** (start) How much of its online recovery is done, while it recovers. */
        recoveryPercent: z.optional(nullableCount),
        /** (start) Paths of what it offers: its device, or of a pool each logical volume that is active. */
        devices: z.optional(z.array(z.string())),
        /** (start) Its own UUID; null where nobody could read it. */
        uuid: z.optional(z.nullable(z.string())),
        /** (set) The keys that apply only from the volume's next start on; absent where none of that kind was set. */
        fromNextStart: z.optional(z.array(z.string())),
        /** (`reclaim`) What was freed, by the kernel's count; absent where nothing was done. */
        reclaimed: z.optional(reclaimedShape),
        /** (backup) Path of the new generation. */
        generation: z.optional(z.string()),
        /** (rehearse) What the rehearsal shows. */
        account: z.optional(rehearsalAccountSchema),
      }),
    ),
    /** Set when the call failed before it came to any volume. */
    error: z.nullable(z.strictObject(errorShape)),
  }),
  stats: z.strictObject({
    ...{ schemaVersion, kind: z.literal('stats'), host: z.string(), takenAt: at },
    volume: z.string(),
    /** Since the document before; null in the first. */
    seconds: nullableCount,
    statistics: z.array(
      z.strictObject({
        /** As `vdostats --verbose` names it. */
        name: z.string(),
        /** As `status --json` names it. */
        field: z.string(),
        /** Null where this kernel has no such statistic, and where it has no meaning in the mode. */
        value: nullableCount,
        /** Of a counter, since the document before; null in the first, and where it began anew. */
        perSecond: nullableCount,
      }),
    ),
  }),
  backups: z.strictObject({
    schemaVersion,
    kind: z.literal('backups'),
    /** Each that is whole, by volume, the oldest first. */
    generations: z.array(keptGenerationShape),
  }),
  error: z.strictObject({
    schemaVersion,
    kind: z.literal('error'),
    exitCode: z.int(),
    ...errorShape,
  }),
  explanations: z.strictObject({
    schemaVersion,
    kind: z.literal('explanations'),
    explanations: z.array(
      z.strictObject({ code: z.string(), title: z.string(), meaning: z.string(), next: z.string() }),
    ),
  }),
  check: z.strictObject({
    schemaVersion,
    kind: z.literal('check'),
    /** Null where nothing was looked at. */
    host: z.nullable(z.string()),
    takenAt: z.nullable(at),
    verdict,
    exitCode: z.int(),
    summary: z.string(),
    volumes: z.array(
      z.strictObject({
        name: z.string(),
        verdict,
        reasons: z.array(
          z.strictObject({
            verdict,
            /** The code of an alert; null for any other reason. */
            code: z.nullable(z.enum(alertCodes)),
            message: z.string(),
            next: z.nullable(z.string()),
          }),
        ),
        usedBytes: nullableCount,
        usedPercent: nullableCount,
        physicalBytes: nullableCount,
      }),
    ),
    missing: z.array(missingSchema),
    /** With `--changes`: what each volume was at the last such call, and is now; null where it was not there. */
    changes: z.optional(
      z.array(
        z.strictObject({ name: z.string(), before: z.nullable(z.string()), now: z.nullable(z.string()) }),
      ),
    ),
  }),
  metrics: z.strictObject({
    schemaVersion,
    kind: z.literal('metrics'),
    host: z.string(),
    metrics: z.array(
      z.strictObject({
        name: z.string(),
        type: z.enum(['gauge', 'counter']),
        unit: z.nullable(z.enum(['bytes', 'seconds', 'ratio'])),
        help: z.string(),
        samples: z.array(z.strictObject({ labels: z.record(z.string(), z.string()), value: z.number() })),
      }),
    ),
  }),
  config: z.strictObject({
    schemaVersion,
    kind: z.literal('config'),
    file: z.strictObject({ path: z.string(), state: z.enum(['read', 'missing', 'not-permitted']) }),
    settings: z.array(
      z.strictObject({
        key: z.string(),
        /** As it would stand in the file. */
        value: z.string(),
        /** For a duration in milliseconds; null for a choice. */
        number: nullableCount,
        type: z.enum(['duration', 'percent', 'count', 'choice']),
        unit: z.nullable(z.string()),
        default: z.string(),
        from: z.enum(['default', 'file', 'environment', 'flag']),
        /** The file's line, the variable or the flag. */
        where: z.nullable(z.string()),
        environment: z.string(),
        flag: z.nullable(z.string()),
        description: z.string(),
      }),
    ),
  }),
  schemas: z.strictObject({ schemaVersion, kind: z.literal('schemas'), kinds: z.array(z.string()) }),
  completion: z.strictObject({
    schemaVersion,
    kind: z.literal('completion'),
    shell: z.string(),
    script: z.string(),
  }),
  history: z.strictObject({
    schemaVersion,
    kind: z.literal('history'),
    host: z.string(),
    operations: z.array(historyEntry),
    missing: z.array(missingSchema),
  }),
  'volume-file': rememberedSchema,
} as const;
