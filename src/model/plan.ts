import type * as z from 'zod/mini';
import type { Expectation } from './expectation-schema.ts';
import type { actionSchema, operationNames, planSchema, Step, StepTree } from './plan-schema.ts';
import type { DeepReadonly } from './readonly.ts';

/** The types of a plan. The schemas define what is written down, and say what each field means. */

export type { Expectation, Step, StepTree };

export type Plan = DeepReadonly<z.infer<typeof planSchema>>;
export type Operation = (typeof operationNames)[number];

export type Action = DeepReadonly<z.infer<typeof actionSchema>>;
export type EntryChange = Extract<Action, { readonly kind: 'manager-entry' }>['becomes'];

export type LvmThing = Extract<Expectation, { readonly kind: 'lvm-has' }>['what'];
