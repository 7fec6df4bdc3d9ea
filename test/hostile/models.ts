import fc from 'fast-check';

import type { LoadedSettings } from '../../src/cli/settings/load.ts';
import { schemas } from '../../src/documents/schemas.ts';
import type { LoggedCommand } from '../../src/model/command.ts';
import { recordSchema } from '../../src/journal/schema.ts';
import type {
  Begun,
  CommandRecord,
  Ended,
  KnownOperation,
  Settled,
  StepRecord,
} from '../../src/model/operation.ts';
import { stepEnds } from '../../src/model/operation-ends.ts';
import type { Plan } from '../../src/model/plan.ts';
import type { Problem } from '../../src/model/problem.ts';
import { defaultSettings, settingSpecs } from '../../src/model/settings.ts';
import { missingSchema, volumeSchema, type Missing, type Volume } from '../../src/model/volume.ts';
import { verdicts } from '../../src/model/verdict.ts';
import type { Judgement } from '../../src/operations/check.ts';
import type { OperationEvent } from '../../src/operations/session.ts';
import { arbitraryOf } from './arbitrary.ts';
import { hostileText } from './text.ts';
import type { Refusal } from '../../src/model/refusal.ts';
import { severities, type Finding } from '../../src/model/finding.ts';
import { stackNames } from '../../src/model/stack-names.ts';
import type { KeptGeneration } from '../../src/model/kept-generation.ts';
import type { VerifiedGeneration } from '../../src/operations/backup/verify.ts';
import type { Examination } from '../../src/operations/doctor/examine.ts';
import { refusalSamples } from '../refusal-samples.ts';
import { shortfallSamples } from '../shortfall-samples.ts';

/** Values of the model with hostile text in each text field. */

const text = hostileText;
const count = fc.nat(100);

export const volumes: fc.Arbitrary<Volume[]> = fc.array(arbitraryOf(volumeSchema), { maxLength: 3 });
export const missing: fc.Arbitrary<Missing[]> = fc.array(arbitraryOf(missingSchema), { maxLength: 3 });

/** Any record of a journal. */
export const records = arbitraryOf(recordSchema);

const recordOf = <T>(kind: string): fc.Arbitrary<T> =>
  records.filter(({ record }) => record === kind).map((record) => record as T);

const begun = recordOf<Begun>('begun');
export const plans: fc.Arbitrary<Plan> = begun.map(({ plan }) => plan);

export const operations: fc.Arbitrary<KnownOperation[]> = fc.array(
  fc.record({
    state: fc.constantFrom<KnownOperation['state'][]>('done', 'cut-off', 'half-done'),
    operation: fc.record({
      begun,
      steps: fc.array(recordOf<StepRecord>('step'), { maxLength: 2 }),
      commands: fc.array(recordOf<CommandRecord>('command'), { maxLength: 2 }),
      ended: fc.option(recordOf<Ended>('ended'), { nil: undefined }),
      settled: fc.option(recordOf<Settled>('settled'), { nil: undefined }),
    }),
  }),
  { maxLength: 2 },
);

export const judgements: fc.Arbitrary<Judgement> = fc
  .tuple(volumes, missing, fc.array(fc.record({ verdict: verdictOf(), text }), { maxLength: 12 }))
  .map(([all, unseen, reasons]) => ({
    verdict: 'critical',
    missing: unseen,
    volumes: all.map((volume) => ({
      volume,
      verdict: 'critical',
      reasons: reasons.map((reason) => ({
        verdict: reason.verdict,
        code: null,
        message: reason.text,
        next: reason.text,
      })),
    })),
  }));

function verdictOf() {
  return fc.constantFrom(...verdicts.filter((each) => each !== 'ok'));
}

export const events: fc.Arbitrary<OperationEvent> = fc.oneof(
  fc.record({ kind: fc.constant('notice' as const), volume: text, message: text }),
  fc.record({
    kind: fc.constant('step' as const),
    volume: text,
    index: count,
    total: count,
    title: text,
    does: text,
    state: fc.constantFrom('running' as const, ...stepEnds),
    durationMs: count,
  }),
  fc.record({
    kind: fc.constant('progress' as const),
    volume: text,
    phase: fc.constantFrom('starting' as const, 'recovering' as const, 'waiting' as const),
    elapsedMs: count,
    percent: fc.option(count, { nil: undefined }),
    slabs: fc.option(count, { nil: undefined }),
    slabsDone: fc.option(count, { nil: undefined }),
    ratePercentPerSecond: fc.option(count, { nil: undefined }),
    etaSeconds: fc.option(count, { nil: undefined }),
  }),
  fc.record({
    kind: fc.constant('progress' as const),
    volume: text,
    phase: fc.constantFrom('copying' as const, 'scanning' as const),
    elapsedMs: count,
    percent: fc.option(count, { nil: undefined }),
    bytesDone: count,
    bytesTotal: fc.option(count, { nil: undefined }),
    bytesPerSecond: fc.option(count, { nil: undefined }),
    etaSeconds: fc.option(count, { nil: undefined }),
  }),
);

const toolFailed = fc.record({
  kind: fc.constant('tool-failed' as const),
  command: text,
  how: text,
  said: text,
  kernelSaid: fc.array(text, { maxLength: 2 }),
});

/** Facts that are always one of a few fixed words, and therefore never hostile. */
const knownWords = [
  ...['dm', 'lvm', 'stopped', 'running', 'recovering', 'error', 'growth', 'memory', 'under', 'on'],
  ...['vdoctl', 'remove', 'stop', 'mounts', 'dm-absent'],
  ...[
    'reading',
    'thin-pool',
    'size',
    'slabs',
    'signatures',
    'not-told-apart',
    'logical size',
    'swap',
    'read-only',
  ],
  ...['still-there', 'logical', 'dirty', 'not-understood', 'refused'],
];

