/** What a man page shows as it is: the text of its literal displays, in their order. */
export function readDisplays(mdoc: string): readonly string[] {
  const displays = mdoc.matchAll(/^\.Bd -literal[^\n]*\n(.*?)^\.Ed$/gms);
  return Array.from(displays, ([, text = '']) => unescape(text));
}

const escapes: Readonly<Record<string, string>> = {
  e: '\\',
  '-': '-',
  '&': '',
  '(aq': "'",
  '(ga': '`',
  '(ha': '^',
  '(ti': '~',
  '(dq': '"',
};

function unescape(text: string): string {
  return text.replaceAll(/\\(\(..|.)/g, (all, name: string) => {
    const meant = escapes[name];
    if (meant === undefined) throw new Error(`what does ${all} mean in a man page?`);
    return meant;
  });
}

/** What is typed, and what it printed. */
export interface Exchange {
  readonly typed: string;
  readonly printed: string;
}

/** A session on a terminal of root; undefined for another display. */
export function readSession(display: string): readonly Exchange[] | undefined {
  if (!display.startsWith('# ')) return undefined;
  const parts = display.split(/^# /m).slice(1);
  return parts.map((part) => {
    const lines = part.split('\n');
    const more = lines.slice(1).findIndex((line) => !line.startsWith('> '));
    const typed = lines.slice(0, more + 1).map((line) => line.replace(/^> /, ''));
    return { typed: typed.join('\n'), printed: lines.slice(more + 1).join('\n') };
  });
}

/** A script that can be called in a session, with its name. */
export function readScript(display: string): { readonly name: string; readonly text: string } | undefined {
  const name = /^#!.*\n# ([a-z-]+): /.exec(display)?.[1];
  return name === undefined ? undefined : { name, text: display };
}

/** Every call of vdoctl that a display shows, without what stands around it. */
export function listCalls(display: string): readonly string[] {
  const isScript = readScript(display) !== undefined;
  const lines = readSession(display)?.map(({ typed }) => typed) ?? (isScript ? [] : display.split('\n'));
  return lines.flatMap((line) => {
    const call = /(?:^|[(;] *|sudo )(vdoctl [^|>;)&#]*)/.exec(line)?.[1];
    return call === undefined ? [] : [call.trim()];
  });
}
