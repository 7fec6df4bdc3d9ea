import type { DocumentOf } from '../documents/documents.ts';
import { exitCodes, type ExitCode } from '../model/exit-code.ts';
import type { Plan } from '../model/plan.ts';
import { Failure } from '../model/problem.ts';
import { describeStop, type Session } from '../operations/session.ts';
import { printDocument, printLines, printNotes, type Context } from './context.ts';
import { asPrompt } from './print.ts';
import { errorDocument, printError } from './errors.ts';
import { formatPlan, planDocument } from './format/plan.ts';
import type { Reporter } from './progress.ts';
import type { Terminal } from './terminal.ts';
import { confirmations, consequences, describeOutcome } from '../prose/outcomes.ts';
import { describeProblem } from '../prose/problems.ts';

/** The result of acting on one volume. */
export type VolumeResult = DocumentOf<'result'>['volumes'][number] & { readonly exitCode: ExitCode };

/** What was reported about one volume besides its result: one document has to hold all of it. */
interface Told {
  plan: VolumeResult['plan'];
  readonly notices: string[];
}

/** What an action came to, with what its schema has besides of start, reclaim, rehearse and backup. */
export type Done = Omit<VolumeResult, 'exitCode' | 'error' | keyof Told> & { readonly outcome: string };

export type VolumeAction = (session: Session, name: string) => Promise<Done>;

/** The outcomes that a call for them does not end well with. */
const exitCodesOf: Readonly<Record<string, ExitCode>> = { 'not-whole': exitCodes.otherProgram };

/**
 * Acts on one volume, and makes a result of whatever comes of it.
 *
 * @param attempt is given a session that reports to `reporter`.
 */
export async function actOnOne(
  context: Context,
  reporter: Reporter,
  name: string,
  attempt: (session: Session) => Promise<Done>,
): Promise<VolumeResult> {
  const told: Told = { plan: null, notices: [] };
  try {
    const done = await attempt(makeSession(context, reporter, told));
    return { ...resultOf(done), ...told };
  } catch (failure) {
    if (!(failure instanceof Failure) || failure.problem.kind === 'usage') throw failure;
    const error = errorDocument(failure.problem);
    return { name, exitCode: describeProblem(failure.problem).exitCode, outcome: null, error, ...told };
  }
}

/** The result where an action came to that, or had not to be taken at all. */
export function resultOf({ name, outcome, ...more }: Done): VolumeResult {
  const exitCode = exitCodesOf[outcome] ?? exitCodes.ok;
  return { name, exitCode, outcome, error: null, ...more, plan: null, notices: [] };
}

/** Prints the result of one volume in words. */
export function printResult(context: Context, { outcome, error, ...result }: VolumeResult): void {
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
