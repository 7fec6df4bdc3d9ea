import { formatDuration } from '../model/duration.ts';
import type { StepEnd } from '../model/operation-ends.ts';

const words: Readonly<Record<StepEnd, readonly [what: string, when: string]>> = {
  done: ['done', 'in'],
  failed: ['failed', 'in'],
  'goes-on': ['goes on', 'after'],
  stopped: ['stopped', 'after'],
};

/** What becomes of a step, in a word or two. */
export function describeStepEnd(end: StepEnd): string {
  return words[end][0];
}

/** The same, with the time that the step took. */
export function describeTimedEnd(end: StepEnd, durationMs: number): string {
  return `${words[end].join(' ')} ${formatDuration(durationMs)}`;
}
