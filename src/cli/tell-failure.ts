import type { AnyDocument } from '../documents/documents.ts';
import type { Host } from '../host/host.ts';
import { mostLogged } from '../host/log.ts';
import { formatCommand } from '../model/command.ts';
import { formatDuration } from '../model/duration.ts';
import { exitCodes, type ExitCode } from '../model/exit-code.ts';
import { Failure, type Problem } from '../model/problem.ts';
import { describeCommandOutcome } from '../stacks/tool-result.ts';
import { asDocument, asLines } from './print.ts';
import { errorDocument, type ErrorDocument } from './errors.ts';
import { describeDefect } from './defect.ts';
import { findCommand, type CommandSpec } from './commands.ts';
import { checkDocument, formatVerdict, pluginExitCodes } from './format/check.ts';
import { describeProblem } from '../prose/problems.ts';
import type { Terminal } from './terminal.ts';

/**
 * Reports why a call failed, once: on stderr or, with `--json`, in a document on stdout. Returns the exit code. A
 * defect's calls go to stderr in either case.
 */
export function tellFailure(error: unknown, argv: readonly string[], terminal: Terminal): ExitCode {
  if (findCalled(argv)?.name === 'check') return tellUnknown(error, argv, terminal);
  if (!(error instanceof Failure)) {
    const defect = {
      problem: 'defect',
      because: null,
      facts: {},
      message: String(error),
      next: 'vdoctl explain 1',
    };
    if (argv.includes('--json')) tellDocument(defect, argv, { terminal, exitCode: exitCodes.defect });
    terminal.stderr.write(asLines([...describeDefect(error), `  next: ${defect.next}`]));
    return exitCodes.defect;
  }
  const problem = pointToHelp(error.problem, argv);
  const { exitCode, what, next } = describeProblem(problem);
  if (argv.includes('--json')) tellDocument(errorDocument(problem), argv, { terminal, exitCode });
  else
    terminal.stderr.write(asLines([`vdoctl: ${what}`, ...(next === undefined ? [] : [`  next: ${next}`])]));
  return exitCode;
}

function findCalled(argv: readonly string[]): CommandSpec | undefined {
  return argv.map(findCommand).find((each) => each !== undefined);
}

/** Points to the command's own help, which says more about its words than the general help. */
function pointToHelp(problem: Problem, argv: readonly string[]): Problem {
  const command = findCalled(argv);
  if (problem.kind !== 'usage' || problem.next !== undefined || command === undefined) return problem;
  return { ...problem, next: `vdoctl ${command.name} --help` };
}

/** A monitoring plugin that cannot judge says so in its one line, whatever the reason, and exits 3. */
function tellUnknown(error: unknown, argv: readonly string[], terminal: Terminal): ExitCode {
  const isKnown = error instanceof Failure;
  const summary = isKnown
    ? describeProblem(error.problem).what
    : `a defect of vdoctl itself: ${String(error)}`;
  if (!isKnown && error instanceof Error) terminal.stderr.write(asLines(describeDefect(error)));
  const nothing = { verdict: 'unknown', volumes: [], missing: [] } as const;
  const document = checkDocument(nothing, { summary, host: null, takenAt: null });
  terminal.stdout.write(
    argv.includes('--json') ? asDocument(document) : asLines([formatVerdict('unknown', summary)]),
  );
  return pluginExitCodes.unknown;
}

/** For an event stream, whose reader waits for a result, prints a result; otherwise an error document. */
function tellDocument(
  error: ErrorDocument,
  argv: readonly string[],
  { terminal, exitCode }: { readonly terminal: Terminal; readonly exitCode: ExitCode },
): void {
  const command = findCalled(argv);
  const document: AnyDocument =
    command?.json === 'events'
      ? { schemaVersion: 1, kind: 'result', command: command.name, exitCode, volumes: [], error }
      : { schemaVersion: 1, kind: 'error', exitCode, ...error };
  terminal.stdout.write(asDocument(document));
}

/** Prints every command that was run, for `--verbose`. */
export function tellCommands(host: Host, terminal: Terminal): void {
  if (host.log.length === mostLogged)
    terminal.stderr.write(asLines([`ran: many commands; the latest ${String(mostLogged)} are`]));
  for (const result of host.log) {
    const how = `${formatDuration(result.durationMs)}, ${describeCommandOutcome(result)}`;
    terminal.stderr.write(asLines([`ran: ${formatCommand(result.command)} (${how})`]));
  }
}
