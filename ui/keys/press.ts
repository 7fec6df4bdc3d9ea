import { viewOf, type State } from '../state/state.ts';
import { countLines } from '../views/lines.ts';
import type { KeyName } from './key.ts';
import { only, type Outcome } from './key-outcome.ts';
import { labelOf, type Binding } from './binding.ts';
import { bindings, isTyping } from './table.ts';

/** What a key does in the view that is seen: the first binding that fits. */
export function findBinding(state: State, key: KeyName): Binding | undefined {
  const { kind } = viewOf(state);
  // While something is typed, characters are text.
  if (isTyping(state) && key.length === 1) return undefined;
  return bindings.find(({ keys, views }) => keys.includes(key) && views.includes(kind));
}

/** The state after a key. One that cannot be used now says why. */
export function press(state: State, key: KeyName): Outcome {
  const fresh: State = { ...state, hint: undefined };
  const binding = findBinding(fresh, key);
  if (binding === undefined) return only(fresh);
  const reason = binding.disabledBecause?.(fresh);
  return reason === undefined
    ? binding.press(fresh, () => countLines(fresh))
    : only({ ...fresh, hint: `${labelOf(binding, fresh)}: ${reason}` });
}
