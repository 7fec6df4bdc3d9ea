/** Text of ours for roff: nothing in it is an order, and what is to be copied stays ASCII. */

const literal: Readonly<Record<string, string>> = {
  '\\': String.raw`\e`,
  '-': String.raw`\-`,
  "'": String.raw`\(aq`,
  '`': String.raw`\(ga`,
  '^': String.raw`\(ha`,
  '~': String.raw`\(ti`,
  '"': String.raw`\(dq`,
  '…': '...',
};

/** A word or a line that is to be copied: a minus is a minus and a quote a quote. */
export function escapeLiteral(text: string): string {
  const escaped = requireKnown(text).replaceAll(
    /[\\'`^~…-]/g,
    (character) => literal[character] ?? character,
  );
  return /^[.']/.test(escaped) ? String.raw`\&${escaped}` : escaped;
}

/** An argument of a macro that is meant as it is. */
export function macroWord(text: string): string {
  const escaped = escapeLiteral(text).replaceAll('"', literal['"'] ?? '');
  // What could be taken for a macro or for punctuation.
  return /^(?:[A-Z][a-z]{1,2}|[.,:;()[\]?!|])$/.test(escaped) ? String.raw`\&${escaped}` : escaped;
}

/** Prose: a hyphen may be a hyphen. */
export function escapeText(text: string): string {
  return requireKnown(text)
    .replaceAll('\\', String.raw`\e`)
    .replaceAll('…', '...');
}

function requireKnown(text: string): string {
  const odd = /[^\x20-\x7e…]/.exec(text);
  if (odd !== null) throw new Error(`${JSON.stringify(odd[0])} cannot stand in a man page: ${text}`);
  return text;
}
