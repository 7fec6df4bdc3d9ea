import { formatDuration } from '../../src/model/duration.ts';
import { showKey } from '../keys/key.ts';
import { labelOf, type Binding } from '../keys/binding.ts';
import { bindings, isTyping } from '../keys/table.ts';
import { endedUnseen } from '../state/jobs.ts';
import { titleOf } from '../state/request.ts';
import { describeOrder } from '../state/sorting.ts';
import { viewOf, type State } from '../state/state.ts';
import { widthOf } from '../text/cells.ts';
import { span, type ScreenLine, type Span } from '../text/line.ts';

/** The most urgent message: what a look waits for, why a key did nothing, what could not be seen, or the filter. */
export function infoLine(state: State): ScreenLine {
  const { hint, waitingFor, lookFailure, picture, nowMs, filter, theme } = state;
  if (waitingFor !== undefined) {
    const time = formatDuration(nowMs - waitingFor.sinceMs);
    return [span(`waiting for ${waitingFor.command} (${time})`, 'warning')];
  }
  if (hint !== undefined) return [span(hint, 'warning')];
  const ended = endedLine(state);
  if (ended !== undefined) return ended;
  if (lookFailure !== undefined)
    return [span(`${theme.signs.severities.critical} ${lookFailure.what}`, 'critical')];
  const [missing] = picture?.missing ?? [];
  if (missing !== undefined) {
    const more = (picture?.missing.length ?? 0) - 1;
    const rest = more > 0 ? `, and ${String(more)} more` : '';
    return [span(`not seen: ${missing.what}: ${missing.why}${rest}`, 'warning')];
  }
  const view = viewOf(state);
  if (view.kind === 'log' && view.filter !== '')
    return [span(`only commands that match ${JSON.stringify(view.filter)}; Esc shows all`, 'accent')];
  const { by, way } = state.order;
  const order = by === 'need' && way === 'usual' ? [] : [`sorted ${describeOrder(state.order)}`];
  const only = filter === '' ? [] : [`only volumes that match ${JSON.stringify(filter)}; Esc shows all`];
  return [span([...only, ...order].join('; '), 'accent')];
}

/** Tells of operations that ended while nobody watched, until somebody looks at how. */
function endedLine(state: State): ScreenLine | undefined {
  if (viewOf(state).kind !== 'overview') return undefined;
  const ended = endedUnseen(state);
  const [first] = ended;
  if (first === undefined) return undefined;
  const rest = ended.length > 1 ? `, and ${String(ended.length - 1)} more` : '';
  return [span(`ended: ${titleOf(first.request)}${rest}; Enter on its row shows how`, 'accent')];
}

/** The keys of the view, as many as there is room for; a key that cannot be used now is dimmed. */
export function footerLine(state: State): ScreenLine {
  const shown: (readonly Span[])[] = [];
  let left = state.size.columns;
  for (const binding of chooseBindings(state)) {
    const spans = describe(binding, state);
    const width = spans.reduce((sum, { text }) => sum + widthOf(text), 0) + (shown.length > 0 ? 2 : 0);
    if (width > left) continue;
    left -= width;
    shown.push(shown.length > 0 ? [span('  '), ...spans] : spans);
  }
  return shown.flat();
}

/** The bindings for the footer: those that can be used now come first. */
function chooseBindings(state: State): Binding[] {
  const { kind } = viewOf(state);
  const own = bindings.filter((binding) => {
    const [key = ''] = binding.keys;
    const isShown =
      binding.views.includes(kind) && binding.rank !== undefined && labelOf(binding, state) !== '';
    return isShown && !(isTyping(state) && key.length === 1);
  });
  const weigh = (binding: Binding): number =>
    (binding.rank ?? 0) + (binding.disabledBecause?.(state) === undefined ? 0 : 100);
  return own.toSorted((one, other) => weigh(one) - weigh(other));
}

function describe(binding: Binding, state: State): Span[] {
  const [key = ''] = binding.keys;
  const usable = binding.disabledBecause?.(state) === undefined;
  const label = labelOf(binding, state);
  return [span(showKey(key), usable ? 'accent' : 'dim'), span(` ${label}`, usable ? 'plain' : 'dim')];
}
