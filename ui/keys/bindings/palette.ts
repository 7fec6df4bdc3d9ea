import { exchange, open } from '../../state/reduce.ts';
import { viewOf, type State } from '../../state/state.ts';
import type { Binding } from '../binding.ts';
import { only, type Outcome } from '../key-outcome.ts';

/** The keys that find an action by its name. */
export const paletteKeys: readonly Binding[] = [
  {
    keys: [':'],
    label: 'actions',
    description: 'Find an action by its name, and do it.',
    views: ['overview', 'volume', 'advice', 'findings', 'log', 'history', 'record', 'job'],
    rank: 22,
    press: (state) => only(open(state, { kind: 'palette', filter: '', at: 0 })),
  },
  {
    keys: ['enter'],
    label: 'do it',
    description: 'Do the chosen action.',
    views: ['palette'],
    rank: 1,
    // See press.ts: only there all actions are known.
    press: (state) => only(state),
  },
  {
    keys: ['down', 'tab'],
    label: 'next',
    description: 'Go to the next action.',
    views: ['palette'],
    rank: 3,
    press: (state, countLines) => choose(state, 1, countLines()),
  },
  {
    keys: ['up', 'back-tab'],
    label: 'previous',
    description: 'Go to the action before.',
    views: ['palette'],
    press: (state, countLines) => choose(state, -1, countLines()),
  },
];

function choose(state: State, by: number, count: number): Outcome {
  const view = viewOf(state);
  if (view.kind !== 'palette') return only(state);
  return only(exchange(state, { ...view, at: Math.max(0, Math.min(view.at + by, count - 1)) }));
}
