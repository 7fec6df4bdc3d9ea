import fs from 'node:fs';
import path from 'node:path';

/** One command on a real host: its arguments, and what it printed. */
export interface Recording {
  /** `dm/09-recovering-status` */
  readonly name: string;
  readonly argv: readonly string[];
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

const root = path.join(import.meta.dirname, '..', 'recordings');

/** All directories of recordings, so that a new one is tried on the parsers without being listed anywhere. */
export const recordings: readonly Recording[] = fs
  .readdirSync(root)
  .sort()
  .flatMap((stack) =>
    fs
      .readdirSync(path.join(root, stack))
      .filter((file) => file.endsWith('.json'))
      .sort()
      .map((file) => {
        const text = fs.readFileSync(path.join(root, stack, file), 'utf8');
        const { argv, code, stdout, stderr } = JSON.parse(text) as Omit<Recording, 'name'>;
        return { name: `${stack}/${file.replace('.json', '')}`, argv, code, stdout, stderr };
      }),
  );

/** The recording whose name begins so: `dm/09`. */
export function recorded(start: string): Recording {
  const found = recordings.filter(({ name }) => name.startsWith(start));
  if (found.length !== 1 || found[0] === undefined)
    throw new Error(`${String(found.length)} recordings: ${start}`);
  return found[0];
}

/** The bytes that `od -A x -t x1` dumped; a `*` stands for repetitions of the line before it. */
export function readHexDump(text: string): Uint8Array {
  const rows = text.trimEnd().split('\n');
  const bytes = new Uint8Array(Number.parseInt(rows.at(-1) ?? '', 16));
  let line: number[] = [];
  let at = 0;
  let repeats = false;
  for (const row of rows) {
    if (row === '*') {
      repeats = true;
      continue;
    }
    const [offset = '', ...cells] = row.split(' ');
    const start = Number.parseInt(offset, 16);
    for (; repeats && at < start; at += line.length) bytes.set(line, at);
    repeats = false;
    line = cells.map((cell) => Number.parseInt(cell, 16));
    bytes.set(line, start);
    at = start + line.length;
  }
  return bytes;
}
