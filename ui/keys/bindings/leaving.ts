import { close, keepInSight, open } from '../../state/reduce.ts';
import { viewOf } from '../../state/state.ts';
import type { Binding } from '../binding.ts';
import { only } from '../key-outcome.ts';
import * as reasons from '../reasons.ts';
import { leaveJob } from './jobs.ts';

/** The keys for going back, for help, and for leaving. */
export const leavingKeys: readonly Binding[] = [
  {
    keys: ['escape'],
    label: 'back',
    description: 'Go back: do not run the plan shown, or remove the filter.',
    views: ['overview', 'filter', 'volume', 'advice', 'findings', 'help', 'log', 'form', 'job'],
    rank: 2,
    disabledBecause: reasons.againstLeaving,
    press: (state) => {
      switch (viewOf(state).kind) {
        case 'overview':
          return only(keepInSight({ ...state, filter: '' }));
        case 'filter':
          return only(keepInSight({ ...close(state), filter: '' }));
        case 'job':
          return state.job?.phase === 'over'
            ? leaveJob(state)
            : only(state, { kind: 'answer', answer: 'no' });
        default:
          return only(close(state));
      }
    },
  },
  {
    keys: ['?'],
    label: 'help',
    description: 'What every key does.',
    views: ['overview', 'volume', 'advice', 'findings', 'log', 'job'],
    rank: 0,
    press: (state) => only(open(state, { kind: 'help', scroll: 0 })),
  },
  {
    keys: ['q'],
    label: 'quit',
    description: 'Leave the screen. Work in the kernel goes on.',
    views: ['overview', 'volume', 'help', 'log', 'advice', 'findings'],
    rank: 0,
    disabledBecause: reasons.againstQuitting,
    press: (state) => only(state, { kind: 'quit' }),
  },
  {
    keys: ['ctrl-c'],
    label: 'quit',
    description: 'Leave the screen.',
    views: ['overview', 'filter', 'volume', 'advice', 'findings', 'help', 'log', 'form'],
    disabledBecause: reasons.againstQuitting,
    press: (state) => only(state, { kind: 'quit' }),
  },
  {
    keys: ['ctrl-z'],
    label: 'to the shell',
    description: 'Go to the shell until fg; an operation under way pauses until then.',
    views: ['overview', 'filter', 'volume', 'advice', 'findings', 'help', 'log', 'form', 'job'],
    press: (state) => only(state, { kind: 'pause' }),
  },
];
