import { Failure, type Problem } from './problem.ts';
import { refusal, type Refusal, type RefusalCode, type RefusalFacts } from './refusal.ts';

/** @throws Failure always: the refusal. */
export function refuse<C extends RefusalCode>(
  name: string,
  because: C,
  facts: Readonly<RefusalFacts[C]>,
): never {
  // The compiler cannot build the union from a type parameter; each call has its own member checked.
  throw new Failure(refusal(name, because, facts) as Refusal);
}

/** @throws Failure where there is a problem. */
export function heed(problem: Problem | undefined): void {
  if (problem !== undefined) throw new Failure(problem);
}
