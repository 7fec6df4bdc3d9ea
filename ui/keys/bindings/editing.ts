import { editLine, insert, type EditedLine, type LineEdit } from '../../state/line-edit.ts';
import { viewOf, type State, type ViewKind } from '../../state/state.ts';
import { type } from '../../state/typed.ts';
import { findTyped } from '../../views/typed.ts';
import type { Binding } from '../binding.ts';
import type { KeyName } from '../key.ts';
import { only, type Outcome } from '../key-outcome.ts';

const everywhere = ['filter', 'log-filter', 'palette', 'form', 'job'] as const;
/** In a form, left and right also choose; where a name is typed below a plan, Home and End scroll the plan. */
const arrows = ['filter', 'log-filter', 'palette', 'job'] as const;
const ends = ['filter', 'log-filter', 'palette', 'form'] as const;

function editing(
  keys: readonly KeyName[],
  description: string,
  edit: LineEdit,
  views: readonly ViewKind[] = everywhere,
): Binding {
  return { keys, label: '', description, views, press: (state) => editTyped(state, edit) };
}

/** The keys that edit a text as readline does. */
export const editingKeys: readonly Binding[] = [
  editing(['ctrl-a'], 'Go to the beginning of the text.', 'beginning-of-line'),
  editing(['home'], 'Go to the beginning of the text, too.', 'beginning-of-line', ends),
  editing(['ctrl-e'], 'Go to the end of the text.', 'end-of-line'),
  editing(['end'], 'Go to the end of the text, too.', 'end-of-line', ends),
  editing(['ctrl-b'], 'Go back by a character.', 'backward-char'),
  editing(['left'], 'Go back by a character, too.', 'backward-char', arrows),
  editing(['ctrl-f'], 'Go on by a character.', 'forward-char'),
  editing(['right'], 'Go on by a character, too.', 'forward-char', arrows),
  editing(['alt-b'], 'Go back by a word.', 'backward-word'),
  editing(['alt-f'], 'Go on by a word.', 'forward-word'),
  editing(['backspace'], 'Delete the character before the cursor.', 'backward-delete-char'),
  editing(['ctrl-d'], 'Delete the character at the cursor, as the key Delete does.', 'delete-char'),
  editing(['ctrl-k'], 'Kill the text from the cursor to its end.', 'kill-line'),
  editing(['ctrl-u'], 'Kill the text before the cursor.', 'unix-line-discard'),
  editing(['ctrl-w'], 'Kill the word before the cursor, up to a blank.', 'unix-word-rubout'),
  editing(['alt-d'], 'Kill the word from the cursor on.', 'kill-word'),
  {
    keys: ['ctrl-y'],
    label: '',
    description: 'Put in what was killed last.',
    views: everywhere,
    press: (state) => typeText(state, state.killed),
  },
];

/** Edits the text that is being typed. */
export function editTyped(state: State, edit: LineEdit): Outcome {
  const typed = findTyped(state);
  if (typed === undefined) return only(state);
  const [line, killed] = editLine({ text: typed.value, cursor: typed.cursor }, edit);
  return change(killed === undefined ? state : { ...state, killed }, typed.key, line);
}

/** Types a text at the cursor. */
export function typeText(state: State, text: string): Outcome {
  const typed = findTyped(state);
  if (typed === undefined) return only(state);
  return change(state, typed.key, insert({ text: typed.value, cursor: typed.cursor }, text));
}

function change(state: State, field: string, { text, cursor }: EditedLine): Outcome {
  const next = { ...type(state, text), cursor: { field, at: cursor } };
  const view = viewOf(next);
  const at = view.kind === 'form' ? view.form.fields[view.form.at] : undefined;
  const isNew = findTyped(state)?.value !== text;
  return at?.key === 'device' && isNew ? only(next, { kind: 'check-device', device: at.value }) : only(next);
}
