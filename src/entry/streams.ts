import fs from 'node:fs';
import process from 'node:process';
import type { Printed } from '../cli/print.ts';
import type { TextStream } from '../cli/terminal.ts';

/** Node's types promise a boolean, but for a pipe Node has none. */
export function isTerminal(stream: { readonly isTTY?: boolean }): boolean {
  return stream.isTTY === true;
}

/** A stream of the process, which Node makes on first use. */
export function makeStream(open: () => NodeJS.WriteStream): TextStream {
  return {
    get isTerminal() {
      return isTerminal(open());
    },
    get columns() {
      return open().columns || 80;
    },
    get rows() {
      return open().rows || 24;
    },
    get isGone() {
      return gone.has(open());
    },
    write: (text) => {
      open().write(text);
    },
  };
}

/**
 * Writes directly: loading Node's streams takes longer than making the answer. What the descriptor does not take at
 * once goes to the stream.
 */
export function writeAtOnce(text: Printed): void {
  let rest = Buffer.from(text);
  try {
    while (rest.length > 0) rest = rest.subarray(fs.writeSync(1, rest));
  } catch {
    stdout().write(rest);
  }
}

/** The streams that this call wrote to. Node makes each on first use, which a short call avoids. */
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

/** The streams whose reader went away. Node itself forgets it: it opens those of the process again. */
const gone = new Set<NodeJS.WriteStream>();

/** Why the rest of the output on stdout is lost. */
let lostBecause: string | undefined;

/**
 * No output error, not even a full disk, is a reason to leave a plan half-done. A reader that went away, such as `|
 * head`, or a terminal that is gone (EIO), is not even reported.
 */
function noteLost(stream: NodeJS.WriteStream, { code, message }: NodeJS.ErrnoException): void {
  if (code === 'EPIPE' || code === 'EIO') gone.add(stream);
  else if (stream === process.stdout) lostBecause = message;
}

/** Why the rest of the output on stdout was lost; undefined if none was. */
export function whyLost(): string | undefined {
  return lostBecause;
}

/** Waits until all pending output is written. */
export async function writeOut(): Promise<void> {
  for (const stream of used) await new Promise((resolve) => stream.write('', resolve));
}