/** A value shaped like the sample, with hostile text in place of each of its texts. */
function hostileLike(sample: unknown): fc.Arbitrary<unknown> {
  if (typeof sample === 'string') return knownWords.includes(sample) ? fc.constant(sample) : text;
  if (Array.isArray(sample)) return fc.tuple(...sample.map(hostileLike));
  if (typeof sample !== 'object' || sample === null) return fc.constant(sample);
  return fc.record(Object.fromEntries(Object.entries(sample).map(([key, each]) => [key, hostileLike(each)])));
}

/** A refusal of each code. */
const refusals = fc.oneof(
  ...Object.entries(refusalSamples).map(([because, facts]) =>
    fc.record({
      kind: fc.constant('refused' as const),
      name: text,
      because: fc.constant(because),
      facts: hostileLike(facts),
    }),
  ),
) as fc.Arbitrary<Refusal>;

/** A broken promise, one for each kind of thing that can be found instead. */
const broken = fc.oneof(
  ...Object.entries(shortfallSamples).map(([what, facts]) =>
    fc.record({
      kind: fc.constant('not-as-promised' as const),
      name: text,
      promised: fc.constant({ kind: 'dm-absent', dmName: 'v' } as const),
      found: hostileLike(facts).map((each) => ({ ...(each as object), what })),
    }),
  ),
) as fc.Arbitrary<Problem>;

/** Some kinds of problem are enough: all kinds become words in one place. */
export const problems: fc.Arbitrary<Problem> = fc.oneof(
  toolFailed,
  refusals,
  broken,
  fc.record({
    kind: fc.constant('stopped' as const),
    name: text,
    step: text,
    reached: fc.option(
      fc.record({ percent: fc.option(count), bytesDone: count, bytesTotal: fc.option(count) }),
    ),
    cause: toolFailed,
    stays: text,
  }),
  fc.record({ kind: fc.constant('usage' as const), message: text, next: text }),
  fc.record({ kind: fc.constant('no-such-volume' as const), name: text, known: fc.array(text) }),
  fc.record({ kind: fc.constant('locked' as const), name: text, holder: text }),
  fc.record({ kind: fc.constant('not-understood' as const), tool: text, line: text, reason: text }),
  fc.record({ kind: fc.constant('not-confirmed' as const), name: text, doing: text, typed: text }),
  fc.record({
    kind: fc.constant('in-use' as const),
    name: text,
    mounts: fc.array(text),
    devices: fc.array(text),
    processes: fc.array(text),
    elsewhere: fc.array(fc.record({ pid: text, path: text })),
  }),
  fc.record({
    kind: fc.constant('half-done' as const),
    name: text,
    cause: toolFailed,
    left: fc.array(text),
    finish: fc.array(text),
    settledBy: fc.constantFrom('cleanup' as const, 'recover' as const),
  }),
);

export const loadedSettings: fc.Arbitrary<LoadedSettings> = fc
  .array(text, { minLength: settingSpecs.length, maxLength: settingSpecs.length })
  .map((places) => ({
    values: defaultSettings,
    sources: Object.fromEntries(
      settingSpecs.map(({ key }, index) => [key, { from: 'file', where: places[index] ?? null }]),
    ) as LoadedSettings['sources'],
    file: 'read',
  }));

export const loggedCommands: fc.Arbitrary<LoggedCommand[]> = fc.array(
  fc.record({
    command: fc.record({
      file: text,
      args: fc.array(text, { maxLength: 3 }),
      effect: fc.constant('changes' as const),
      timeLimitMs: count,
      atTimeLimit: fc.constant('kill' as const),
    }),
    outcome: fc.record({ kind: fc.constant('signalled' as const), signal: text }),
    startedAt: count,
    durationMs: count,
  }),
  { maxLength: 2 },
);

/** Every document that `--json` prints, made from its published schema. */
export const documents: fc.Arbitrary<object> = fc.oneof(
  ...Object.values(schemas).map((schema) => arbitraryOf<object>(schema)),
);

const findings: fc.Arbitrary<Finding[]> = fc.array(
  fc.record({
    code: fc.constantFrom('read-only' as const, 'clone' as const),
    severity: fc.constantFrom(...severities),
    message: text,
    next: text,
  }),
  { maxLength: 2 },
);

export const examinations: fc.Arbitrary<Examination> = fc.record({
  volumes: fc.array(fc.record({ name: text, findings }), { maxLength: 3 }),
  ofHost: findings,
  missing,
});

const paths = fc.record({ count: fc.nat(), names: fc.array(text, { maxLength: 3 }) });

const filesystems = fc.array(
  fc.record({
    ...{ name: text, type: text, directory: text, check: text },
    from: fc.constantFrom('snapshot' as const, 'not-mounted' as const),
  }),
  { maxLength: 2 },
);

/** Generations of backups, as they are listed and as they are verified. */
export const generations: fc.Arbitrary<readonly (KeptGeneration | VerifiedGeneration)[]> = fc.array(
  fc
    .tuple(
      fc.record({
        ...{ directory: text, generation: text, at: text, path: text, sums: text },
        facts: fc.option(fc.record({ volume: text, stack: fc.constantFrom(...stackNames), filesystems })),
      }),
      fc.option(
        fc.record({
          ...{ files: fc.nat(), bytes: fc.nat(), filesRead: fc.nat() },
          ...{ unreadable: paths, differing: paths, missing: paths, more: paths },
        }),
      ),
    )
    .map(([kept, verified]) => (verified === null ? kept : { ...kept, verified })),
  { maxLength: 3 },
);
