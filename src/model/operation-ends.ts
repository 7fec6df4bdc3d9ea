/** How a step, and an operation, can end. */

/** How a step that began can end. `stopped`: vdoctl ended it midway, which this step allows. */
export const stepEnds = ['done', 'failed', 'goes-on', 'stopped'] as const;

export type StepEnd = (typeof stepEnds)[number];

/**
 * `goes-on`: the kernel finishes the last step by itself. `not-up`: everything but the final start was done, so the
 * volume is stopped, or read-only again, and the next operation goes from there. `half-done`: neither finished nor put
 * back. `stopped`: a step was ended midway and everything before it was put back; the same operation, run again, goes
 * on from what that step left.
 */
export const endings = ['done', 'put-back', 'goes-on', 'not-up', 'stopped', 'half-done'] as const;
