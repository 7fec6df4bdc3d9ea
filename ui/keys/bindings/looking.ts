import { selectedVolume } from '../../state/order.ts';
import { close, open, reorder } from '../../state/reduce.ts';
import { nextOrder } from '../../state/sorting.ts';
import { newLog, type State } from '../../state/state.ts';
import type { Binding } from '../binding.ts';
import { only, type Outcome } from '../key-outcome.ts';
import * as reasons from '../reasons.ts';
import { showOperation } from './jobs.ts';

/** The keys for seeing more, or less. */
export const lookingKeys: readonly Binding[] = [
  {
    keys: ['enter'],
    label: 'open',
    description:
      'Open the selected volume: the operation under way on it, or how that ended; else everything that is known of it.',
    views: ['overview'],
    rank: 1,
    disabledBecause: (state) =>
      reasons.againstShowing(state) === undefined ? undefined : reasons.nothingSelected(state),
    press: (state) =>
      reasons.againstShowing(state) === undefined ? showOperation(state) : openVolume(state),
  },
  {
    keys: ['right'],
    label: 'open the volume',
    description: 'Open the selected volume, whatever is under way on it.',
    views: ['overview'],
    disabledBecause: reasons.nothingSelected,
    press: openVolume,
  },
  {
    keys: ['/'],
    label: 'filter',
    description: 'Show only the volumes whose name, stack, mode, mount point or alert has these letters.',
    views: ['overview'],
    rank: 4,
    press: (state) => only(open(state, { kind: 'filter' })),
  },
  {
    keys: ['enter'],
    label: 'keep the filter',
    description: 'Keep the filter, and go back to the volumes.',
    views: ['filter'],
    rank: 1,
    press: (state) => only(close(state)),
  },
  {
    keys: ['O'],
    label: 'order',
    description: 'Sort the volumes by need, name, used, free or saved space, or state: the next of these.',
    views: ['overview'],
    rank: 19,
    press: (state) => only(reorder(state, nextOrder(state.order))),
  },
  {
    keys: ['I'],
    label: 'inverse order',
    description: 'Sort the volumes the other way round.',
    views: ['overview'],
    press: (state) => {
      const way = state.order.way === 'usual' ? 'reversed' : 'usual';
      return only(reorder(state, { ...state.order, way }));
    },
  },
  {
    keys: ['d'],
    label: 'doctor',
    description: 'Examine the volume: what is wrong with it, or will be, and what mends that.',
    views: ['overview', 'volume'],
    rank: 12,
    disabledBecause: reasons.againstExamining,
    press: (state) => {
      const { name = '' } = selectedVolume(state) ?? {};
      return only(open(state, { kind: 'findings', name, findings: undefined, scroll: 0 }), {
        kind: 'examine',
        name,
      });
    },
  },
  {
    keys: ['l', 'L'],
    label: 'log',
    description: 'The commands that changed something, with their times and how they ended.',
    views: ['overview', 'volume', 'job'],
    rank: 20,
    press: (state) => only(open(state, newLog)),
  },
  {
    keys: ['u'],
    label: 'look again',
    description: 'Look at the host at once.',
    views: ['overview', 'volume'],
    rank: 21,
    press: (state) => only(state, { kind: 'look' }),
  },
];

function openVolume(state: State): Outcome {
  const { name = '' } = selectedVolume(state) ?? {};
  return only(open(state, { kind: 'volume', name, scroll: 0 }), { kind: 'read-details', name });
}
