import type { State } from '../../state/state.ts';
import type { Binding } from '../binding.ts';
import { only, type Outcome } from '../key-outcome.ts';
import * as reasons from '../reasons.ts';

/** The keys that agree to a plan, and that stop the operation under way. */
export const jobKeys: readonly Binding[] = [
  {
    keys: ['enter'],
    label: ({ job }) => {
      if (job?.phase === 'over') return 'done';
      return job?.stop === 'asked' ? 'go on' : 'do it';
    },
    description: 'Run the plan shown; if it can lose data, type the name first.',
    views: ['job'],
    rank: 1,
    disabledBecause: reasons.againstDoing,
    press: (state) => {
      if (state.job?.phase === 'over') return leaveJob(state);
      if (state.job?.stop === 'asked') return only(withStop(state, 'no'));
      return only(state, { kind: 'answer', answer: 'yes' });
    },
  },
  {
    keys: ['ctrl-c'],
    label: ({ job }) => (job?.phase === 'running' ? 'stop' : ''),
    description: 'Ask whether to stop after the current step; again: stop.',
    views: ['job'],
    rank: 2,
    disabledBecause: reasons.againstStopping,
    press: (state) => {
      const { job } = state;
      if (job?.phase === 'over') return leaveJob(state);
      // No step has begun, so there is nothing to stop half-way.
      if (job?.phase !== 'running') return only(state, { kind: 'answer', answer: 'no' });
      if (job.stop !== 'asked') return only(withStop(state, 'asked'));
      return only(withStop(state, 'ordered'), { kind: 'stop' });
    },
  },
];

function withStop(state: State, stop: 'no' | 'asked' | 'ordered'): State {
  return state.job === undefined ? state : { ...state, job: { ...state.job, stop } };
}

/** Leaves an operation that is over, for the list or the volume. Closes its form too, unless the operation failed. */
export function leaveJob(state: State): Outcome {
  const views = state.views.filter(
    ({ kind }) => kind !== 'job' && (kind !== 'form' || state.job?.result?.exitCode !== 0),
  );
  return only({ ...state, views, job: undefined }, { kind: 'look' });
}
