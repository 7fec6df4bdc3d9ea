import { labelOf, type Binding } from '../keys/binding.ts';
import { showKey } from '../keys/key.ts';
import { bindings } from '../keys/table.ts';
import { close } from '../state/reduce.ts';
import { viewOf, type State, type View } from '../state/state.ts';
import { fit } from '../text/cells.ts';
import { line, span, type ScreenLine } from '../text/line.ts';

const keyColumns = 11;
const labelColumns = 22;

/** The actions of the view beneath that have all the words typed; those that can be used now come first. */
export function paletteActions(
  state: State,
  { filter }: Extract<View, { kind: 'palette' }>,
): readonly Binding[] {
  const below = close(state);
  const { kind } = viewOf(below);
  const words = filter.toLowerCase().split(/\s+/);
  const found = bindings.filter((binding) => {
    const text = `${labelOf(binding, below)} ${binding.description}`.toLowerCase();
    const isAction = binding.views.includes(kind) && !binding.keys.includes(':');
    return isAction && words.every((word) => text.includes(word));
  });
  const isUsable = (binding: Binding): boolean => binding.disabledBecause?.(below) === undefined;
  return [...found.filter(isUsable), ...found.filter((binding) => !isUsable(binding))];
}

/** The actions, a line each. */
export function paletteLines(state: State, view: Extract<View, { kind: 'palette' }>): ScreenLine[] {
  const below = close(state);
  const { signs, manner } = state.theme;
  const actions = paletteActions(state, view);
  if (actions.length === 0) return [line(`  No action has ${JSON.stringify(view.filter)}.`, 'dim')];
  return actions.map((binding, index) => {
    const [key = ''] = binding.keys;
    const reason = binding.disabledBecause?.(below);
    const text = reason === undefined ? binding.description : `not now: ${reason}`;
    const isChosen = index === view.at;
    const cursor = isChosen ? signs.cursor : ' ';
    if (manner === 'words') return line(`${cursor} ${labelOf(binding, below)}, ${showKey(key)}: ${text}`);
    const spans = [
      span(`${cursor} ${fit(showKey(key), keyColumns)}`, reason === undefined ? 'accent' : 'dim'),
      span(fit(labelOf(binding, below), labelColumns), reason === undefined ? 'strong' : 'dim'),
      span(text, 'dim'),
    ];
    return isChosen ? spans.map((each) => span(each.text, 'selected')) : spans;
  });
}
