import type { Host } from '../../host/host.ts';
import type { SumsFacts } from '../../host/sums.ts';
import type { KeptGeneration } from '../../model/kept-generation.ts';
import { Failure } from '../../model/problem.ts';
import { describeStop } from '../session.ts';

/** A generation, and whether each file of it is as it was. */
export interface VerifiedGeneration extends KeptGeneration {
  readonly verified: SumsFacts;
}

/** As long as it takes to read it all; a device that hangs is given up on after that. */
const readingLimitMs = 20 * 24 * 60 * 60_000;

/**
 * Reads every file of a generation, and compares it with its checksum.
 *
 * @throws Failure `tool-failed` if that is not possible, `interrupted` if it was stopped
 */
export async function verifyGeneration(
  host: Host,
  kept: KeptGeneration,
  interrupted: AbortSignal,
  onProgress: (bytes: number) => void,
): Promise<VerifiedGeneration> {
  const { path: directory, sums } = kept;
  const reading = await host.sumFiles(
    { kind: 'compare', directory, sums },
    { timeLimitMs: readingLimitMs, signal: interrupted, onProgress },
  );
  if (reading.kind === 'read') {
    const { files, bytes, filesRead, unreadable, differing, missing, more } = reading;
    return { ...kept, verified: { files, bytes, filesRead, unreadable, differing, missing, more } };
  }
  if (reading.kind === 'stopped')
    throw new Failure(describeStop({ interrupted }, kept.path, 'every file', 'nothing was changed'));
  const how = reading.kind === 'failed' ? reading.reason : 'it did not answer in time';
  throw new Failure({
    kind: 'tool-failed',
    command: `the checksums (vdoctl) of ${directory}`,
    how,
    said: '',
  });
}

/** Whether every file is there, and as it was. */
export function isAsItWas({ verified: { unreadable, differing, missing } }: VerifiedGeneration): boolean {
  return unreadable.count + differing.count + missing.count === 0;
}
