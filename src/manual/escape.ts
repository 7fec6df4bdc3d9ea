/** Escapes text for roff: nothing in it acts as a request, and text to copy stays ASCII. */

const literal: Readonly<Record<string, string>> = {
  '\\': String.raw`\e`,
  '-': String.raw`\-`,
  "'": String.raw`\(aq`,
  '`': String.raw`\(ga`,
  '^': String.raw`\(ha`,
  '~': String.raw`\(ti`,
  '"': String.raw`\(dq`,
  '…': '...',
  '→': String.raw`\(->`,
};

/** Escapes a word or line to copy: a reader must get ASCII minus signs and quotes. */
export function escapeLiteral(text: string): string {
  const escaped = requireKnown(text).replaceAll(
    /[\\'`^~…→-]/g,
    (character) => literal[character] ?? character,
  );
  return /^[.']/.test(escaped) ? String.raw`\&${escaped}` : escaped;
}

/** Escapes an argument that a macro must take literally. */
export function macroWord(text: string): string {
  const escaped = escapeLiteral(text).replaceAll('"', literal['"'] ?? '');
  // mdoc would take these for a macro or for punctuation.
  return /^(?:[A-Z][a-z]{1,2}|[.,:;()[\]?!|])$/.test(escaped) ? String.raw`\&${escaped}` : escaped;
}

/** Escapes prose, where roff may typeset a hyphen as a hyphen. */
export function escapeText(text: string): string {
  return requireKnown(text)
    .replaceAll('\\', String.raw`\e`)
    .replaceAll('…', '...')
    .replaceAll('→', String.raw`\(->`);
}

function requireKnown(text: string): string {
  const odd = /[^\x20-\x7e…→]/.exec(text);
  if (odd !== null) throw new Error(`${JSON.stringify(odd[0])} cannot stand in a man page: ${text}`);
  return text;
}
