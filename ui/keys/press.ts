import { viewOf, type State } from '../state/state.ts';
import { countLines } from '../views/lines.ts';
import type { KeyName } from './key.ts';
import { only, type Outcome } from './key-outcome.ts';
import { labelOf, type Binding } from './binding.ts';
import { bindings, isTyping } from './table.ts';

/** The first binding of the key in the uppermost view; undefined where the key does nothing. */
export function findBinding(state: State, key: KeyName): Binding | undefined {
  const { kind } = viewOf(state);
  // While the view takes text, a character is no key.
  if (isTyping(state) && key.length === 1) return undefined;
  return bindings.find(({ keys, views }) => keys.includes(key) && views.includes(kind));
}

/** The state after a key. A key that cannot be used now leaves a hint that says why. */
export function press(state: State, key: KeyName): Outcome {
  const fresh: State = { ...state, hint: undefined };
  const binding = findBinding(fresh, key);
  if (binding === undefined) return only(fresh);
  const reason = binding.disabledBecause?.(fresh);
  return reason === undefined
    ? binding.press(fresh, () => countLines(fresh))
    : only({ ...fresh, hint: `${labelOf(binding, fresh)}: ${reason}` });
}
