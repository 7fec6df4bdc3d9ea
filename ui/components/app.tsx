import { useInput } from 'ink';
import { useState, useSyncExternalStore, type ReactElement } from 'react';
import { watchScenes } from '../control/scenes.ts';
import type { Store } from '../control/store.ts';
import { nameKeys } from '../keys/key.ts';
import type { Effect } from '../keys/key-outcome.ts';
import { press } from '../keys/press.ts';
import { Frame } from './frame/frame.tsx';

export interface AppProps {
  readonly store: Store;
  readonly perform: (effect: Effect) => void;
}

/** Draws the state, and hands keys on. */
export function App({ store, perform }: AppProps): ReactElement {
  const [scenes] = useState(() => watchScenes(store));
  const scene = useSyncExternalStore(scenes.subscribe, scenes.get);
  useInput((input, key) => {
    for (const name of nameKeys(input, key)) {
      const outcome = press(store.get(), name);
      store.set(outcome.state);
      for (const effect of outcome.effects) perform(effect);
    }
  });
  return <Frame scene={scene} />;
}
