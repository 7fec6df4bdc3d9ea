import { wordToType } from '../state/job.ts';
import { viewOf, type State } from '../state/state.ts';
import { cut, fit } from '../text/cells.ts';
import { formLabelColumns } from './form.ts';

/** What is being typed. */
export interface Typed {
  /** Another key is another field: what was typed into the one before is not in it. */
  readonly key: string;
  readonly label: string;
  readonly value: string;
}

/** The field that the view is typed into; undefined when none is. */
export function findTyped(state: State): Typed | undefined {
  const view = viewOf(state);
  if (view.kind === 'filter') return { key: 'filter', label: 'filter: ', value: state.filter };
  if (view.kind === 'form') {
    const field = view.form.fields[view.form.at];
    if (field === undefined || field.choices !== undefined) return undefined;
    const label = fit(`${state.theme.signs.cursor} ${field.label}`, formLabelColumns);
    return { key: field.key, label, value: field.value };
  }
  if (view.kind !== 'job' || state.job?.phase !== 'asking') return undefined;
  const word = wordToType(state.job);
  if (word === undefined) return undefined;
  const label = `Type ${cut(word, Math.floor(state.size.columns / 2))} to go on: `;
  return { key: 'name', label, value: state.job.typed };
}
