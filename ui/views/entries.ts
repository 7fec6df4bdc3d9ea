import { bodyHeightOf } from '../state/rows.ts';
import { newLog, viewOf, type State, type View } from '../state/state.ts';
import { span, type ScreenLine } from '../text/line.ts';
import type { Entry } from './entry.ts';
import { historyEntries } from './history.ts';
import { logEntries } from './log.ts';
import { recordEntries } from './record.ts';

/** A view of entries, one of which is chosen. */
type EntriesView = Extract<View, { readonly chosen: string | undefined }>;

function isOfEntries(view: View): view is EntriesView {
  return 'chosen' in view;
}

/** The log that is open, or whose filter is typed. */
function logView({ views }: State): Extract<View, { kind: 'log' }> {
  const view = views.findLast(({ kind }) => kind === 'log');
  return view?.kind === 'log' ? view : newLog;
}

/** The entries of the uppermost view; undefined where it has none. */
export function entriesOf(state: State): readonly Entry[] | undefined {
  const view = viewOf(state);
  switch (view.kind) {
    case 'history':
      return historyEntries(state, view);
    case 'record':
      return recordEntries(state, view);
    case 'log':
      return logEntries(state, view);
    case 'log-filter':
      return logEntries(state, logView(state));
    default:
      return undefined;
  }
}

/** The chosen entry of the uppermost view: the first one, until another is chosen, or where that is gone. */
export function chosenEntry(state: State): Entry | undefined {
  const view = viewOf(state);
  if (!isOfEntries(view)) return undefined;
  const entries = entriesOf(state) ?? [];
  return entries[findChosen(entries, view)];
}

function findChosen(entries: readonly Entry[], { chosen }: EntriesView): number {
  return Math.max(
    0,
    entries.findIndex(({ key }) => key === chosen),
  );
}

/** The lines of all entries, with a mark at the chosen one. */
export function entryLines(state: State): ScreenLine[] {
  const view = viewOf(state);
  const entries = entriesOf(state);
  if (entries === undefined) return [];
  if (!isOfEntries(view)) return entries.flatMap(({ lines }) => lines);
  const at = findChosen(entries, view);
  return entries.flatMap((entry, index) => (index === at ? mark(entry, state) : entry.lines));
}

/** Every entry begins with a blank, in whose place the cursor stands. */
function mark({ lines, look }: Entry, { theme }: State): readonly ScreenLine[] {
  const [[, ...first] = [], ...rest] = lines;
  const words = theme.manner === 'words' ? ' ' : '';
  const marked = [span(`${theme.signs.cursor}${words}`, 'accent'), ...first];
  return [look === 'row' ? marked.map(({ text }) => span(text, 'selected')) : marked, ...rest];
}

interface Place {
  readonly start: number;
  readonly end: number;
}

function placesOf(entries: readonly Entry[]): readonly Place[] {
  let start = 0;
  return entries.map(({ lines }) => {
    const place = { start, end: start + lines.length };
    start = place.end;
    return place;
  });
}

/** The first line shown: the view scrolls so that the chosen entry is seen, or a part of it where it is too long. */
export function topOfEntries(state: State): number {
  const view = viewOf(state);
  const entries = entriesOf(state) ?? [];
  if (!isOfEntries(view)) return 0;
  const { start, end } = placesOf(entries)[findChosen(entries, view)] ?? { start: 0, end: 0 };
  const last = end - bodyHeightOf(state);
  return Math.max(0, Math.min(start, last), Math.min(view.scroll, Math.max(start, last)));
}

/** Goes on by an entry (1, -1), or by so many lines; within an entry that is longer than the screen, by a line. */
export function moveChosen(state: State, by: number): EntriesView | undefined {
  const view = viewOf(state);
  if (!isOfEntries(view)) return undefined;
  const entries = entriesOf(state) ?? [];
  const places = placesOf(entries);
  const at = findChosen(entries, view);
  const top = topOfEntries(state);
  const place = places[at];
  if (place === undefined) return view;
  const isOneStep = Math.abs(by) === 1;
  const hasMore = by > 0 ? place.end > top + bodyHeightOf(state) : place.start < top;
  if (isOneStep && hasMore) return { ...view, scroll: top + by };
  const line = place.start + by;
  const reached = places.findIndex(({ end }) => end > Math.max(0, line));
  const next = isOneStep ? Math.max(0, at + by) : reached;
  const entry = entries[next] ?? (by > 0 ? entries.at(-1) : entries[at]);
  return { ...view, scroll: top, chosen: entry?.key };
}
