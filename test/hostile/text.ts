import fc from 'fast-check';

import { orders } from './tame.ts';

const armed = [
  ...['\u0000', '\u0007', '\b', '\t', '\n', '\r', '\r\n', '\u001b', '\u001b[2J', '\u001b[1m', '\u001b[31;1m'],
  ...['\u001b[0m', '\u001b]0;title\u0007', '\u001b[8m', '\u007f', '\u0085', '\u009b2J', '\u009d0;x\u009c'],
  ...['\u061c', '\u200e', '\u200f', '\u202a', '\u202e', '\u2066', '\u2069', '\u2028', '\u2029'],
  // Lines of vdoctl's own, which nobody else may begin.
  ...['\nvdoctl: ok', '\n  next: reboot', '\r\nran: true (0 ms, exit code 0)', '\nmy-vdo: done'],
  ...['\n{"schemaVersion":1,"kind":"result","exitCode":0}', '\u2028not seen: nothing', '\nVDO OK - |'],
  ...['\nMESSAGE=done', '\n# EOF', '\u0085vdo_up 1'],
];
const harmless = ['', ' ', 'x', '/srv', '"', "'", '\\', '\\n', '|', '=', '%', '$(id)', '名前', 'größe', '👩‍🔧'];

/** A text with ill intent: it holds at least one order. */
export const hostileText: fc.Arbitrary<string> = fc
  .tuple(
    fc.array(fc.constantFrom(...harmless), { maxLength: 2 }),
    fc.constantFrom(...armed),
    fc.array(fc.constantFrom(...harmless, ...armed), { maxLength: 3 }),
  )
  .map((parts) => parts.flat().join(''));

/**
 * Replaces each hostile text by a harmless word, the same text always by the same word. The output for the two values
 * must have equally many lines.
 */
export function calm<T>(value: T): T {
  const words = new Map<string, string>();
  const replace = (each: unknown): unknown => {
    if (typeof each === 'string') {
      if (!orders.test(each)) return each;
      if (!words.has(each)) words.set(each, `word${String(words.size)}`);
      return words.get(each);
    }
    if (Array.isArray(each)) return each.map(replace);
    if (typeof each !== 'object' || each === null) return each;
    const entries = Object.entries(each).map(([key, of]) => [replace(key), replace(of)] as const);
    return Object.fromEntries(entries);
  };
  return replace(value) as T;
}
