import { wordToType } from '../state/job.ts';
import { shownJob } from '../state/jobs.ts';
import { viewOf, type State } from '../state/state.ts';
import { cut, fit, widthOf } from '../text/cells.ts';
import { span, type ScreenLine } from '../text/line.ts';
import type { Theme } from '../theme/theme.ts';
import { formLabelColumns } from './form.ts';

/** The field that is being typed into. */
export interface Typed {
  /** Tells fields apart: a field with another key starts without the text of the one before. */
  readonly key: string;
  readonly label: string;
  readonly value: string;
  /** Index into the value, where the next character goes. */
  readonly cursor: number;
}

/** The field of the view that takes text; undefined when there is none. */
export function findTyped(state: State): Typed | undefined {
  const field = findField(state);
  if (field === undefined) return undefined;
  const { length } = field.value;
  const { cursor } = state;
  return { ...field, cursor: cursor?.field === field.key ? Math.min(cursor.at, length) : length };
}

/** The field as a line: its text scrolls so that the cursor is seen. */
export function typedLine({ label, value, cursor }: Typed, width: number, { caret }: Theme): ScreenLine {
  const room = Math.max(1, width - widthOf(label));
  const parts = Array.from(graphemes.segment(value), ({ segment, index }) => ({ segment, index }));
  const head = parts.filter(({ index }) => index < cursor).map(({ segment }) => segment);
  while (head.length > 0 && widthOf(head.join('')) + 1 > room) head.shift();
  const at = parts.find(({ index }) => index >= cursor);
  const rest = value.slice(cursor + (at?.segment.length ?? 0));
  // Without colours and their like, a bar stands before the character; at the end of the text there is no need.
  const mark = caret === 'bar' && at !== undefined ? '|' : '';
  return [
    span(label, 'strong'),
    span(head.join('')),
    span(mark),
    span(at?.segment ?? ' ', 'selected'),
    span(rest),
  ];
}

const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' });

function findField(state: State): Omit<Typed, 'cursor'> | undefined {
  const view = viewOf(state);
  if (view.kind === 'filter') return { key: 'filter', label: 'filter: ', value: state.filter };
  if (view.kind === 'palette') return { key: 'palette', label: 'action: ', value: view.filter };
  if (view.kind === 'log-filter') return { key: 'log-filter', label: 'filter: ', value: logFilter(state) };
  if (view.kind === 'form') {
    const field = view.form.fields[view.form.at];
    if (field === undefined || field.choices !== undefined) return undefined;
    const label = fit(`${state.theme.signs.cursor} ${field.label}`, formLabelColumns);
    return { key: field.key, label, value: field.value };
  }
  const job = shownJob(state);
  if (view.kind !== 'job' || job?.phase !== 'asking') return undefined;
  const word = wordToType(job);
  if (word === undefined) return undefined;
  const label = `Type ${cut(word, Math.floor(state.size.columns / 2))} to go on: `;
  return { key: `name-${String(job.id)}`, label, value: job.typed };
}

/** The filter of the log that is open, or beneath. */
export function logFilter({ views }: State): string {
  const log = views.findLast(({ kind }) => kind === 'log');
  return log?.kind === 'log' ? log.filter : '';
}
