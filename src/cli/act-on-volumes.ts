import type { DocumentOf } from '../documents/documents.ts';
import { combineExitCodes, exitCodeOf, exitCodes, type ExitCode } from '../model/exit-code.ts';
import type { Plan } from '../model/plan.ts';
import { Failure, type Problem } from '../model/problem.ts';
import { actOnAll, type Selection } from '../operations/all.ts';
import { requireNames } from '../operations/resolve-volume.ts';
import { describeStop, type Session } from '../operations/session.ts';
import { printDocument, printLines, printNotes, type Context } from './context.ts';
import { asPrompt } from './print.ts';
import { errorDocument, printError } from './errors.ts';
import { formatPlan, planDocument } from './format/plan.ts';
import {
  makeJsonReporter,
  makeLineReporter,
  makeLiveReporter,
  quietReporter,
  type Reporter,
} from './progress.ts';
import type { Terminal } from './terminal.ts';
import { usage } from './usage.ts';
import { confirmations, consequences, describeOutcome } from '../prose/outcomes.ts';
import { describeProblem } from '../prose/problems.ts';

/** The result of acting on one volume. */
type VolumeResult = DocumentOf<'result'>['volumes'][number] & { readonly exitCode: ExitCode };

/** What was reported about one volume besides its result: one document has to hold all of it. */
interface Told {
  plan: VolumeResult['plan'];
  readonly notices: string[];
}

type Action = (session: Session, name: string) => Promise<Done>;

/** What an action came to, with what its schema has besides of start, reclaim, rehearse and backup. */
type Done = Omit<VolumeResult, 'exitCode' | 'error' | keyof Told> & { readonly outcome: string };

/** The outcomes that a call for them does not end well with. */
const exitCodesOf: Readonly<Record<string, ExitCode>> = { 'not-whole': exitCodes.otherProgram };

/** Acts on each name in turn, reports how it goes, prints the results, and returns the exit code for all of them. */
export async function actOnVolumes(
  context: Context,
  names: readonly string[],
  action: Action,
): Promise<ExitCode> {
  // A word that cannot be a name ends the call before anything is done to the other volumes.
  requireNames(names);
  return tellResults(context, await actInTurn(context, names, action), undefined);
}

/** Acts on the volumes that are named, each once, or with `--all` on those selected. @param nothing as below. */
export function actOnNamedOrAll(
  context: Context,
  selection: Selection,
  action: Action,
  nothing = 'No VDO volumes.',
): Promise<ExitCode> {
  const { words, flags } = context.call;
  const all = flags.has('all');
  if (all && words.length > 0) usage('give either volumes or --all');
  if (!all && words.length === 0) usage('name a volume, or give --all');
  return all
    ? actOnSelected(context, selection, action, nothing)
    : actOnVolumes(context, [...new Set(words)], action);
}

/** Acts on every selected volume. @param nothing what to say if there is none. */
export async function actOnSelected(
  context: Context,
  selection: Selection,
  action: Action,
  nothing: string,
): Promise<ExitCode> {
  const { host, terminal, json } = context;
  const { results, problem } = await actOnAll(
    { host, interrupted: terminal.interrupted },
    selection,
    (names) => actInTurn(context, names, action),
  );
  if (results.length === 0 && problem === undefined && !json) printLines(context, [nothing]);
  return tellResults(context, results, problem);
}

async function actInTurn(
  context: Context,
  names: readonly string[],
  action: Action,
): Promise<VolumeResult[]> {
  const reporter = await chooseReporter(context);
  const results: VolumeResult[] = [];
  for (const name of names) {
    const told: Told = { plan: null, notices: [] };
    const session = makeSession(context, reporter, told);
    const result = { ...(await actOnOne(name, () => action(session, name))), ...told };
    reporter.end();
    if (!context.json) printResult(context, result);
    results.push(result);
    if (context.terminal.interrupted.aborted) break;
  }
  return results;
}

function tellResults(
  context: Context,
  results: readonly VolumeResult[],
  problem: Problem | undefined,
): ExitCode {
  const error = problem === undefined ? null : errorDocument(problem);
  const codes = results.map((result) => result.exitCode);
  const exitCode = combineExitCodes(problem === undefined ? codes : [...codes, exitCodeOf(problem)]);
  const command = context.call.command.name;
  if (context.json)
    printDocument(context, { schemaVersion: 1, kind: 'result', command, exitCode, volumes: results, error });
  else if (error !== null) printError(context, error);
  return exitCode;
}

