import { expect } from 'vitest';

import { toJson } from '../../src/model/disarm.ts';

/** What a terminal takes for an order, what turns a line around, and what ends one. */
export const orders = /[\p{Cc}\p{Bidi_Control}\p{Zl}\p{Zp}]/u;

/** The colours that we know; nothing else begins with ESC. */
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
