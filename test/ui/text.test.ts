import fc from 'fast-check';
import stringWidth from 'string-width';
import { describe, expect, test } from 'vitest';

import { cut, fit, wrap } from '../../ui/text/cells.ts';
import { cutLine, line, paragraph, span } from '../../ui/text/line.ts';
import { bar, spark } from '../../ui/text/picture.ts';
import { makeTheme } from '../../ui/theme/theme.ts';

const theme = makeTheme({ background: 'dark', reader: 'eyes' });

/** Names in every kind of script, and characters that make trouble in a terminal. */
const pieces = fc.constantFrom(
  'mail',
  ' ',
  '-',
  '備份卷',
  'ｆｕｌｌ',
  'résumé',
  'e\u0301\u0323',
  'गुजराती',
  'السجل',
  'ארכיון',
  '👩‍🔧',
  '🇩🇪',
  '⚠️',
  '한글',
  '\u200b',
  '\t',
  '\n',
  '\u001b[31m',
  '\u202e',
  '\u061c',
  '\u2028',
  '\u0007',
  '\u009b2J',
);
const texts = fc.array(pieces, { maxLength: 12 }).map((parts) => parts.join(''));
const columns = fc.integer({ min: 0, max: 60 });

/** Characters that a terminal takes for an order. */
const orders = /[\p{Cc}\p{Bidi_Control}\p{Zl}\p{Zp}]/u;

describe('cut', () => {
  test.each([
    ['archive', 7, 'archive'],
    ['archive', 6, 'archi…'],
    ['archive', 1, '…'],
    ['archive', 0, ''],
    ['備份卷', 6, '備份卷'],
    ['備份卷', 5, '備份…'],
    ['備份卷', 4, '備…'],
    ['備份卷', 2, '…'],
    ['e\u0301te\u0301', 2, 'e\u0301…'],
    ['👩‍🔧👩‍🔧', 3, '👩‍🔧…'],
    ['ארכיון', 4, 'ארכ…'],
    ['a\tb', 4, String.raw`a\tb`],
    ['a\u2028b', 8, String.raw`a\u2028b`],
  ])('%j in %i columns', (text, room, expected) => {
    expect(cut(text, room)).toBe(expected);
  });

  test('never is wider, and never gives a terminal orders', () => {
    fc.assert(
      fc.property(texts, columns, (text, room) => {
        const short = cut(text, room);
        expect(stringWidth(short)).toBeLessThanOrEqual(room);
        expect(short).not.toMatch(orders);
      }),
    );
  });
});

describe('fit', () => {
  test('takes exactly its columns, whatever the script', () => {
    fc.assert(
      fc.property(texts, columns, fc.constantFrom('left', 'right'), (text, room, side) => {
        expect(stringWidth(fit(text, room, side))).toBe(room);
      }),
    );
  });

  test('numbers stand at the right', () => {
    expect([fit('7%', 4, 'right'), fit('卷', 3, 'right'), fit('卷', 3)]).toEqual(['  7%', ' 卷', '卷 ']);
  });
});

describe('wrap', () => {
  test.each<[string, number, readonly string[]]>([
    ['read it from there', 10, ['read it', 'from there']],
    ['', 10, ['']],
    ['/dev/disk/by-id/virtio', 10, ['/dev/disk/', 'by-id/virt', 'io']],
    ['on /dev/disk/by-id', 10, ['on', '/dev/disk/', 'by-id']],
    ['備份卷備份卷', 5, ['備份', '卷備', '份卷']],
    ['one\ntwo', 10, [String.raw`one\ntwo`]],
  ])('%j in %i columns', (text, room, expected) => {
    expect(wrap(text, room)).toEqual(expected);
  });

  test('no line is wider, and none gives orders', () => {
    fc.assert(
      fc.property(texts, fc.integer({ min: 2, max: 60 }), (text, room) => {
        for (const each of wrap(text, room)) {
          expect(stringWidth(each)).toBeLessThanOrEqual(room);
          expect(each).not.toMatch(orders);
        }
      }),
    );
  });

  test('nothing but spaces is lost', () => {
    const words = fc
      .array(fc.constantFrom('mail', '備份卷', 'e\u0301', ' ', '👩‍🔧', '/dev/disk'))
      .map((all) => all.join(''));
    fc.assert(
      fc.property(words, fc.integer({ min: 2, max: 60 }), (text, room) => {
        const letters = (all: string): string => all.replaceAll(' ', '');
        expect(letters(wrap(text, room).join(''))).toBe(letters(text));
      }),
    );
  });
});

describe('lines', () => {
  test('a paragraph stands in its indent, the sign in the indent of the first line', () => {
    const lines = paragraph('the volume is read-only', 20, { indent: 4, sign: span('  ✖', 'critical') });
    const shown = lines.map((spans) => spans.map(({ text }) => text).join(''));
    expect(shown).toEqual(['  ✖ the volume is', '    read-only']);
  });

  test('a line that is cut keeps what comes first, in its tones', () => {
    const spans = [span('備份', 'strong'), span('卷 is well', 'good'), span('!', 'critical')];
    expect(cutLine(spans, 7)).toEqual([span('備份', 'strong'), span('卷…', 'good'), span('', 'critical')]);
    expect(cutLine(line('short'), 80)).toEqual(line('short'));
  });

  test('lines are never wider than told', () => {
    fc.assert(
      fc.property(fc.array(texts), columns, (all, room) => {
        const whole = cutLine(
          all.map((text) => span(text)),
          room,
        );
        expect(whole.reduce((sum, { text }) => sum + stringWidth(text), 0)).toBeLessThanOrEqual(room);
      }),
    );
  });
});

describe('pictures', () => {
  test.each([
    [0, '░░░░░░░░░░'],
    [4, '░░░░░░░░░░'],
    [5, '█░░░░░░░░░'],
    [50, '█████░░░░░'],
    [99, '█████████░'],
    [100, '██████████'],
    [-3, '░░░░░░░░░░'],
    [180, '██████████'],
  ])('%i %%', (percent, expected) => {
    expect(bar(percent, 10, theme)).toBe(expected);
  });

  test('a bar is as wide as told, and only what is full looks full', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 100 }), fc.integer({ min: 1, max: 80 }), (percent, room) => {
        const drawn = bar(percent, room, theme);
        expect(stringWidth(drawn)).toBe(room);
        expect(drawn.includes('░')).toBe(percent < 100);
      }),
    );
  });

  test('a sparkline goes from the least to the most of what it shows', () => {
    expect(spark([0, 50, 100], 10, theme)).toBe('▁▄█');
    expect(spark([7, 7, 7], 10, theme)).toBe('▁▁▁');
    // Ninety-three percent looks like it, however constant, and nothing but all of it looks full.
    expect(spark([93, 93, 99], 10, theme)).toBe('▇▇▇');
    expect(spark([1, 100, 50, 0], 3, theme)).toBe('█▄▁');
    expect(spark([], 10, theme)).toBe('');
  });
});
