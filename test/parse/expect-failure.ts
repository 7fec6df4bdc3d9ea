import { expect } from 'vitest';
import type { Told } from '../../src/model/odd.ts';
import { Failure, type Problem } from '../../src/model/problem.ts';
import { requireUnderstood } from '../../src/parse/text.ts';

type NotUnderstood = Extract<Problem, { kind: 'not-understood' }>;

/** Returns the problem that the call fails with. Anything but a failure of kind `not-understood` fails the test. */
export function failureOf(call: () => unknown): NotUnderstood {
  const outcome = attempt(call);
  if (!('problem' in outcome)) throw new Error(`understood: ${show(outcome.value)}`);
  return outcome.problem;
}

/** Returns what the call returns, or the problem that it fails with. Throws errors of any other kind on. */
export function attempt<T>(call: () => T): { readonly value: T } | { readonly problem: NotUnderstood } {
  try {
    return { value: call() };
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    expect(error.problem.kind).toBe('not-understood');
    return { problem: error.problem as NotUnderstood };
  }
}

/** Makes a parser strict: it fails with the first thing that it does not understand. */
export function strictly<T extends object>(parse: (text: string) => Told<T>): (text: string) => readonly T[] {
  return (text) => requireUnderstood(parse(text));
}

/** The same for one row that is already parsed. */
export function wholly<T extends object>(row: T): T {
  requireUnderstood({ rows: [row], odd: [] });
  return row;
}

/** Every number in a value, however deep. */
export function numbersIn(value: unknown): (number | bigint)[] {
  if (typeof value === 'number' || typeof value === 'bigint') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(numbersIn) : [];
}

function show(value: unknown): string {
  return JSON.stringify(value, (_, each: unknown) => (typeof each === 'bigint' ? String(each) : each));
}
