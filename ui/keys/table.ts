import { wordToType } from '../state/job.ts';
import { shownJob } from '../state/jobs.ts';
import { viewOf, type State } from '../state/state.ts';
import type { Binding } from './binding.ts';
import { operationKeys } from './bindings/acting.ts';
import { editingKeys } from './bindings/editing.ts';
import { entryKeys } from './bindings/entries.ts';
import { formKeys } from './bindings/forms.ts';
import { jobKeys } from './bindings/jobs.ts';
import { leavingKeys } from './bindings/leaving.ts';
import { lookingKeys } from './bindings/looking.ts';
import { movingKeys } from './bindings/moving.ts';
import { paletteKeys } from './bindings/palette.ts';

/** Every key of the screen. The first binding that fits wins. */
export const bindings: readonly Binding[] = [
  ...lookingKeys,
  ...operationKeys,
  ...entryKeys,
  ...formKeys,
  ...editingKeys,
  ...paletteKeys,
  ...jobKeys,
  ...leavingKeys,
  ...movingKeys,
];

/** Whether the uppermost view takes text: every character then goes into it. */
export function isTyping(state: State): boolean {
  const { kind } = viewOf(state);
  const job = shownJob(state);
  if (kind === 'job') return job?.phase === 'asking' && wordToType(job) !== undefined;
  return ['filter', 'log-filter', 'palette', 'form'].includes(kind);
}
