import { wordToType } from '../state/job.ts';
import { viewOf, type State } from '../state/state.ts';
import type { Binding } from './binding.ts';
import { operations } from './bindings/acting.ts';
import { forms } from './bindings/forms.ts';
import { jobs } from './bindings/jobs.ts';
import { leaving } from './bindings/leaving.ts';
import { looking } from './bindings/looking.ts';
import { moving } from './bindings/moving.ts';

/** Every key of the screen. The first that fits counts. */
export const bindings: readonly Binding[] = [
  ...looking,
  ...operations,
  ...forms,
  ...jobs,
  ...leaving,
  ...moving,
];

/** What has to be typed in the view that is seen takes every character. */
export function isTyping(state: State): boolean {
  const { kind } = viewOf(state);
  if (kind === 'job') return state.job?.phase === 'asking' && wordToType(state.job) !== undefined;
  return kind === 'filter' || kind === 'form';
}
