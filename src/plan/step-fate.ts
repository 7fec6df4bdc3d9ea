import { Failure, type Problem } from '../model/problem.ts';

/** What became of a step's action although the step failed. */
export type Fate = 'has-not-acted' | 'may-have-acted' | 'still-runs';

/** A step's failure, with what became of its action. */
export class ActionFailure extends Failure {
  readonly fate: Fate;

  constructor(problem: Problem, fate: Fate) {
    super(problem);
    this.fate = fate;
  }
}

/** A file that could not be written may have got its new content all the same: its directory was not on the disk yet. */
export function tellFileMayBeWritten<T>(write: () => T): T {
  try {
    return write();
  } catch (error) {
    if (error instanceof Failure) throw new ActionFailure(error.problem, 'may-have-acted');
    throw error;
  }
}
