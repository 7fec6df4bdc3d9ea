import type { Reached } from '../model/copy-progress.ts';
import { Failure, type Problem } from '../model/problem.ts';

/** What became of the action of a failed step. `was-stopped`: it was ended partway, as the step allows. */
export type Fate = 'has-not-acted' | 'may-have-acted' | 'was-stopped' | 'still-runs';

/** A step's failure, with what became of its action. */
export class ActionFailure extends Failure {
  readonly fate: Fate;
  /** How far the action had come; null if that is unknown. */
  readonly reached: Reached | null;

  constructor(problem: Problem, fate: Fate, reached: Reached | null = null) {
    super(problem);
    this.fate = fate;
    this.reached = reached;
  }
}

/** A failed write may still have replaced the file, if only its directory had not reached the disk. */
export function tellFileMayBeWritten<T>(write: () => T): T {
  try {
    return write();
  } catch (error) {
    if (error instanceof Failure) throw new ActionFailure(error.problem, 'may-have-acted');
    throw error;
  }
}
