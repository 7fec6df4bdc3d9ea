import { beginJob, type Job } from './job.ts';
import type { Request } from './request.ts';
import type { State } from './state.ts';

/** The operation whose view is open, if one is. */
export function shownJob({ views, jobs }: State): Job | undefined {
  const view = views.findLast(({ kind }) => kind === 'job');
  return view?.kind === 'job' ? jobs.find(({ id }) => id === view.id) : undefined;
}

export function isUnderWay({ phase }: Job): boolean {
  return phase !== 'over';
}

/** The operations that are not over, in the order in which they began. */
export function jobsUnderWay({ jobs }: State): readonly Job[] {
  return jobs.filter(isUnderWay);
}

/** The operation that works on this name; else the latest whose result nobody has looked at. */
export function jobOn({ jobs }: Pick<State, 'jobs'>, name: string): Job | undefined {
  const own = jobs.filter(({ request }) => request.name === name);
  return own.find(isUnderWay) ?? own.at(-1);
}

/** The operations that ended while nobody watched. */
export function endedUnseen(state: State): readonly Job[] {
  const seen = shownJob(state);
  return state.jobs.filter((job) => !isUnderWay(job) && job !== seen);
}

/** Takes up a new operation and opens its view. Its id is `begunJobs`. */
export function addJob(state: State, request: Request): State {
  const id = state.begunJobs + 1;
  return {
    ...state,
    begunJobs: id,
    jobs: [...state.jobs, beginJob(id, request)],
    views: [...state.views, { kind: 'job', id, scroll: 0 }],
  };
}
