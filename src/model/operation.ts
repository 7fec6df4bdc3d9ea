import type * as z from 'zod/mini';
import type {
  accountRecordSchema,
  begunSchema,
  commandRecordSchema,
  endedSchema,
  operationRecordSchema,
  settledSchema,
  stepRecordSchema,
} from './operation-schema.ts';
import type { Plan } from './plan.ts';
import type { DeepReadonly } from './readonly.ts';

/** The records of a journal. The schemas define what is written down, and say what each field means. */

export type OperationRecord = DeepReadonly<z.infer<typeof operationRecordSchema>>;
export type Begun = DeepReadonly<z.infer<typeof begunSchema>>;
export type ProcessMark = Begun['process'];
export type StepRecord = DeepReadonly<z.infer<typeof stepRecordSchema>>;
export type CommandRecord = DeepReadonly<z.infer<typeof commandRecordSchema>>;
export type AccountRecord = DeepReadonly<z.infer<typeof accountRecordSchema>>;
export type Ended = DeepReadonly<z.infer<typeof endedSchema>>;
export type Settled = DeepReadonly<z.infer<typeof settledSchema>>;

/** An operation as its journal tells it. */
export interface JournaledOperation {
  readonly begun: Begun;
  readonly steps: readonly StepRecord[];
  readonly commands: readonly CommandRecord[];
  /** (rehearse) What the rehearsal shows of each device; absent if it did not come to that. */
  readonly accounts?: readonly AccountRecord[];
  readonly ended: Ended | undefined;
  readonly settled: Settled | undefined;
}

/** An operation that neither ended nor was settled, and whether its process still works on it. */
export interface UnfinishedOperation {
  readonly operation: JournaledOperation;
  /** The journal's file. */
  readonly path: string;
  readonly state: 'under-way' | 'cut-off';
}

/** An operation and its present state. */
export interface KnownOperation {
  readonly operation: JournaledOperation;
  readonly state: Ended['outcome'] | UnfinishedOperation['state'];
}

/**
 * Operations that leave nothing to settle when they are cut off: the volume is stopped or started, and the next call
 * takes it from there; of a restore, what was copied stays.
 */
export function leavesNothingToSettle({ operation }: Pick<Plan, 'operation'>): boolean {
  return ['start', 'stop', 'restart', 'adopt', 'set', 'restore'].includes(operation);
}
