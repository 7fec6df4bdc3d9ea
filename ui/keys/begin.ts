import { addJob } from '../state/jobs.ts';
import type { Request } from '../state/request.ts';
import type { State } from '../state/state.ts';
import { only, type Outcome } from './key-outcome.ts';

/** Opens the view of a new operation, which begins. */
export function beginOperation(state: State, request: Request): Outcome {
  const next = addJob(state, request);
  return only(next, { kind: 'begin', job: next.begunJobs, request });
}
