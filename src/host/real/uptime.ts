/**
 * Milliseconds since this process began, with fractions; never set back. `performance.now()` tells the same, and Node
 * loads a module for it that takes a look one of its fifty milliseconds.
 */
export function uptimeMs(): number {
  return process.uptime() * 1000;
}
