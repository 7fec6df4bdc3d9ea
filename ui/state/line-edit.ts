/** A line of text that is being edited. */
export interface EditedLine {
  readonly text: string;
  /** Where the next character goes: an index into the text, between two characters as a person sees them. */
  readonly cursor: number;
}

/** What readline calls them: see the section Readline Key Bindings of bash(1). */
export type LineEdit =
  | 'beginning-of-line'
  | 'end-of-line'
  | 'backward-char'
  | 'forward-char'
  | 'backward-word'
  | 'forward-word'
  | 'backward-delete-char'
  | 'delete-char'
  | 'kill-line'
  | 'unix-line-discard'
  | 'unix-word-rubout'
  | 'kill-word';

const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' });

/** The line with a text put in at the cursor. */
export function insert({ text, cursor }: EditedLine, more: string): EditedLine {
  return { text: text.slice(0, cursor) + more + text.slice(cursor), cursor: cursor + more.length };
}

/** The line after an edit, and the text that it killed; undefined where it kills none. */
export function editLine(line: EditedLine, edit: LineEdit): readonly [EditedLine, string | undefined] {
  const { text, cursor } = line;
  switch (edit) {
    case 'beginning-of-line':
      return [{ text, cursor: 0 }, undefined];
    case 'end-of-line':
      return [{ text, cursor: text.length }, undefined];
    case 'backward-char':
      return [{ text, cursor: before(line) }, undefined];
    case 'forward-char':
      return [{ text, cursor: after(line) }, undefined];
    case 'backward-word':
      return [{ text, cursor: wordBefore(line) }, undefined];
    case 'forward-word':
      return [{ text, cursor: wordAfter(line) }, undefined];
    case 'backward-delete-char':
      return [without(text, before(line), cursor), undefined];
    case 'delete-char':
      return [without(text, cursor, after(line)), undefined];
    case 'kill-line':
      return kill(text, cursor, text.length);
    case 'unix-line-discard':
      return kill(text, 0, cursor);
    case 'unix-word-rubout':
      return kill(text, cursor - lengthOf(/\S*\s*$/u, text.slice(0, cursor)), cursor);
    case 'kill-word':
      return kill(text, cursor, wordAfter(line));
  }
}

function without(text: string, from: number, to: number): EditedLine {
  return { text: text.slice(0, from) + text.slice(to), cursor: from };
}

function kill(text: string, from: number, to: number): readonly [EditedLine, string | undefined] {
  return [without(text, from, to), from === to ? undefined : text.slice(from, to)];
}

function before({ text, cursor }: EditedLine): number {
  const last = [...graphemes.segment(text.slice(0, cursor))].at(-1);
  return last?.index ?? 0;
}

function after({ text, cursor }: EditedLine): number {
  const [first] = graphemes.segment(text.slice(cursor));
  return cursor + (first?.segment.length ?? 0);
}

/** A word, to Alt-B and Alt-F, is of letters and digits: each part of a path is one. */
function wordBefore({ text, cursor }: EditedLine): number {
  return cursor - lengthOf(/[\p{L}\p{M}\p{N}]*[^\p{L}\p{M}\p{N}]*$/u, text.slice(0, cursor));
}

function wordAfter({ text, cursor }: EditedLine): number {
  return cursor + lengthOf(/^[^\p{L}\p{M}\p{N}]*[\p{L}\p{M}\p{N}]*/u, text.slice(cursor));
}

function lengthOf(pattern: RegExp, text: string): number {
  return pattern.exec(text)?.[0].length ?? 0;
}
