import { reduce, type Event } from '../state/reduce.ts';
import type { State } from '../state/state.ts';

/** Holds the state, and tells its listeners when it changes. */
export interface Store {
  get(): State;
  set(state: State): void;
  dispatch(event: Event): void;
  subscribe(listener: () => void): () => void;
}

export function createStore(initial: State): Store {
  let state = initial;
  const listeners = new Set<() => void>();
  const set = (next: State): void => {
    if (next === state) return;
    state = next;
    for (const listener of listeners) listener();
  };
  return {
    get: () => state,
    set,
    dispatch: (event) => {
      set(reduce(state, event));
    },
    subscribe: (listener) => {
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
      };
    },
  };
}
