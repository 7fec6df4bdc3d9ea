/** How a step, and an operation, can end. */

/** What becomes of a step that was begun. `stopped`: it was ended in its middle, as it may be. */
export const stepEnds = ['done', 'failed', 'goes-on', 'stopped'] as const;

export type StepEnd = (typeof stepEnds)[number];

/**
 * `goes-on`: the kernel finishes the last step by itself. `not-up`: all was done but for the start at its end, so that
 * the volume is stopped, or read-only again, and the next operation goes from there. `half-done`: neither finished nor
 * put back. `stopped`: a step was ended in its middle, and what was begun before it put back; the same operation goes on
 * from what that step leaves.
 */
export const endings = ['done', 'put-back', 'goes-on', 'not-up', 'stopped', 'half-done'] as const;
