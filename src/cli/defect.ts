import type { Line } from './print.ts';

declare global {
  interface ImportMeta {
    /** In the release, whose text is minified, the loader's: names the source and its line at each call of a stack. */
    readonly nameSources?: (stack: string) => string;
  }
}

/** A defect of the program: what went wrong in one line, and the calls that led there. */
export function describeDefect(error: unknown): Line[] {
  const stack = error instanceof Error ? (error.stack ?? '') : '';
  // What it says may have lines of its own, and stands before the calls.
  const calls = stack.split('\n').filter((line) => line.startsWith('    at '));
  return [`vdoctl: a defect of vdoctl itself: ${String(error)}`, ...nameSources(calls)];
}

function nameSources(calls: readonly string[]): readonly string[] {
  try {
    return import.meta.nameSources?.(calls.join('\n')).split('\n') ?? calls;
  } catch {
    // The program was replaced while it ran, say.
    return calls;
  }
}
