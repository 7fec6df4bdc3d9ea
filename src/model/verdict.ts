/** The verdicts of a monitoring plugin, from best to worst: `unknown` may hide a critical state, but need not. */
export const verdicts = ['ok', 'warning', 'unknown', 'critical'] as const;
export type Verdict = (typeof verdicts)[number];
