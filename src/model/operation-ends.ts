/** How a step, and an operation, can end. */

/** What becomes of a step that was begun. */
export const stepEnds = ['done', 'failed', 'goes-on'] as const;

export type StepEnd = (typeof stepEnds)[number];

/**
 * `goes-on`: the kernel finishes the last step by itself. `not-up`: all was done but for the start at its end, so that
 * the volume is stopped, or read-only again, and the next operation goes from there. `half-done`: neither finished nor
 * put back.
 */
export const endings = ['done', 'put-back', 'goes-on', 'not-up', 'half-done'] as const;
