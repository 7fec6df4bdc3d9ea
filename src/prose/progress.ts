import type { CopyProgress, Reached } from '../model/copy-progress.ts';
import { formatDuration } from '../model/duration.ts';
import { formatBytes } from '../model/size.ts';

/** The progress of a recovery; what is not known yet is undefined. */
export interface RecoveryProgress {
  readonly phase: 'starting' | 'recovering' | 'waiting';
  readonly percent: number | undefined;
  readonly slabs: number | undefined;
  readonly slabsDone: number | undefined;
  readonly elapsedMs: number;
  readonly etaSeconds: number | undefined;
}

/** The progress in a line of words. */
export function formatProgress(progress: RecoveryProgress | CopyProgress): string {
  return isCopyProgress(progress) ? formatCopy(progress) : formatRecovery(progress);
}

/** Whether it counts in bytes. */
export function isCopyProgress<T extends { readonly phase: string }>(
  progress: T,
): progress is Extract<T, { readonly phase: CopyProgress['phase'] }> {
  return ['copying', 'scanning', 'trimming'].includes(progress.phase);
}

const doings: Readonly<Record<CopyProgress['phase'], string>> = {
  copying: 'copying',
  scanning: 'reading the storage for errors',
  trimming: 'trimming: freed',
};

function formatCopy({ phase, bytesPerSecond, elapsedMs, etaSeconds, ...done }: CopyProgress): string {
  const rate = bytesPerSecond === undefined ? '' : `, ${formatBytes(bytesPerSecond)}/s`;
  const elapsed = `${formatDuration(elapsedMs)} so far`;
  return `${doings[phase]} ${formatDone(done)}${rate}; ${elapsed}${formatLeft(etaSeconds)}`;
}

/** How far it had come: `41.3 % (4.1 TiB of 10 TiB) done`. */
export function describeReached({ percent, bytesDone, bytesTotal }: Reached): string {
  return `${formatDone({ percent: percent ?? undefined, bytesDone, bytesTotal: bytesTotal ?? undefined })} done`;
}

function formatDone({
  percent,
  bytesDone,
  bytesTotal,
}: Pick<CopyProgress, 'percent' | 'bytesDone' | 'bytesTotal'>): string {
  if (percent === undefined || bytesTotal === undefined) return formatBytes(bytesDone);
  return `${percent.toFixed(1)} % (${formatBytes(bytesDone)} of ${formatBytes(bytesTotal)})`;
}

function formatLeft(etaSeconds: number | undefined): string {
  return etaSeconds === undefined ? '' : `, about ${formatDuration(etaSeconds * 1000)} left`;
}

function formatRecovery({
  phase,
  percent,
  slabs,
  slabsDone,
  elapsedMs,
  etaSeconds,
}: RecoveryProgress): string {
  const elapsed = `${formatDuration(elapsedMs)} so far`;
  if (phase === 'starting') return `starting: the kernel is replaying the journal; ${elapsed}`;
  const done = percent === undefined ? '' : ` ${String(percent)} %`;
  const inSlabs =
    slabs === undefined || slabsDone === undefined ? '' : ` (${String(slabsDone)}/${String(slabs)} slabs)`;
  return `${phase}${done}${inSlabs}; ${elapsed}${formatLeft(etaSeconds)}`;
}
