import type { SumsFacts, SumsQuestion } from '../host/sums.ts';
import type { Paths } from '../model/account-schema.ts';
import { changing, type PlannedCommand } from '../model/command.ts';
import type { Action, Step } from '../model/plan.ts';
import { CopyTracker } from './copy-tracker.ts';
import { runStepCommand, type Taking } from './run-step-command.ts';
import { ActionFailure } from './step-fate.ts';

/** How long reading everything may take: as long as a copy. */
const longLimitMs = 20 * 24 * 60 * 60_000;

type Of<K extends Action['kind']> = Extract<Action, { kind: K }>;

/** The command of a program of the user's: `{}` in its words stands for the directory. */
export function handedOver({ words, directory }: Of<'hand-over'>): PlannedCommand {
  const [file = '', ...args] = words.map((word) => word.replaceAll('{}', directory));
  return changing(file, args, longLimitMs);
}

/** Runs a program of the user's. @throws ActionFailure if it fails */
export async function handOver(taking: Taking, step: Step, action: Of<'hand-over'>): Promise<void> {
  if (taking.handsOver !== true)
    throw new Error('a program of the user’s is run by the call that was given it');
  await runStepCommand(taking, step, handedOver(action));
}

/** Writes the checksums of a generation. @throws ActionFailure if a file of it cannot be read. */
export async function writeSums(taking: Taking, action: Of<'write-sums'>): Promise<void> {
  const { directory, sums, previous } = action;
  const { unreadable } = await sum(taking, { kind: 'write', directory, sums, previous });
  if (unreadable.count > 0) throw failure(directory, `files that cannot be read: ${list(unreadable)}`);
}

/** Compares every file with its checksum. @throws ActionFailure with the names of those that are not as they were. */
export async function compareSums(taking: Taking, { directory, sums }: Of<'compare-sums'>): Promise<void> {
  const { unreadable, differing, missing } = await sum(taking, { kind: 'compare', directory, sums });
  const odd = [
    ['cannot be read', unreadable],
    ['differ', differing],
    ['are missing', missing],
  ] as const;
  const said = odd
    .filter(([, { count }]) => count > 0)
    .map(([how, names]) => `files that ${how}: ${list(names)}`);
  if (said.length > 0) throw failure(directory, said.join('; '));
}

async function sum(
  { host, signal, tellProgress, whenStopped }: Taking,
  question: SumsQuestion,
): Promise<SumsFacts> {
  const tracker = new CopyTracker(undefined, host.clock.elapsedMs());
  const reading = await host.sumFiles(question, {
    timeLimitMs: longLimitMs,
    signal,
    onProgress: (bytes) => {
      tellProgress(tracker.observe(host.clock.elapsedMs(), bytes));
    },
  });
  if (reading.kind === 'read') return reading;
  if (reading.kind === 'stopped')
    throw new ActionFailure(whenStopped('the checksums were stopped partway'), 'was-stopped');
  throw failure(question.directory, reading.kind === 'failed' ? reading.reason : 'it did not answer in time');
}

function failure(directory: string, how: string): ActionFailure {
  const command = `the checksums (vdoctl) of ${directory}`;
  return new ActionFailure({ kind: 'tool-failed', command, how, said: '' }, 'may-have-acted');
}

const mostNames = 10;

function list({ count, names }: Paths): string {
  const shown = names.slice(0, mostNames);
  const more = count - shown.length;
  return `${shown.join(', ')}${more > 0 ? ` and ${String(more)} more` : ''}`;
}
