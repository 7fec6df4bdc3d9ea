import fs from 'node:fs';
import process from 'node:process';
import type { Printed } from '../cli/print.ts';
import type { TextStream } from '../cli/terminal.ts';

/** Node's types promise a boolean, Node itself gives none for a pipe. */
export function isTerminal(stream: { readonly isTTY?: boolean }): boolean {
  return stream.isTTY === true;
}

/** A stream of the process, made by Node when it is first asked for. */
export function makeStream(open: () => NodeJS.WriteStream): TextStream {
  return {
    get isTerminal() {
      return isTerminal(open());
    },
    get columns() {
      return open().columns || 80;
    },
    write: (text) => {
      open().write(text);
    },
  };
}

/** Loading Node's streams takes longer than making the answer; they are left for who cannot take it at once. */
export function writeAtOnce(text: Printed): void {
  let rest = Buffer.from(text);
  try {
    while (rest.length > 0) rest = rest.subarray(fs.writeSync(1, rest));
  } catch {
    stdout().write(rest);
  }
}

/** The streams that this call wrote to. Node makes each when it is first asked for, which a short call can spare. */
const used = new Set<NodeJS.WriteStream>();

/** The process's standard output. */
export function stdout(): NodeJS.WriteStream {
  return use(process.stdout);
}

/** The process's standard error. */
export function stderr(): NodeJS.WriteStream {
  return use(process.stderr);
}

function use(stream: NodeJS.WriteStream): NodeJS.WriteStream {
  if (!used.has(stream)) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      noteLost(stream, error);
    });
  }
  used.add(stream);
  return stream;
}

/** Why the rest of the output on stdout is lost. */
let lostBecause: string | undefined;

/**
 * Nothing that befalls the output, a full disk neither, is a reason to leave a plan half-done. A reader that went away,
 * such as `| head`, is not even worth a word, nor is a terminal that is gone (EIO).
 */
function noteLost(stream: NodeJS.WriteStream, { code, message }: NodeJS.ErrnoException): void {
  if (stream === process.stdout && code !== 'EPIPE' && code !== 'EIO') lostBecause = message;
}

/** Why the rest of the output on stdout was lost; undefined if none was. */
export function whyLost(): string | undefined {
  return lostBecause;
}

/** Lets out what is still written. */
export async function writeOut(): Promise<void> {
  for (const stream of used) await new Promise((resolve) => stream.write('', resolve));
}
