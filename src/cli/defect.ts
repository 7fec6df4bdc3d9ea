import type { Line } from './print.ts';

declare global {
  interface ImportMeta {
    /** Set in the release, whose code is minified: names the source file and line of each call in a stack. */
    readonly nameSources?: (stack: string) => string;
  }
}

/** A defect of the program: what went wrong, in one line, and the calls that led there. */
export function describeDefect(error: unknown): Line[] {
  const stack = error instanceof Error ? (error.stack ?? '') : '';
  // The message may have lines of its own, and stands before the calls.
  const calls = stack.split('\n').filter((line) => line.startsWith('    at '));
  return [`vdoctl: a defect of vdoctl itself: ${String(error)}`, ...nameSources(calls)];
}

function nameSources(calls: readonly string[]): readonly string[] {
  try {
    return import.meta.nameSources?.(calls.join('\n')).split('\n') ?? calls;
  } catch {
    // The program may have been replaced while it ran.
    return calls;
  }
}
