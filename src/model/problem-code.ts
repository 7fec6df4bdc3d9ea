import type { Problem } from './problem.ts';

/** A problem as scripts need it: a code and data, without words. */
export interface ProblemCode {
  readonly problem: Problem['kind'];
  /** The code within that kind; null for a kind that needs none. */
  readonly because: string | null;
  /** What was seen, as data. The problem that caused this one stands in `cause`, in the same form. */
  readonly facts: Readonly<Record<string, unknown>>;
}

/** The fields of a problem that are not among its facts. */
const toldBeside = ['kind', 'because', 'message', 'next'];

/** The code and the facts of a problem. */
export function codeAndFacts(problem: Problem): ProblemCode {
  if (problem.kind === 'refused') {
    const { kind, because, name, facts } = problem;
    return { problem: kind, because, facts: { name, ...facts } };
  }
  const because = 'because' in problem ? problem.because : null;
  const facts = Object.entries(problem).filter(([key]) => !toldBeside.includes(key));
  const cause = 'cause' in problem ? { cause: codeAndFacts(problem.cause) } : {};
  return { problem: problem.kind, because, facts: { ...Object.fromEntries(facts), ...cause } };
}
