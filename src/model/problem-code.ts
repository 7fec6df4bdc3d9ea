import type { Problem } from './problem.ts';

/** What a script goes by: a problem as a code and data, without words. */
export interface ProblemCode {
  readonly problem: Problem['kind'];
  /** The code within that kind; null of a kind that needs none. */
  readonly because: string | null;
  /** What was seen, as data. A problem behind it stands in `cause`, told the same way. */
  readonly facts: Readonly<Record<string, unknown>>;
}

/** What of a problem stands beside its facts. */
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
