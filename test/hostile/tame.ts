import { expect } from 'vitest';

import { toJson } from '../../src/model/disarm.ts';

/** Characters that a terminal takes for an order, that reverse a line, or that end one. */
export const orders = /[\p{Cc}\p{Bidi_Control}\p{Zl}\p{Zp}]/u;

/** The colours that vdoctl prints; no other escape sequence is allowed. */
// eslint-disable-next-line no-control-regex -- those are what is meant
const colours = /\u001b\[(?:1|2|36|33|31;1|0)m/g;

/** Throws if the output holds an order that vdoctl does not print itself: only line breaks and colours are allowed. */
export function expectTame(output: string): void {
  const isRaw = orders.test(output.replaceAll('\n', '').replace(colours, ''));
  expect(isRaw ? toJson(output) : 'tame').toBe('tame');
}

/** Throws unless the output for hostile text has the same lines and colours as the output for harmless text. */
export function expectAlike(hostile: string, harmless: string): void {
  expectTame(hostile);
  const shape = (text: string): readonly (readonly string[])[] =>
    text.split('\n').map((line) => line.match(colours) ?? []);
  expect(shape(hostile), `${toJson(hostile)}\n${toJson(harmless)}`).toEqual(shape(harmless));
}
