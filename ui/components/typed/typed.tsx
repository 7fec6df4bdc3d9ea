import { TextInput } from '@inkjs/ui';
import { Box, Text } from 'ink';
import type { ReactElement } from 'react';
import { formLabelColumns } from '../../views/form.ts';
import { wordToType } from '../../state/job.ts';
import { viewOf, type State } from '../../state/state.ts';
import { cut, fit } from '../../text/cells.ts';

export interface Field {
  /** Another key is another field: what was typed into the one before is not in it. */
  readonly key: string;
  readonly label: string;
  readonly value: string;
}

/** The field that the view is typed into; undefined when none is. */
export function findField(state: State): Field | undefined {
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

export interface TypedProps {
  readonly field: Field;
  readonly onChange: (text: string) => void;
}

/** A label, and a text that is being typed. */
export function Typed({ field, onChange }: TypedProps): ReactElement {
  return (
    <Box flexShrink={0} height={1} overflow="hidden">
      <Text bold>{field.label}</Text>
      <TextInput key={field.key} defaultValue={field.value} onChange={onChange} />
    </Box>
  );
}
