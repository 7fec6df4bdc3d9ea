/** One line of a file of checksums, as sha256sum(1) writes it: a backslash in front says that the name is escaped. */

const escapes: readonly (readonly [string, string])[] = [
  ['\\', '\\\\'],
  ['\n', '\\n'],
  ['\r', '\\r'],
];

export function printSum(sum: string, name: string): string {
  const isPlain = !/[\\\n\r]/.test(name);
  const escaped = escapes.reduce((text, [raw, shown]) => text.replaceAll(raw, shown), name);
  return `${isPlain ? '' : '\\'}${sum}  ${escaped}\n`;
}

/** The sum and the name of a line; undefined for one that sha256sum would not write. */
export function parseSum(line: string): { readonly sum: string; readonly name: string } | undefined {
  const [, mark = '', sum = '', shown = ''] = /^(\\?)([0-9a-f]{64}) [ *](.+)$/.exec(line) ?? [];
  if (sum === '') return undefined;
  const name = mark === '' ? shown : shown.replaceAll(/\\(.)/g, (_all, after: string) => unescapeOne(after));
  return { sum, name };
}

function unescapeOne(after: string): string {
  return after === 'n' ? '\n' : after === 'r' ? '\r' : after;
}
