/** How a monitoring plugin judges, from best to worst; what is not known may be the worst, and is not known to be. */
export const verdicts = ['ok', 'warning', 'unknown', 'critical'] as const;
export type Verdict = (typeof verdicts)[number];
