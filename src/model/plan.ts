import type * as z from 'zod/mini';
import type { expectationSchema } from './expectation-schema.ts';
import type { actionSchema, operationNames, plainStepSchema, planSchema } from './plan-schema.ts';
import type { DeepReadonly } from './readonly.ts';

/** The types of a plan: what each field means stands in the schemas, which are what is written down. */

export type Plan = DeepReadonly<z.infer<typeof planSchema>>;
export type Operation = (typeof operationNames)[number];
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
export type Action = DeepReadonly<z.infer<typeof actionSchema>>;
export type EntryChange = Extract<Action, { readonly kind: 'manager-entry' }>['becomes'];
export type Expectation = DeepReadonly<z.infer<typeof expectationSchema>>;
export type LvmThing = Extract<Expectation, { readonly kind: 'lvm-has' }>['what'];
