import stringWidth from 'string-width';
import { disarm } from '../../src/model/disarm.ts';

const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' });
const ascii = /^[\x20-\x7e]*$/;

/** Makes any text stay on its line and give the terminal no orders; every blank takes one column. */
export function tame(text: string): string {
  return ascii.test(text) ? text : disarm(text).replace(/\s/gu, ' ');
}

/** How many columns a text takes. */
export function widthOf(text: string): number {
  return ascii.test(text) ? text.length : stringWidth(text);
}

/** The text in at most this many columns; `…` says that something is left out. */
export function cut(wild: string, columns: number): string {
  const text = tame(wild);
  if (widthOf(text) <= columns) return text;
  if (columns <= 0) return '';
  let width = 0;
  let kept = '';
  for (const { segment } of graphemes.segment(text)) {
    width += widthOf(segment);
    if (width > columns - 1) break;
    kept += segment;
  }
  return `${kept}…`;
}

/** The text in exactly this many columns, cut or filled up. */
export function fit(text: string, columns: number, side: 'left' | 'right' = 'left'): string {
  const short = cut(text, columns);
  const room = ' '.repeat(Math.max(0, columns - widthOf(short)));
  return side === 'left' ? short + room : room + short;
}

/** The text in lines of at most this many columns, broken between words where possible. */
export function wrap(text: string, columns: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of tame(text).split(' ')) {
    const longer = line === '' ? word : `${line} ${word}`;
    if (widthOf(longer) <= columns) {
      line = longer;
      continue;
    }
    if (line !== '') lines.push(line);
    line = word;
    while (widthOf(line) > columns && columns > 1) {
      const [head, rest] = splitAt(line, columns);
      lines.push(head);
      line = rest;
    }
  }
  return [...lines, line];
}

function splitAt(text: string, columns: number): [string, string] {
  let width = 0;
  let at = 0;
  for (const { segment, index } of graphemes.segment(text)) {
    width += widthOf(segment);
    if (width > columns && index > 0) return [text.slice(0, index), text.slice(index)];
    at = index + segment.length;
  }
  return [text.slice(0, at), text.slice(at)];
}
