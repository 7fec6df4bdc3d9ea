import type { Tone } from '../theme/theme.ts';
import { cut, tame, widthOf, wrap } from './cells.ts';

/** A piece of a line, all of one tone. */
export interface Span {
  readonly text: string;
  readonly tone: Tone;
}

/** A line of the screen. It never wraps. */
export type ScreenLine = readonly Span[];

export const blank: ScreenLine = [];

/** A piece of any text: made to stay on its line and to give the terminal no orders. */
export function span(text: string, tone: Tone = 'plain'): Span {
  return { text: tame(text), tone };
}

export function line(text: string, tone: Tone = 'plain'): ScreenLine {
  return [span(text, tone)];
}

/** A text in lines of its own, indented. `sign` stands in the indent of the first line. */
export function paragraph(text: string, columns: number, options: ParagraphOptions = {}): ScreenLine[] {
  const { indent = 0, tone = 'plain', sign } = options;
  const room = Math.max(10, columns - indent);
  const parts = wrap(text, room);
  return parts.map((part, index) => {
    const margin = ' '.repeat(indent);
    if (index > 0 || sign === undefined) return [span(margin), span(part, tone)];
    const gap = ' '.repeat(Math.max(1, indent - widthOf(sign.text)));
    return [sign, span(gap), span(part, tone)];
  });
}

export interface ParagraphOptions {
  readonly indent?: number;
  readonly tone?: Tone;
  readonly sign?: Span;
}

/** The line in at most this many columns. */
export function cutLine(spans: ScreenLine, columns: number): ScreenLine {
  let left = columns;
  return spans.map(({ text, tone }) => {
    const short = cut(text, left);
    left -= widthOf(short);
    return { text: short, tone };
  });
}
