import { selectedName } from '../../state/order.ts';
import { close, exchange, open } from '../../state/reduce.ts';
import { viewOf, type State } from '../../state/state.ts';
import { chosenEntry } from '../../views/entries.ts';
import type { Binding } from '../binding.ts';
import { only, type Outcome } from '../key-outcome.ts';
import * as reasons from '../reasons.ts';

/** The keys for what was done: the journal, and the log of commands. */
export const entryKeys: readonly Binding[] = [
  {
    keys: ['h'],
    label: 'history',
    description:
      'What was done, from the journal: in the list to all volumes, else to the volume that is open.',
    views: ['overview', 'volume', 'findings'],
    rank: 12,
    disabledBecause: reasons.againstHistory,
    press: openHistory,
  },
  {
    keys: ['enter', 'right'],
    label: 'open',
    description: 'Open the operation: its steps, and each command with its exit code and what it printed.',
    views: ['history'],
    rank: 1,
    disabledBecause: reasons.againstOpeningRecord,
    press: (state) => {
      const known = reasons.chosenOperation(state);
      if (known === undefined) return only(state);
      return only(open(state, { kind: 'record', known, chosen: undefined, scroll: 0 }));
    },
  },
  {
    keys: ['y'],
    label: 'copy',
    description: 'Copy the chosen command to the clipboard, where the terminal takes it (OSC 52).',
    views: ['log', 'record'],
    rank: 3,
    disabledBecause: reasons.againstCopyingCommand,
    press: (state) => {
      const text = chosenEntry(state)?.command ?? '';
      return only({ ...state, hint: `given to the terminal to copy: ${text}` }, { kind: 'copy', text });
    },
  },
  {
    keys: ['a'],
    label: (state) => (isShowingLooks(state) ? 'only changes' : 'looks too'),
    description: 'Show the commands that only look, too; again: hide them.',
    views: ['log'],
    rank: 2,
    press: (state) => {
      const view = viewOf(state);
      const looks = isShowingLooks(state) ? 'hidden' : 'shown';
      return only(view.kind === 'log' ? exchange(state, { ...view, looks }) : state);
    },
  },
  {
    keys: ['/'],
    label: 'filter',
    description: 'Show only the commands that have these letters, in themselves or in what they said.',
    views: ['log'],
    rank: 4,
    press: (state) => only(open(state, { kind: 'log-filter' })),
  },
  {
    keys: ['enter'],
    label: 'keep the filter',
    description: 'Keep the filter, and go back to the commands.',
    views: ['log-filter'],
    rank: 1,
    press: (state) => only(close(state)),
  },
];

function isShowingLooks(state: State): boolean {
  const view = viewOf(state);
  return view.kind === 'log' && view.looks === 'shown';
}

function openHistory(state: State): Outcome {
  const volume = viewOf(state).kind === 'overview' ? undefined : selectedName(state);
  const view = { kind: 'history', volume, history: undefined, chosen: undefined, scroll: 0 } as const;
  return only(open(state, view), { kind: 'read-history', volume });
}
