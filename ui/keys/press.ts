import { close } from '../state/reduce.ts';
import { viewOf, type State, type View } from '../state/state.ts';
import { paletteActions } from '../views/palette.ts';
import { findTyped } from '../views/typed.ts';
import { countLines } from '../views/lines.ts';
import type { KeyName } from './key.ts';
import { only, type Outcome } from './key-outcome.ts';
import { labelOf, type Binding } from './binding.ts';
import { typeText } from './bindings/editing.ts';
import { bindings, isTyping } from './table.ts';

/** The first binding of the key in the uppermost view; undefined where the key does nothing. */
export function findBinding(state: State, key: KeyName): Binding | undefined {
  const { kind } = viewOf(state);
  // While the view takes text, a character is no key.
  if (isTyping(state) && isCharacter(key)) return undefined;
  return bindings.find(({ keys, views }) => keys.includes(key) && views.includes(kind));
}

/** Whether the key is a character, which may have two code units. */
function isCharacter(key: KeyName): boolean {
  return Array.from(key).length === 1;
}

/** The state after a key. A key that cannot be used now leaves a hint that says why. */
export function press(state: State, key: KeyName): Outcome {
  const fresh: State = { ...state, hint: undefined };
  // Outside a text nothing is bound to Alt: it was Escape, and the key after it, read at once on a busy host.
  if (key.startsWith('alt-') && !isTyping(fresh)) return pressBoth(fresh, 'escape', key.slice('alt-'.length));
  const view = viewOf(fresh);
  if (view.kind === 'palette' && key === 'enter') return runChosen(fresh, view);
  return withCursor(
    fresh,
    isTyping(fresh) && isCharacter(key) ? typeText(fresh, key) : pressBound(fresh, key),
  );
}

function pressBoth(state: State, first: KeyName, second: KeyName): Outcome {
  const one = press(state, first);
  const other = press(one.state, second);
  return { state: other.state, effects: [...one.effects, ...other.effects] };
}

/** Does the action that is chosen in the palette, as its key would do in the view beneath. */
function runChosen(state: State, view: Extract<View, { kind: 'palette' }>): Outcome {
  const [key] = paletteActions(state, view)[view.at]?.keys ?? [];
  return key === undefined ? only(state) : press({ ...close(state), cursor: undefined }, key);
}

/** A field that is come to anew, is typed into at its end. */
function withCursor({ views }: State, { state, effects }: Outcome): Outcome {
  const isSame = findTyped(state)?.key === state.cursor?.field && state.views.length === views.length;
  return { state: isSame || state.cursor === undefined ? state : { ...state, cursor: undefined }, effects };
}

function pressBound(fresh: State, key: KeyName): Outcome {
  const binding = findBinding(fresh, key);
  if (binding === undefined) return only(fresh);
  const reason = binding.disabledBecause?.(fresh);
  return reason === undefined
    ? binding.press(fresh, () => countLines(fresh))
    : only({ ...fresh, hint: `${labelOf(binding, fresh)}: ${reason}` });
}
