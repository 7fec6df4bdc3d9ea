import * as z from 'zod/mini';
import type { OperationRecord } from '../model/operation.ts';
import { operationRecordSchema } from '../model/operation-schema.ts';
import type { Step } from '../model/plan.ts';
import { findForeign } from './own-actions.ts';

/**
 * The journal as it is read back: somebody may have changed it. Steps that vdoctl would not write itself are not
 * accepted.
 */
export const recordSchema: z.ZodMiniType<OperationRecord> = operationRecordSchema.check(
  ({ value, issues }) => {
    const foreign = value.record === 'begun' ? findForeignStep(value.plan.steps) : undefined;
    if (foreign !== undefined) issues.push({ code: 'custom', input: value, message: foreign });
  },
);

function findForeignStep(steps: readonly Step[]): string | undefined {
  for (const { action, undo = [], ifTorn } of steps) {
    const foreign = findForeign(action) ?? findForeignStep([...undo, ...(ifTorn?.finish ?? [])]);
    if (foreign !== undefined) return foreign;
  }
  return undefined;
}
