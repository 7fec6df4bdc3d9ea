import type { Step } from '../model/plan.ts';

/** What a create by the stack's own tools left, found without a journal, and how to clear it away. */
export interface Remains {
  readonly steps: readonly Step[];
  readonly outcome: 'removed' | 'finished' | 'undone';
  /** What was found, in sentences. */
  readonly notes: readonly string[];
  /** What may be lost; empty if nothing. */
  readonly mayLose: readonly string[];
}

export interface RemainsOptions {
  /** (manager) How to settle a cut-off import: its data is left alone either way. */
  readonly interruptedImport: 'forget' | 'complete';
  /** (manager) `entry-only`: no device is written to, whatever it holds; only the manager forgets the volume. */
  readonly takes?: 'volume' | 'entry-only';
}
