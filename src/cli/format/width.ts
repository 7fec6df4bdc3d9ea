const ascii = /^[\x20-\x7e]*$/;

/** Measures how many columns texts take. Names are nearly always ASCII, and the library for other text loads slowly. */
export async function makeWidth(texts: readonly string[]): Promise<(text: string) => number> {
  if (texts.every((text) => ascii.test(text))) return (text) => text.length;
  return (await import('string-width')).default;
}
