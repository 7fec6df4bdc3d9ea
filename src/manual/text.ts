import { commands, globalOptions } from '../cli/commands.ts';
import { escapeText, macroWord } from './escape.ts';

const width = 78;

/** The placeholders in the usage of commands: NAME, DEV, KEY=VALUE. */
const placeholders: ReadonlySet<string> = new Set([
  ...commands.flatMap(({ positional }) => positional?.name ?? []),
  'COMMAND',
  ...[...commands.flatMap(({ options }) => options), ...globalOptions].flatMap(({ value = '' }) =>
    value.split('|').filter((each) => /^[A-Z]+$/.test(each)),
  ),
  ...[
    'COMMAND',
    'KEY=VALUE',
    'KEY',
    'VALUE',
    'VG',
    'POOL',
    'VG/POOL',
    'VG/LV',
    'DEVICE',
    'FILE',
    'DIRECTORY',
    'LV',
  ],
]);

/** Renders prose as mdoc: each sentence starts a new line, and what can be marked up is. */
export function renderText(text: string): string[] {
  return splitSentences(text).flatMap(renderSentence);
}

/** Splits at the ends of sentences, but not inside code. */
function splitSentences(text: string): string[] {
  const sentences: string[] = [];
  let from = 0;
  for (const { index, 0: match } of text.matchAll(/[.?!:][)"]?\s+/g)) {
    const isInCode = (text.slice(0, index).split('`').length - 1) % 2 === 1;
    if (isInCode || match.startsWith(':')) continue;
    sentences.push(text.slice(from, index + match.trimEnd().length));
    from = index + match.length;
  }
  return [...sentences, text.slice(from)].map((each) => each.trim()).filter((each) => each !== '');
}

/** A run of words, or a macro with its arguments. */
type Piece = { readonly words: string } | { readonly macro: string };

function renderSentence(sentence: string): string[] {
  const lines: string[] = [];
  let line = '';
  const flush = (): void => {
    if (line !== '') lines.push(/^[.']/.test(line) ? String.raw`\&${line}` : line);
    line = '';
  };
  for (const piece of splitPieces(sentence)) {
    if ('macro' in piece) {
      flush();
      lines.push(`.${piece.macro}`);
      continue;
    }
    const word = escapeText(piece.words);
    if (line !== '' && line.length + 1 + word.length > width) flush();
    line = line === '' ? word : `${line} ${word}`;
  }
  flush();
  return lines;
}

function splitPieces(sentence: string): Piece[] {
  const tokens = sentence.match(/[^\s`]*`[^`]*`\S*|\S+/g) ?? [];
  return tokens.map((token) => renderToken(token) ?? { words: token });
}

/** Marks up a token; the punctuation around it goes outside the markup. Undefined if there is nothing to mark up. */
function renderToken(token: string): Piece | undefined {
  const [, open = '', core = '', close = '', rest = ''] =
    /^(\(?)(`[^`]*`|[a-z][a-z0-9.@-]*\(\d\)|[^\s`]*?)([.,:;)?!]*)((?:'s)?)$/.exec(token) ?? [];
  const marked = core.startsWith('`') ? markCode(core.slice(1, -1)) : markWord(core);
  if (marked === undefined) return undefined;
  const [macro = '', ...words] = marked;
  const tail = rest === '' ? [] : ['Ns', macroWord(rest)];
  const marks = close.match(/./g) ?? [];
  return { macro: [macro, ...(open === '' ? [] : [open]), ...words, ...marks, ...tail].join(' ') };
}

/** The macro and its arguments; undefined for a plain word. */
function markWord(word: string): string[] | undefined {
  if (/^--?[a-z][a-z-]*$/.test(word)) return ['Fl', macroWord(word.slice(1))];
  if (placeholders.has(word)) return ['Ar', macroWord(word)];
  if (/^\/[a-z][^\s]*[a-zA-Z0-9@*]$/.test(word) && word.split('/').length > 2) return ['Pa', macroWord(word)];
  const manual = /^([a-z][a-z0-9.-]*)\((\d)\)$/.exec(word);
  return manual === null ? undefined : ['Xr', manual[1] ?? '', manual[2] ?? ''];
}

/** Marks up a command with its options and placeholders. */
function markCode(code: string): string[] {
  const marked: string[] = [];
  let macro = '';
  for (const word of code.split(' ')) {
    const isOption = /^--?[a-z][a-z-]*$/.test(word);
    const next = isOption ? 'Fl' : placeholders.has(word.replace(/…$/, '')) ? 'Ar' : 'Ic';
    // Each option needs its own dash.
    if (next !== macro || isOption) marked.push(next);
    marked.push(isOption ? macroWord(word.slice(1)) : macroWord(word));
    macro = next;
  }
  return marked;
}
