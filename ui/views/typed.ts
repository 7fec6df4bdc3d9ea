import { wordToType } from '../state/job.ts';
import { shownJob } from '../state/jobs.ts';
import { viewOf, type State } from '../state/state.ts';
import { cut, fit } from '../text/cells.ts';
import { formLabelColumns } from './form.ts';

/** The field that is being typed into. */
export interface Typed {
  /** Tells fields apart: a field with another key starts without the text of the one before. */
  readonly key: string;
  readonly label: string;
  readonly value: string;
}

/** The field of the view that takes text; undefined when there is none. */
export function findTyped(state: State): Typed | undefined {
  const view = viewOf(state);
  if (view.kind === 'filter') return { key: 'filter', label: 'filter: ', value: state.filter };
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
