import { exitCodes } from '../../src/model/exit-code.ts';
import { isCopyProgress } from '../../src/prose/progress.ts';
import type { Job } from '../state/job.ts';
import type { Tone } from '../theme/theme.ts';

/** Where an operation stands, in a few words. */
export interface JobState {
  readonly sign: 'running' | 'unknown' | 'done' | 'failed';
  readonly text: string;
  readonly tone: Tone;
}

/** For a cell of a table: `recovering 30 %`, `step 3/7`, `asks you`, `recover: done`. */
export function describeJobState(job: Job): JobState {
  const { phase, request, result, stop } = job;
  switch (phase) {
    case 'looking':
      return { sign: 'running', text: 'looking', tone: 'accent' };
    case 'asking':
      return { sign: 'unknown', text: 'asks you', tone: 'warning' };
    case 'running': {
      const how = describeRunning(job);
      return { sign: 'running', text: stop === 'ordered' ? `stopping, ${how}` : how, tone: 'accent' };
    }
    case 'over':
      return result?.exitCode === exitCodes.ok
        ? { sign: 'done', text: `${request.kind}: done`, tone: 'good' }
        : { sign: 'failed', text: `${request.kind}: failed`, tone: 'critical' };
  }
}

function describeRunning({ plan, steps, progress }: Job): string {
  const percent = progress?.percent === undefined ? '' : `${String(Math.floor(progress.percent))} %`;
  if (progress !== undefined && !isCopyProgress(progress)) return `${progress.phase} ${percent}`.trimEnd();
  const total = plan?.steps.length ?? 0;
  if (total === 0) return 'under way';
  const step = `step ${String(Math.max(1, steps.length))}/${String(total)}`;
  return percent === '' ? step : `${step}, ${percent}`;
}
