import type { Line } from './print.ts';

/** A defect of the program: what went wrong in one line, and the calls that led there. */
export function describeDefect(error: unknown): Line[] {
  const stack = error instanceof Error ? (error.stack ?? '') : '';
  // What it says may have lines of its own, and stands before the calls.
  const calls = stack.split('\n').filter((line) => line.startsWith('    at '));
  return [`vdoctl: a defect of vdoctl itself: ${String(error)}`, ...calls];
}
