/** The literal displays of a man page, in order, as a reader sees them. */
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
  '(->': '→',
};

function unescape(text: string): string {
  return text.replaceAll(/\\(\(..|.)/g, (all, name: string) => {
    const meant = escapes[name];
    if (meant === undefined) throw new Error(`what does ${all} mean in a man page?`);
    return meant;
  });
}

/** The words typed, and what they printed. */
export interface Exchange {
  readonly typed: string;
  readonly printed: string;
}

/** Reads a session on root's terminal; undefined for any other display. */
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

/** Reads a script that sessions can call, with its name. */
export function readScript(display: string): { readonly name: string; readonly text: string } | undefined {
  const name = /^#!.*\n# ([a-z-]+): /.exec(display)?.[1];
  return name === undefined ? undefined : { name, text: display };
}

/** Every call of vdoctl in a display, without what stands around it. */
export function listCalls(display: string): readonly string[] {
  const isScript = readScript(display) !== undefined;
  const lines = readSession(display)?.map(({ typed }) => typed) ?? (isScript ? [] : display.split('\n'));
  return lines.flatMap((line) => {
    const call = /(?:^|[(;] *|sudo )(vdoctl [^|>;)&#]*)/.exec(line)?.[1];
    return call === undefined ? [] : [call.trim()];
  });
}
