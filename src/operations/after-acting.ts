import { saysUntouched } from '../model/exit-code.ts';
import type { Plan } from '../model/plan.ts';
import { Failure } from '../model/problem.ts';

/**
 * Once something has changed, makes sure that no problem claims that nothing was changed.
 *
 * @param done the operation that was carried out; undefined while none was.
 */
export async function tellWhatWasDone<T>(
  name: string,
  done: () => Plan['operation'] | undefined,
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const operation = done();
    if (operation === undefined || !(error instanceof Failure) || !saysUntouched(error.problem)) throw error;
    throw new Failure({ kind: 'not-up', name, operation, cause: error.problem });
  }
}
