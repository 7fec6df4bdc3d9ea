import type { Action } from '../model/plan.ts';
import { CopyTracker } from './copy-tracker.ts';
import type { Taking } from './run-step-command.ts';
import { ActionFailure } from './step-fate.ts';

/** How long the checksums may take: as long as the copy, which also has a time limit of its own. */
const sumsLimitMs = 20 * 24 * 60 * 60_000;

/** Writes the checksums of a generation. @throws ActionFailure if a file of it cannot be read. */
export async function writeSums(
  { host, signal, tellProgress, whenStopped }: Taking,
  { directory, sums, previous }: Extract<Action, { kind: 'write-sums' }>,
): Promise<void> {
  const tracker = new CopyTracker(undefined, host.clock.elapsedMs());
  const reading = await host.sumFiles(
    { kind: 'write', directory, sums, previous },
    {
      timeLimitMs: sumsLimitMs,
      signal,
      onProgress: (bytes) => {
        tellProgress(tracker.observe(host.clock.elapsedMs(), bytes));
      },
    },
  );
  if (reading.kind === 'stopped')
    throw new ActionFailure(whenStopped('the checksums were stopped partway'), 'was-stopped');
  const how = describeFailure(reading);
  if (how === undefined) return;
  const command = `the checksums (vdoctl) of ${directory}`;
  throw new ActionFailure({ kind: 'tool-failed', command, how, said: '' }, 'may-have-acted');
}

type Ended = Exclude<Awaited<ReturnType<Taking['host']['sumFiles']>>, { kind: 'stopped' }>;

function describeFailure(reading: Ended): string | undefined {
  switch (reading.kind) {
    case 'no-answer':
      return 'it did not answer in time';
    case 'failed':
      return reading.reason;
    case 'read': {
      const { count, names } = reading.unreadable;
      return count === 0
        ? undefined
        : `${String(count)} files of the copy cannot be read (${names[0] ?? ''})`;
    }
  }
}
