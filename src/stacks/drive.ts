import type { Step } from '../model/plan.ts';

/**
 * How one volume is driven in the terms of its stack. Each method returns steps and runs nothing; what had to be
 * looked up for them was looked up when the drive was prepared.
 */
export interface Drive {
  startSteps(): readonly Step[];
  stopSteps(): readonly Step[];
  /** From stopped to running again, through a forced rebuild. */
  forceRebuildSteps(): readonly Step[];
}
