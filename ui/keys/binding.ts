import type { State, ViewKind } from '../state/state.ts';
import type { KeyName } from './key.ts';
import type { Outcome } from './key-outcome.ts';

/** A key, what it does, and why it cannot be used now. Help and footer are drawn from a table of bindings. */
export interface Binding {
  readonly keys: readonly KeyName[];
  /**
   * A word or two, for the footer: what the key does now, where that depends on the state. Empty: the footer leaves the
   * key out.
   */
  readonly label: string | ((state: State) => string);
  /** A sentence, for help. */
  readonly description: string;
  readonly views: readonly ViewKind[];
  /** Place in the footer: a lower rank comes first. Undefined: help only. */
  readonly rank?: number;
  /** Why it cannot be used now; undefined when it can. */
  readonly disabledBecause?: (state: State) => string | undefined;
  /** @param countLines counts all lines of the uppermost view. */
  readonly press: (state: State, countLines: () => number) => Outcome;
}

/** What the key does now, in a word or two. */
export function labelOf({ label }: Binding, state: State): string {
  return typeof label === 'string' ? label : label(state);
}
