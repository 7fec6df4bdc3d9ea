import type { Step } from '../model/plan.ts';

/** What a create of the stack's own tools left, found without a journal, and how it is cleared away. */
export interface Remains {
  readonly steps: readonly Step[];
  readonly outcome: 'removed' | 'finished' | 'undone';
  /** What was found, in sentences. */
  readonly notes: readonly string[];
  /** Empty when nothing can be. */
  readonly mayLose: readonly string[];
}

export interface RemainsOptions {
  /** (manager) How an import that was cut off is settled: its data is left alone either way. */
  readonly interruptedImport: 'forget' | 'complete';
  /** (manager) `entry-only`: no device is written to, whatever it holds; the manager just knows the volume no longer. */
  readonly takes?: 'volume' | 'entry-only';
}
