import { expect } from 'vitest';
import { Failure, type Problem } from '../../src/model/problem.ts';

type NotUnderstood = Extract<Problem, { kind: 'not-understood' }>;

/** The problem that the call fails with; anything but a failure of kind `not-understood` fails the test. */
export function failureOf(call: () => unknown): NotUnderstood {
  const outcome = attempt(call);
  if (!('problem' in outcome)) throw new Error(`understood: ${show(outcome.value)}`);
  return outcome.problem;
}

/** What the call gives, or the problem that it fails with. An error of any other kind is passed on. */
export function attempt<T>(call: () => T): { readonly value: T } | { readonly problem: NotUnderstood } {
  try {
    return { value: call() };
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    expect(error.problem.kind).toBe('not-understood');
    return { problem: error.problem as NotUnderstood };
  }
}

/** Every number in a value, however deep. */
export function numbersIn(value: unknown): (number | bigint)[] {
  if (typeof value === 'number' || typeof value === 'bigint') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(numbersIn) : [];
}

function show(value: unknown): string {
  return JSON.stringify(value, (_, each: unknown) => (typeof each === 'bigint' ? String(each) : each));
}
