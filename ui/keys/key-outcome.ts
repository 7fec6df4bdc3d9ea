import type { Request } from '../state/request.ts';
import type { State } from '../state/state.ts';

/** The result of a key: the next state, and the effects outside it. */
export interface Outcome {
  readonly state: State;
  readonly effects: readonly Effect[];
}

/** Something that only the controller can do. */
export type Effect =
  | { readonly kind: 'quit' }
  /** Ctrl-Z: back to the shell, until `fg`. */
  | { readonly kind: 'pause' }
  | { readonly kind: 'look' }
  | { readonly kind: 'read-details'; readonly name: string }
  | { readonly kind: 'advise'; readonly name: string }
  | { readonly kind: 'examine'; readonly name: string }
  /** `volume`: undefined for the operations on all of them. */
  | { readonly kind: 'read-history'; readonly volume: string | undefined }
  /** Puts a text on the clipboard of the terminal. */
  | { readonly kind: 'copy'; readonly text: string }
  | { readonly kind: 'check-device'; readonly device: string }
  /** `job`: its id. */
  | { readonly kind: 'begin'; readonly job: number; readonly request: Request }
  /** Whether the plan that is shown may be followed. */
  | { readonly kind: 'answer'; readonly job: number; readonly answer: 'yes' | 'no' }
  /** Stops the operation after its current step. */
  | { readonly kind: 'stop'; readonly job: number }
  /** Quits once no operation is under way; `stop` stops each after its current step. */
  | { readonly kind: 'leave-after'; readonly how: 'stop' | 'wait' };

export function only(state: State, ...effects: readonly Effect[]): Outcome {
  return { state, effects };
}
