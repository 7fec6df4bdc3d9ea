import { Failure } from '../model/problem.ts';

/** Throws the failure for a wrong command line. */
export function usage(message: string): never {
  throw new Failure({ kind: 'usage', message });
}
