import { exitCodeOf, type ExitCode } from '../model/exit-code.ts';
import type { Problem } from '../model/problem.ts';
import { describeProblem } from '../prose/problems.ts';
import { printNotes, type Context } from './context.ts';

/** A problem as `--json` prints it. */
export interface ErrorDocument {
  readonly problem: Problem['kind'];
  /** The code within that kind; null of a kind that needs none. */
  readonly because: string | null;
  /** What was seen, as data. A problem behind it stands in `cause`, told the same way. */
  readonly facts: Readonly<Record<string, unknown>>;
  readonly message: string;
  readonly next: string | null;
}

/** The same, of one name among several. */
export interface NamedError extends ErrorDocument {
  readonly name: string;
  readonly exitCode: ExitCode;
}

export function errorDocument(problem: Problem): ErrorDocument {
  const { what, next } = describeProblem(problem);
  return { ...codeAndFacts(problem), message: what, next: next ?? null };
}

/** What of a problem stands beside its facts. */
const toldBeside = ['kind', 'because', 'message', 'next'];

/** What a script goes by. */
export function codeAndFacts(problem: Problem): Pick<ErrorDocument, 'problem' | 'because' | 'facts'> {
  if (problem.kind === 'refused') {
    const { kind, because, name, facts } = problem;
    return { problem: kind, because, facts: { name, ...facts } };
  }
  const because = 'because' in problem ? problem.because : null;
  const facts = Object.entries(problem).filter(([key]) => !toldBeside.includes(key));
  const cause = 'cause' in problem ? { cause: codeAndFacts(problem.cause) } : {};
  return { problem: problem.kind, because, facts: { ...Object.fromEntries(facts), ...cause } };
}

export function namedError({
  name,
  problem,
}: {
  readonly name: string;
  readonly problem: Problem;
}): NamedError {
  return { name, exitCode: exitCodeOf(problem), ...errorDocument(problem) };
}

/** Tells on stderr what went wrong, and what to do. */
export function printError(context: Context, { message, next }: ErrorDocument): void {
  printNotes(context, [`vdoctl: ${message}`, ...(next === null ? [] : [`  next: ${next}`])]);
}
