import { Failure } from '../model/problem.ts';

/** Throws the failure of a command line that is off. */
export function usage(message: string): never {
  throw new Failure({ kind: 'usage', message });
}
