import { paragraph, span, type ParagraphOptions, type ScreenLine, type Span } from '../text/line.ts';

/** One of a list, of which one is chosen. Its first line begins with a blank of its own, for the cursor. */
export interface Entry {
  /** Tells it apart from the others, whatever comes before it. */
  readonly key: string;
  readonly lines: readonly ScreenLine[];
  /** `row`: all of it is marked where it is chosen. */
  readonly look: 'row' | 'text';
  /** The command that it tells of, as a line for a shell. */
  readonly command: string | undefined;
}

/** A paragraph whose first line leaves room for the cursor before its sign. The indent is that of the text. */
export function cursorParagraph(
  text: string,
  columns: number,
  { sign = span(''), ...options }: ParagraphOptions & { readonly sign?: Span },
): ScreenLine[] {
  const [[, gap, ...first] = [], ...rest] = paragraph(text, columns, {
    ...options,
    sign: span(` ${sign.text}`),
  });
  return [[span(' '), sign, ...(gap === undefined ? [] : [gap]), ...first], ...rest];
}

/** An entry that only says something. */
export function noteEntry(key: string, text: string, columns: number, tone: ParagraphOptions['tone']): Entry {
  const lines = cursorParagraph(text, columns, { indent: 2, ...(tone === undefined ? {} : { tone }) });
  return { key, look: 'text', command: undefined, lines };
}
