import type { Step } from '../model/plan.ts';
import type { WritePolicy } from '../model/vdoconf.ts';

/**
 * How one volume is driven in the terms of its stack. Each method returns steps and changes nothing. No steps: nothing is to be done.
 */
export interface Drive {
  startSteps(): readonly Step[];
  stopSteps(): readonly Step[];
  /** From stopped to running again, through a forced rebuild. */
  forceRebuildSteps(): readonly Step[];
  /** To no volume, running or stopped before. */
  removeSteps(): readonly Step[] | Promise<readonly Step[]>;
  growSteps(growth: Growth): Promise<readonly Step[]>;
  setSteps(settings: readonly Setting[]): readonly Step[] | Promise<readonly Step[]>;
}

/** `physical`: to all that the storage has. */
export type Growth =
  | {
      readonly kind: 'logical';
      readonly bytes: number;
      /** The name that was asked for: it may be that of one LV among several. */
      readonly asked: string;
    }
  | { readonly kind: 'physical' };

/** What is either on or off. */
export interface Switch {
  readonly key: 'compression' | 'deduplication';
  readonly value: 'on' | 'off';
}

export type Setting = Switch | { readonly key: 'write-policy'; readonly value: WritePolicy };
