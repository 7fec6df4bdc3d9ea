/**
 * Milliseconds since this process began, with fractions; never set back. `performance.now()` tells the same, but Node
 * loads a module for it, which takes one of a look's fifty milliseconds.
 */
export function uptimeMs(): number {
  return process.uptime() * 1000;
}
