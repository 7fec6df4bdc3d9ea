import * as z from 'zod/mini';
import { diskStates } from '../model/disk.ts';
import { indexStates, operatingModes } from '../model/kernel.ts';
import { endings, stepEnds, type OperationRecord } from '../model/operation.ts';
import { operations, type Plan, type Step } from '../model/plan.ts';
import { rememberedSchema } from '../model/remembered.ts';
import { stackSchema } from '../model/volume.ts';
import { findForeign } from './own-actions.ts';

/** The journal as it is read back: by a later call, maybe of a later version, maybe after somebody had a hand in it. */

const words = z.array(z.string());
const count = z.int().check(z.nonnegative());
const bytes = z.nullable(count);

const command = z.strictObject({
  file: z.string(),
  args: words,
  inputBase64: z.exactOptional(z.string()),
  effect: z.enum(['looks', 'changes']),
  timeLimitMs: count,
  atTimeLimit: z.enum(['kill', 'leave']),
});

const action = z
  .discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('run'), command }),
    z.strictObject({ kind: z.literal('make-writable'), dmName: z.string() }),
    z.strictObject({ kind: z.literal('remember'), remembered: rememberedSchema }),
    z.strictObject({ kind: z.literal('forget'), name: z.string() }),
    z.strictObject({
      kind: z.literal('remove-file'),
      path: z.string(),
      was: z.string(),
      lock: z.exactOptional(z.string()),
    }),
    z.strictObject({
      kind: z.literal('replace-file'),
      path: z.string(),
      was: z.nullable(z.string()),
      becomes: z.string(),
      mode: count,
      change: z.string(),
      lock: z.exactOptional(z.string()),
    }),
    z.strictObject({
      kind: z.literal('manager-entry'),
      name: z.string(),
      becomes: z.enum(['taken-out', 'finished']),
    }),
  ])
  .check(({ value, issues }) => {
    const foreign = findForeign(value);
    if (foreign !== undefined) issues.push({ code: 'custom', input: value, message: foreign });
  });

const ifRunning = z.exactOptional(z.literal(true));
const dmName = z.string();
const device = z.string();
const lvmThing = { what: z.enum(['lv', 'vg', 'pv']), name: z.string() };

const expectation = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('dm-absent'), dmName }),
  z.strictObject({ kind: z.literal('dm-present'), dmName }),
  z.strictObject({ kind: z.literal('not-by-hand'), dmName }),
  z.strictObject({ kind: z.literal('dm-table'), dmName, table: z.string() }),
  z.strictObject({ kind: z.literal('writable'), dmName }),
  z.strictObject({ kind: z.literal('unused'), device, ifThere: z.exactOptional(z.literal(true)) }),
  z.strictObject({
    kind: z.literal('holds-vdo'),
    device,
    uuid: z.nullable(z.string()),
    nonce: z.exactOptional(z.string()),
    formattedSinceMs: z.exactOptional(count),
  }),
  z.strictObject({ kind: z.literal('only-on'), dmName, device }),
  z.strictObject({ kind: z.literal('data-not-lent'), dataDmName: dmName, poolDmName: dmName }),
  z.strictObject({
    kind: z.literal('disk-state'),
    device,
    oneOf: z.array(z.enum(diskStates)),
    uuid: z.exactOptional(z.string()),
  }),
  z.strictObject({ kind: z.literal('mode'), dmName, oneOf: z.array(z.enum(operatingModes)) }),
  z.strictObject({
    kind: z.literal('read-only-recoveries'),
    dmName,
    atLeast: count,
    device: z.exactOptional(device),
    orUnknown: z.exactOptional(z.literal(true)),
  }),
  z.strictObject({ kind: z.literal('not-wiped'), device }),
  z.strictObject({ kind: z.literal('block-is'), device, atBytes: count, bytes: z.string() }),
  z.strictObject({ kind: z.literal('data-lies-at'), data: device, device, atBytes: count }),
  z.strictObject({ kind: z.literal('no-vdo'), device }),
  z.strictObject({
    kind: z.literal('unwritten'),
    dmName,
    device: z.nullable(device),
    lv: z.nullable(z.string()),
    managed: z.exactOptional(z.string()),
  }),
  z.strictObject({ kind: z.literal('begins-with-zeros'), device }),
  z.strictObject({ kind: z.literal('settled-table'), dmName }),
  z.strictObject({
    kind: z.literal('sizes'),
    dmName,
    device: z.nullable(device),
    logicalBytes: bytes,
    physicalBytes: bytes,
  }),
  z.strictObject({ kind: z.literal('remembered'), remembered: rememberedSchema }),
  z.strictObject({ kind: z.literal('forgotten'), name: z.string() }),
  z.strictObject({ kind: z.literal('lvm-has'), ...lvmThing }),
  z.strictObject({ kind: z.literal('lvm-lacks'), ...lvmThing }),
  z.strictObject({ kind: z.literal('lvm-pool'), name: z.string(), uuid: z.string(), lvUuids: words }),
  z.strictObject({ kind: z.literal('lv-size'), name: z.string(), atLeastBytes: count }),
  z.strictObject({ kind: z.literal('lv-in-step'), name: z.string() }),
  z.strictObject({ kind: z.literal('manager-state'), name: z.string(), oneOf: words }),
  z.strictObject({ kind: z.literal('removal-begun'), name: z.string(), device }),
  z.strictObject({ kind: z.literal('compression'), dmName, state: z.enum(['online', 'offline']), ifRunning }),
  z.strictObject({ kind: z.literal('index'), dmName, oneOf: z.array(z.enum(indexStates)), ifRunning }),
]);

