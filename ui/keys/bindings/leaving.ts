import { isUnderWay, jobsUnderWay } from '../../state/jobs.ts';
import { close, exchange, keepInSight, open } from '../../state/reduce.ts';
import { viewOf, type State } from '../../state/state.ts';
import { logFilter } from '../../views/typed.ts';
import type { Binding } from '../binding.ts';
import { only, type Outcome } from '../key-outcome.ts';
import * as reasons from '../reasons.ts';
import { leaveJob } from './jobs.ts';

const everywhere: Binding['views'] = [
  'overview',
  'filter',
  'volume',
  'advice',
  'findings',
  'help',
  'log',
  'log-filter',
  'palette',
  'history',
  'record',
  'form',
  'job',
  'leaving',
];

/** The keys for going back, for help, and for leaving. */
export const leavingKeys: readonly Binding[] = [
  {
    keys: ['escape'],
    label: 'back',
    description:
      'Go back: an operation under way goes on; a plan that is shown is not run; a filter is removed.',
    views: everywhere,
    rank: 2,
    press: (state) => {
      switch (viewOf(state).kind) {
        case 'overview':
          return only(keepInSight({ ...state, filter: '' }));
        case 'filter':
          return only(keepInSight({ ...close(state), filter: '' }));
        case 'log':
          return only(closeLog(state));
        case 'log-filter':
          return only(close(withoutFilter(state)));
        case 'job':
          return leaveJob(state);
        default:
          return only(close(state));
      }
    },
  },
  {
    keys: ['?'],
    label: 'help',
    description: 'What every key does.',
    views: ['overview', 'volume', 'advice', 'findings', 'log', 'history', 'record', 'job'],
    rank: 0,
    press: (state) => only(open(state, { kind: 'help', scroll: 0 })),
  },
  {
    keys: ['q'],
    label: 'quit',
    description:
      'Leave the screen. Work in the kernel goes on; while an operation is under way, it asks first.',
    views: ['overview', 'volume', 'help', 'log', 'history', 'record', 'advice', 'findings'],
    rank: 0,
    press: leaveScreen,
  },
  {
    keys: ['ctrl-c'],
    label: 'quit',
    description: 'Leave the screen, as q does.',
    views: [
      'overview',
      'filter',
      'volume',
      'advice',
      'findings',
      'help',
      'log',
      'log-filter',
      'palette',
      'history',
      'record',
      'form',
    ],
    press: leaveScreen,
  },
  {
    keys: ['s', 'ctrl-c'],
    label: 'stop them and quit',
    description: 'Stop each operation after its current step, and leave the screen.',
    views: ['leaving'],
    rank: 1,
    disabledBecause: reasons.againstLeavingAgain,
    press: (state) => leaveAfter(state, 'stop'),
  },
  {
    keys: ['w'],
    label: 'wait, then quit',
    description: 'Leave the screen when the operations are over.',
    views: ['leaving'],
    rank: 1,
    disabledBecause: reasons.againstLeavingAgain,
    press: (state) => leaveAfter(state, 'wait'),
  },
  {
    keys: ['ctrl-z'],
    label: 'to the shell',
    description: 'Go to the shell until fg; the operations under way pause until then.',
    views: everywhere,
    press: (state) => only(state, { kind: 'pause' }),
  },
];

/** First takes the filter off, as in the list of volumes. */
function closeLog(state: State): State {
  return logFilter(state) === '' ? close(state) : withoutFilter(state);
}

function withoutFilter(state: State): State {
  const views = state.views.map((view) => (view.kind === 'log' ? { ...view, filter: '' } : view));
  return { ...state, views };
}

/** Quits, unless operations are under way: then it asks what becomes of them. */
function leaveScreen(state: State): Outcome {
  return jobsUnderWay(state).length === 0
    ? only(state, { kind: 'quit' })
    : only(open(state, { kind: 'leaving', wish: 'not-said', scroll: 0 }));
}

function leaveAfter(state: State, how: 'stop' | 'wait'): Outcome {
  const jobs = state.jobs.map((job) =>
    how === 'stop' && isUnderWay(job) ? { ...job, stop: 'ordered' as const } : job,
  );
  const next = exchange({ ...state, jobs }, { kind: 'leaving', wish: how, scroll: 0 });
  return only(next, { kind: 'leave-after', how });
}
