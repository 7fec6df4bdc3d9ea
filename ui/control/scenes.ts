import { continueScene, sceneOf, type Scene } from '../views/scene.ts';
import type { Store } from './store.ts';

/** What is to be seen of a store's state, for whoever draws it. */
export interface Scenes {
  /** The very scene from before for as long as it looks the same: a look that brings nothing new draws nothing. */
  readonly get: () => Scene;
  readonly subscribe: (listener: () => void) => () => void;
}

export function watchScenes(store: Store): Scenes {
  let state = store.get();
  let scene = sceneOf(state);
  return {
    get: () => {
      if (state !== store.get()) {
        state = store.get();
        scene = continueScene(scene, sceneOf(state));
      }
      return scene;
    },
    subscribe: (listener) => store.subscribe(listener),
  };
}
