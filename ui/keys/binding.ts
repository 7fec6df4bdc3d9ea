import type { State, ViewKind } from '../state/state.ts';
import type { KeyName } from './key.ts';
import type { Outcome } from './key-outcome.ts';

/** A key, what it does, and why it cannot be used now. Help and footer are drawn from the table of these. */
export interface Binding {
  readonly keys: readonly KeyName[];
  /**
   * A word or two, for the footer; where the same key does another thing at another time, what it does now. Empty: it
   * is not worth its room.
   */
  readonly label: string | ((state: State) => string);
  /** A sentence, for help. */
  readonly description: string;
  readonly views: readonly ViewKind[];
  /** Whether the footer has room for it: the lower the sooner; undefined: help only. */
  readonly rank?: number;
  /** Why it cannot be used now; undefined when it can. */
  readonly disabledBecause?: (state: State) => string | undefined;
  /** @param countLines how many lines the view that is seen has in all. */
  readonly press: (state: State, countLines: () => number) => Outcome;
}

/** What the key does now, in a word or two. */
export function labelOf({ label }: Binding, state: State): string {
  return typeof label === 'string' ? label : label(state);
}
