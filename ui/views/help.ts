import { showKey } from '../keys/key.ts';
import type { Binding } from '../keys/binding.ts';
import { bindings } from '../keys/table.ts';
import { viewOf, type State, type ViewKind } from '../state/state.ts';
import { paragraph, span, line, blank, type ScreenLine } from '../text/line.ts';

const keyColumns = 16;

const titles: readonly (readonly [ViewKind, string])[] = [
  ['overview', 'In the list of volumes'],
  ['volume', 'In the view of one volume'],
  ['filter', 'While typing a filter'],
  ['log', 'In the log of commands'],
  ['log-filter', 'While typing a filter of the log'],
  ['history', 'In the history'],
  ['record', 'In an operation of the history'],
  ['palette', 'While looking for an action'],
  ['form', 'In a form'],
  ['advice', 'In the advice before a forced rebuild'],
  ['job', 'In a plan, and while it runs'],
  ['leaving', 'When you quit while something is under way'],
];

/** Every key, drawn from the table of keys. A key that cannot be used now has the reason beside it. */
export function helpLines(state: State): ScreenLine[] {
  const below = { ...state, views: state.views.slice(0, -1) };
  const seen = viewOf(below).kind;
  const order = [...titles].sort(([one]) => (one === seen ? -1 : 1));
  const told = new Set<Binding>();
  return order.flatMap(([kind, title]) => {
    const own = bindings.filter((binding) => binding.views.includes(kind) && !told.has(binding));
    for (const binding of own) told.add(binding);
    return [
      line(`  ${title}`, 'strong'),
      ...own.flatMap((binding) => helpLine(binding, below, kind === seen)),
      blank,
    ];
  });
}

function helpLine(binding: Binding, state: State, isSeen: boolean): ScreenLine[] {
  const { keys, description, disabledBecause } = binding;
  const reason = isSeen ? disabledBecause?.(state) : undefined;
  const tone = reason === undefined ? 'plain' : 'dim';
  const text = reason === undefined ? description : `${description} (not now: ${reason})`;
  const sign = span(`  ${keys.map(showKey).join(' ')}`, reason === undefined ? 'accent' : 'dim');
  return paragraph(text, state.size.columns, { indent: keyColumns, tone, sign });
}
