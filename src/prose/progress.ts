import { formatDuration } from '../model/duration.ts';

/** How a recovery goes; what is not known yet is undefined. */
export interface RecoveryProgress {
  readonly phase: 'starting' | 'recovering' | 'waiting';
  readonly percent: number | undefined;
  readonly slabs: number | undefined;
  readonly slabsDone: number | undefined;
  readonly elapsedMs: number;
  readonly etaSeconds: number | undefined;
}

/** The progress in a line of words. */
export function formatProgress({
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
  const eta = etaSeconds === undefined ? '' : `, about ${formatDuration(etaSeconds * 1000)} left`;
  return `${phase}${done}${inSlabs}; ${elapsed}${eta}`;
}
