import { complain, type Form } from '../state/form.ts';
import type { State } from '../state/state.ts';
import { fit } from '../text/cells.ts';
import { blank, line, span, type ScreenLine } from '../text/line.ts';

/** Columns of a label, with the cursor before it. */
export const formLabelColumns = 20;

const titles: Readonly<Record<Form['kind'], (subject: string) => string>> = {
  create: () => 'A new volume',
  grow: (subject) => `A larger logical size for ${subject}`,
  salvage: (subject) => `Copy the data off ${subject}`,
  backup: (subject) => `A backup of ${subject}`,
};

/** The fields, each with what is wrong with it. A widget draws the field that is typed into. */
export function formLines(state: State, form: Form): ScreenLine[] {
  const title = titles[form.kind](form.subject);
  return [
    line(`  ${title}`, 'strong'),
    blank,
    ...form.fields.flatMap((_, index) => fieldLines(state, form, index)),
  ];
}

/** Where among the lines the field that is typed into begins, and how many lines it takes. */
export function findField(state: State, form: Form): { readonly line: number; readonly length: number } {
  const above = form.fields.slice(0, form.at).flatMap((_, index) => fieldLines(state, form, index));
  return { line: above.length + 2, length: fieldLines(state, form, form.at).length };
}

function fieldLines({ theme: { signs } }: State, form: Form, index: number): ScreenLine[] {
  const field = form.fields[index];
  if (field === undefined) return [];
  const isAt = index === form.at;
  const complaint = isAt || field.value !== '' ? complain(form, field) : undefined;
  const head = span(
    fit(`${isAt ? signs.cursor : ' '} ${field.label}`, formLabelColumns),
    isAt ? 'strong' : 'plain',
  );
  const value = field.choices !== undefined && isAt ? `◂ ${field.value} ▸` : field.value;
  const row: ScreenLine = [head, span(value, isAt ? 'accent' : 'plain')];
  const margin = ' '.repeat(formLabelColumns);
  // There is no complaint about a field that nobody has reached yet.
  if (complaint !== undefined)
    return [row, line(`${margin}${signs.severities.warning} ${complaint}`, 'warning')];
  return isAt && field.help !== '' ? [row, line(`${margin}${field.help}`, 'dim')] : [row];
}