const step: z.ZodMiniType<Step> = z.lazy(() =>
  z.strictObject({
    title: z.string(),
    action,
    before: z.exactOptional(z.array(expectation)),
    after: z.exactOptional(z.array(expectation)),
    unless: z.exactOptional(z.array(expectation)),
    undo: z.exactOptional(z.array(step)),
    ifTorn: z.exactOptional(z.strictObject({ recognisedBy: z.array(expectation), finish: z.array(step) })),
    mayFail: z.exactOptional(z.literal(true)),
    leaves: z.exactOptional(z.string()),
    mayFailInPart: z.exactOptional(z.literal(true)),
    pointOfNoReturn: z.exactOptional(z.literal(true)),
  }),
);

const plan: z.ZodMiniType<Plan> = z.strictObject({
  operation: z.enum(operations),
  volume: z.string(),
  stack: stackSchema,
  storage: z.nullable(z.string()),
  steps: z.array(step),
  mayLose: words,
  starts: z.exactOptional(z.string()),
  undoOnlyIf: z.exactOptional(z.array(expectation)),
  confirm: z.exactOptional(z.enum(['may-lose-data', 'restarts-a-running-volume'])),
});

const at = z.iso.datetime();

/** One line of a journal. */
export const recordSchema: z.ZodMiniType<OperationRecord> = z.discriminatedUnion('record', [
  z.strictObject({
    record: z.literal('begun'),
    schemaVersion: z.literal(1),
    id: z.string(),
    at,
    user: z.string(),
    host: z.string(),
    process: z.strictObject({ pid: count, startedAtTicks: z.string(), bootId: z.string() }),
    plan,
    settles: words,
  }),
  z.strictObject({
    record: z.literal('step'),
    at,
    way: z.enum(['forward', 'undo']),
    index: count,
    title: z.string(),
    state: z.enum(['begun', ...stepEnds]),
  }),
  z.strictObject({
    record: z.literal('command'),
    at,
    command: z.strictObject({ file: z.string(), args: words }),
    exitCode: z.nullable(count),
    how: z.string(),
    durationMs: z.number(),
    output: z.string(),
  }),
  z.strictObject({ record: z.literal('ended'), at, outcome: z.enum(endings), why: z.nullable(z.string()) }),
  z.strictObject({
    record: z.literal('settled'),
    at,
    by: z.string(),
    how: z.enum(['finished', 'undone', 'dismissed']),
  }),
]);
