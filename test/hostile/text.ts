import fc from 'fast-check';
import { expect } from 'vitest';

import { toJson } from '../../src/model/disarm.ts';

/** What a terminal takes for an order, what turns a line around, and what ends one. */
export const orders = /[\p{Cc}\p{Bidi_Control}\p{Zl}\p{Zp}]/u;

const armed = [
  ...['\u0000', '\u0007', '\b', '\t', '\n', '\r', '\r\n', '\u001b', '\u001b[2J', '\u001b[1m', '\u001b[31;1m'],
  ...['\u001b[0m', '\u001b]0;title\u0007', '\u001b[8m', '\u007f', '\u0085', '\u009b2J', '\u009d0;x\u009c'],
  ...['\u061c', '\u200e', '\u200f', '\u202a', '\u202e', '\u2066', '\u2069', '\u2028', '\u2029'],
  // Lines of ours, which nobody else may begin.
  ...['\nvdoctl: ok', '\n  next: reboot', '\r\nran: true (0 ms, exit code 0)', '\nmy-vdo: done'],
  ...['\n{"schemaVersion":1,"kind":"result","exitCode":0}', '\u2028not seen: nothing', '\nVDO OK - |'],
  ...['\nMESSAGE=done', '\n# EOF', '\u0085vdo_up 1'],
];
const harmless = ['', ' ', 'x', '/srv', '"', "'", '\\', '\\n', '|', '=', '%', '$(id)', '名前', 'größe', '👩‍🔧'];

/** A text that somebody means harm with: it holds one order at the least. */
export const hostileText: fc.Arbitrary<string> = fc
  .tuple(
    fc.array(fc.constantFrom(...harmless), { maxLength: 2 }),
    fc.constantFrom(...armed),
    fc.array(fc.constantFrom(...harmless, ...armed), { maxLength: 3 }),
  )
  .map((parts) => parts.flat().join(''));

/**
 * The same with a harmless word for each hostile text, the same word for the same text: what is printed of both has as
 * many lines.
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

/** The colours that we know, and what is redrawn in place; nothing else begins with ESC. */
// eslint-disable-next-line no-control-regex -- those are what is meant
const colours = /\u001b\[(?:1|2|36|33|31;1|0)m/g;

/** Throws where the output holds an order that is not our own: a line's end, or a colour. */
export function expectTame(output: string): void {
  const isRaw = orders.test(output.replaceAll('\n', '').replace(colours, ''));
  expect(isRaw ? toJson(output) : 'tame').toBe('tame');
}

/** Throws unless what is printed of hostile text has the lines and the colours of what is printed of harmless text. */
export function expectAlike(hostile: string, harmless: string): void {
  expectTame(hostile);
  const shape = (text: string): readonly (readonly string[])[] =>
    text.split('\n').map((line) => line.match(colours) ?? []);
  expect(shape(hostile), `${toJson(hostile)}\n${toJson(harmless)}`).toEqual(shape(harmless));
}
