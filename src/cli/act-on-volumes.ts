import { combineExitCodes, exitCodeOf, type ExitCode } from '../model/exit-code.ts';
import type { Problem } from '../model/problem.ts';
import { actOnAll, type Acted, type Member, type Selection } from '../operations/all.ts';
import { requireNames } from '../operations/resolve-volume.ts';
import {
  actOnOne,
  printResult,
  resultOf,
  type VolumeAction,
  type Done,
  type VolumeResult,
} from './act-on-one.ts';
import { actSideBySide, waitSideBySide } from './act-side-by-side.ts';
import { printDocument, printLines, type Context } from './context.ts';
import { errorDocument, printError } from './errors.ts';
import {
  makeJsonReporter,
  makeLineReporter,
  makeLiveReporter,
  quietReporter,
  type Reporter,
} from './progress.ts';
import { usage } from './usage.ts';

/** Acts on each name in turn, reports how it goes, prints the results, and returns the exit code for all of them. */
export async function actOnVolumes(
  context: Context,
  names: readonly string[],
  action: VolumeAction,
): Promise<ExitCode> {
  // A word that cannot be a name ends the call before anything is done to the other volumes.
  requireNames(names);
  const members = names.map((name): Member<never> => ({
    name,
    device: undefined,
    mayAsk: false,
    done: undefined,
  }));
  const acted = await actInTurn(context, await chooseReporter(context), members, action);
  return tellResults(
    context,
    acted.map(({ result }) => result),
    undefined,
  );
}

/**
 * How `--all` acts on the volumes. `side-by-side`: what one of them waits for goes on in the kernel, and holds up no
 * other. `at-once`: it only waits.
 */
type Order = 'in-turn' | 'side-by-side' | 'at-once';

const orders = { 'in-turn': actInTurn, 'side-by-side': actSideBySide, 'at-once': waitSideBySide } as const;

interface OnAll {
  readonly order: Order;
  /** What to say if there is none. Default: that there are no volumes. */
  readonly nothing?: string;
}

/** Acts on the volumes that are named, each once in that order, or with `--all` on those selected. */
export function actOnNamedOrAll(
  context: Context,
  selection: Selection<Done>,
  action: VolumeAction,
  onAll: OnAll,
): Promise<ExitCode> {
  const { words, flags } = context.call;
  const all = flags.has('all');
  if (all && words.length > 0) usage('give either volumes or --all');
  if (!all && words.length === 0) usage('name a volume, or give --all');
  return all
    ? actOnSelected(context, selection, action, onAll)
    : actOnVolumes(context, [...new Set(words)], action);
}

/** Acts on every selected volume. */
export async function actOnSelected(
  context: Context,
  selection: Selection<Done>,
  action: VolumeAction,
  { order, nothing = 'No VDO volumes.' }: OnAll,
): Promise<ExitCode> {
  const { host, terminal, json, call } = context;
  // Plans are read one after the other.
  const act = call.flags.has('dry-run') ? actInTurn : orders[order];
  const reporter = await chooseReporter(context);
  const { results, problem } = await actOnAll(
    { host, interrupted: terminal.interrupted },
    selection,
    (members) => act(context, reporter, members, action),
  );
  if (results.length === 0 && problem === undefined && !json) printLines(context, [nothing]);
  return tellResults(context, results, problem);
}

async function actInTurn(
  context: Context,
  reporter: Reporter,
  members: readonly Member<Done>[],
  action: VolumeAction,
): Promise<Acted<VolumeResult>[]> {
  const acted: Acted<VolumeResult>[] = [];
  for (const { name, done } of members) {
    const result =
      done === undefined
        ? await actOnOne(context, reporter, name, (session) => action(session, name))
        : resultOf(done);
    reporter.end();
    if (!context.json) printResult(context, result);
    acted.push({ name, result });
    if (context.terminal.interrupted.aborted) break;
  }
  return acted;
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

async function chooseReporter({ call, json, terminal, host, style }: Context): Promise<Reporter> {
  if (json) return call.command.json === 'events' ? makeJsonReporter(terminal.stdout) : quietReporter;
  if (call.flags.has('quiet')) return quietReporter;
  if (!terminal.stderr.isTerminal) return makeLineReporter(terminal.stderr, host.clock);
  const { makeLiveDraw } = await import('./live-lines.ts');
  return makeLiveReporter(terminal.stderr, makeLiveDraw(terminal.stderr), style);
}
