import { shownRows } from '../state/order.ts';
import { bodyHeightOf, countRows } from '../state/rows.ts';
import { viewOf, type State } from '../state/state.ts';
import { blank, type ScreenLine } from '../text/line.ts';
import { topOfEntries } from './entries.ts';
import { findField } from './form.ts';
import { linesOf } from './lines.ts';

/** The part of the view that is seen. */
export interface Window {
  /** As many lines as there is room for. */
  readonly lines: readonly ScreenLine[];
  /** Index of the first of them among the view's lines. */
  readonly top: number;
  readonly below: number;
}

/** Cuts the lines that there is room for out of the view. */
export function openWindow(state: State): Window {
  const height = bodyHeightOf(state);
  const all = linesOf(state);
  const most = Math.max(0, all.length - height);
  const top = Math.max(0, Math.min(findTop(state, height), most));
  const seen = all.slice(top, top + height);
  const filling = Array.from({ length: height - seen.length }, () => blank);
  return { lines: [...seen, ...filling], top, below: Math.max(0, all.length - top - height) };
}

/** The first line shown: a form scrolls so that the field being filled in, with the line below it, is seen. */
function findTop(state: State, height: number): number {
  const view = viewOf(state);
  if ('chosen' in view) return topOfEntries(state);
  if (view.kind === 'palette') return view.at - height + 1;
  if (view.kind !== 'form') return 'scroll' in view ? view.scroll : 0;
  const { line, length } = findField(state, view.form);
  return line + length - height;
}

/** How many lines are out of sight; in the overview, how many volumes. */
export function countHidden(state: State): { readonly above: number; readonly below: number } {
  const { kind } = viewOf(state);
  if (kind !== 'overview' && kind !== 'filter') {
    const { top, below } = openWindow(state);
    return { above: top, below };
  }
  const below = shownRows(state).length - state.top - countRows(state);
  return { above: state.top, below: Math.max(0, below) };
}
