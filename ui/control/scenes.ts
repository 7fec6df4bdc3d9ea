import { continueScene, sceneOf, type Scene } from '../views/scene.ts';
import type { Store } from './store.ts';

/** The scenes of a store's state, for drawing. */
export interface Scenes {
  /** Gives the same object while the scene looks the same, so that a look without news draws nothing. */
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
