import type { Reached } from '../model/copy-progress.ts';
import { Failure, type Problem } from '../model/problem.ts';

/** What became of a step's action although the step failed. `was-stopped`: it was ended in its middle, as it may be. */
export type Fate = 'has-not-acted' | 'may-have-acted' | 'was-stopped' | 'still-runs';

/** A step's failure, with what became of its action. */
export class ActionFailure extends Failure {
  readonly fate: Fate;
  /** How far it had come; null where that was not told. */
  readonly reached: Reached | null;

  constructor(problem: Problem, fate: Fate, reached: Reached | null = null) {
    super(problem);
    this.fate = fate;
    this.reached = reached;
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
