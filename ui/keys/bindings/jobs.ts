import type { Job } from '../../state/job.ts';
import { jobOn, shownJob } from '../../state/jobs.ts';
import { selectedName } from '../../state/order.ts';
import { changeJob, forgetJob, keepInSight, open } from '../../state/reduce.ts';
import type { State } from '../../state/state.ts';
import type { Binding } from '../binding.ts';
import { only, type Outcome } from '../key-outcome.ts';
import * as reasons from '../reasons.ts';

/** The keys that agree to a plan, that stop the operation under way, and that show it again. */
export const jobKeys: readonly Binding[] = [
  {
    keys: ['enter'],
    label: (state) => {
      const job = shownJob(state);
      if (job?.phase === 'over') return 'done';
      return job?.stop === 'asked' ? 'go on' : 'do it';
    },
    description: 'Run the plan shown; if it can lose data, type the name first.',
    views: ['job'],
    rank: 1,
    disabledBecause: reasons.againstDoing,
    press: (state) =>
      onJob(state, (job) => {
        if (job.phase === 'over') return leaveOver(state, job);
        if (job.stop === 'asked') return only(withStop(state, job, 'no'));
        return only(state, { kind: 'answer', job: job.id, answer: 'yes' });
      }),
  },
  {
    keys: ['ctrl-c'],
    label: (state) => (shownJob(state)?.phase === 'running' ? 'stop' : ''),
    description: 'Ask whether to stop after the current step; again: stop.',
    views: ['job'],
    rank: 2,
    disabledBecause: reasons.againstStopping,
    press: (state) =>
      onJob(state, (job) => {
        if (job.phase === 'over') return leaveOver(state, job);
        // No step has begun, so there is nothing to stop half-way.
        if (job.phase !== 'running') return only(state, { kind: 'answer', job: job.id, answer: 'no' });
        if (job.stop !== 'asked') return only(withStop(state, job, 'asked'));
        return only(withStop(state, job, 'ordered'), { kind: 'stop', job: job.id });
      }),
  },
  {
    keys: ['w'],
    label: 'its operation',
    description: 'Show the operation under way on the volume, or how it ended.',
    views: ['overview', 'volume'],
    rank: 12,
    disabledBecause: reasons.againstShowing,
    press: showOperation,
  },
];

function onJob(state: State, act: (job: Job) => Outcome): Outcome {
  const job = shownJob(state);
  return job === undefined ? only(state) : act(job);
}

function withStop(state: State, { id }: Job, stop: Job['stop']): State {
  return changeJob(state, id, (job) => ({ ...job, stop }));
}

/** Opens the view of the operation on the selected volume. */
export function showOperation(state: State): Outcome {
  const job = jobOn(state, selectedName(state) ?? '');
  return only(job === undefined ? state : open(state, { kind: 'job', id: job.id, scroll: 0 }));
}

/** Leaves the view of an operation: one that is under way goes on, a plan that is shown is turned down. */
export function leaveJob(state: State): Outcome {
  return onJob(state, (job) => {
    if (job.phase === 'over') return leaveOver(state, job);
    if (job.phase === 'running') return toBackground(state, job);
    return only(state, { kind: 'answer', job: job.id, answer: 'no' });
  });
}

/** Leaves an operation that is over, for the list or the volume. Closes its form too, unless the operation failed. */
function leaveOver(state: State, { id, result }: Job): Outcome {
  const left = forgetJob(state, id);
  const views = left.views.filter(({ kind }) => kind !== 'form' || result?.exitCode !== 0);
  return only({ ...left, views }, { kind: 'look' });
}

/** Lets the operation go on by itself, and shows the list, with its row selected. */
function toBackground(state: State, job: Job): Outcome {
  const kept = job.stop === 'asked' ? withStop(state, job, 'no') : state;
  const left: State = { ...kept, views: [{ kind: 'overview' }], selected: job.request.name };
  return only(keepInSight(left), { kind: 'look' });
}