async function actOnOne(name: string, action: () => Promise<Done>): Promise<Omit<VolumeResult, keyof Told>> {
  try {
    const done = await action();
    const { name: own, outcome, ...more } = done;
    return { name: own, exitCode: exitCodesOf[outcome] ?? exitCodes.ok, outcome, error: null, ...more };
  } catch (failure) {
    if (!(failure instanceof Failure) || failure.problem.kind === 'usage') throw failure;
    return {
      name,
      exitCode: describeProblem(failure.problem).exitCode,
      outcome: null,
      error: errorDocument(failure.problem),
    };
  }
}

function printResult(context: Context, { outcome, error, ...result }: VolumeResult): void {
  if (error !== null) printError(context, error);
  if (outcome === null) return;
  const words = describeOutcome(context.call.command.name, { ...result, outcome });
  if (words !== undefined) printLines(context, [`${result.name}: ${words}`]);
}

function makeSession(context: Context, reporter: Reporter, told: Told): Session {
  const { host, terminal, call, settings } = context;
  const waits = call.command.options.some(({ setting }) => setting === 'timeout');
  return {
    host,
    report: (event) => {
      if (event.kind === 'notice') told.notices.push(event.message);
      reporter.report(event);
    },
    confirm: async (plan) => {
      reporter.end();
      await confirm(context, plan, told);
    },
    dryRun: call.flags.has('dry-run')
      ? (plan) => {
          showPlan(context, plan, told, 'stdout');
        }
      : undefined,
    deadlineMs: host.clock.elapsedMs() + (waits ? settings.timeout : defaultTimeoutMs),
    settings,
    interrupted: terminal.interrupted,
  };
}

/** For commands without `--timeout`: longer than any single command may take. */
const defaultTimeoutMs = 60 * 60_000;

function showPlan(context: Context, plan: Plan, told: Told, where: 'stdout' | 'stderr'): void {
  if (context.json && context.call.command.json === 'document') told.plan = planDocument(plan);
  else if (context.json) printDocument(context, planDocument(plan));
  else if (where === 'stdout') printLines(context, formatPlan(plan, context.style));
  else printNotes(context, formatPlan(plan, context.style));
}

/** If the plan needs confirmation, shows it and asks the user to type the volume's name; only `--yes` replaces that. */
async function confirm(context: Context, plan: Plan, told: Told): Promise<void> {
  const { call, terminal } = context;
  if (plan.confirm === undefined || call.flags.has('yes')) return;
  // The signal may have come before the question.
  endIfInterrupted(terminal, plan);
  const doing = confirmations[plan.operation] ?? `${plan.operation} of`;
  showPlan(context, plan, told, 'stderr');
  let typed: string | undefined;
  if (!context.json && terminal.canAsk) {
    const question = `${consequences[plan.confirm]} Type ${plan.volume} to go on: `;
    typed = (await terminal.ask(asPrompt(question), terminal.interrupted))?.trim();
    if (typed === plan.volume) return;
    endIfInterrupted(terminal, plan);
  }
  const answer = typed === undefined ? {} : { typed };
  throw new Failure({ kind: 'not-confirmed', name: plan.volume, doing, ...answer });
}

function endIfInterrupted(terminal: Terminal, { volume }: Plan): void {
  if (terminal.interrupted.aborted)
    throw new Failure(describeStop(terminal, volume, 'an answer', 'nothing was changed'));
}

async function chooseReporter({ call, json, terminal, host, style }: Context): Promise<Reporter> {
  if (json) return call.command.json === 'events' ? makeJsonReporter(terminal.stdout) : quietReporter;
  if (call.flags.has('quiet')) return quietReporter;
  if (!terminal.stderr.isTerminal) return makeLineReporter(terminal.stderr, host.clock);
  const { makeLiveDraw } = await import('./live-lines.ts');
  return makeLiveReporter(terminal.stderr, makeLiveDraw(terminal.stderr), style);
}
