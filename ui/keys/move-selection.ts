import { bodyHeightOf, countRows } from '../state/rows.ts';
import { shownRows } from '../state/order.ts';
import { exchange, keepInSight, scrollBy } from '../state/reduce.ts';
import { viewOf, type State } from '../state/state.ts';
import { moveChosen } from '../views/entries.ts';
import { only, type Outcome } from './key-outcome.ts';

/** Moves the selection, or scrolls, by lines. @param countLines counts all lines of the view. */
export function move(state: State, by: number, countLines: () => number): Outcome {
  const chosen = moveChosen(state, by);
  if (chosen !== undefined) return only(exchange(state, chosen));
  if (viewOf(state).kind !== 'overview')
    return only(scrollBy(state, by, Math.max(0, countLines() - bodyHeightOf(state))));
  const shown = shownRows(state);
  const now = shown.findIndex(({ name }) => name === state.selected);
  const next = shown[Math.max(0, Math.min(now + by, shown.length - 1))];
  return only(keepInSight({ ...state, selected: next?.name }));
}

export const scroll = {
  /** One line less than the screen shows, so that a line of the page before stays in sight. */
  page: (state: State): number =>
    Math.max(1, (viewOf(state).kind === 'overview' ? countRows(state) : bodyHeightOf(state)) - 1),
};
