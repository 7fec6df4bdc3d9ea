import type { DocumentOf } from '../documents/documents.ts';
import { exitCodeOf, type ExitCode } from '../model/exit-code.ts';
import type { Problem } from '../model/problem.ts';
import { codeAndFacts } from '../model/problem-code.ts';
import { describeProblem } from '../prose/problems.ts';
import { printNotes, type Context } from './context.ts';

/** A problem as `--json` prints it. */
export type ErrorDocument = NonNullable<DocumentOf<'result'>['error']>;

/** An {@link ErrorDocument} about one name among several. */
export type NamedError = ErrorDocument & { readonly name: string; readonly exitCode: ExitCode };

export function errorDocument(problem: Problem): ErrorDocument {
  const { what, next } = describeProblem(problem);
  return { ...codeAndFacts(problem), message: what, next: next ?? null };
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

/** Prints on stderr what went wrong, and what to do. */
export function printError(context: Context, error: ErrorDocument): void {
  printNotes(context, formatError(error));
}

/** What went wrong, and what to do, as stderr has it. */
export function formatError({ message, next }: ErrorDocument): readonly string[] {
  return [`vdoctl: ${message}`, ...(next === null ? [] : [`  next: ${next}`])];
}
