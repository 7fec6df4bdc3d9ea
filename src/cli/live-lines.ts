import { createLogUpdate } from 'log-update';
import { asLines, type Printed } from './print.ts';
import type { LiveDraw } from './progress.ts';
import type { TextStream } from './terminal.ts';

/** Redraws lines in place on a terminal. */
export function makeLiveDraw(stream: TextStream): LiveDraw {
  const log = createLogUpdate(asWritable(stream), { showCursor: true });
  return {
    update: (lines) => {
      // Only the last line break goes: a line that lost its last blanks would be redrawn once another one follows it.
      log(asLines(lines).slice(0, -1));
    },
    above: (line) => {
      log.clear();
      stream.write(asLines([line]));
    },
    end: () => {
      log.clear();
      log.done();
    },
  };
}

/** The part of a stream that log-update uses. */
function asWritable(stream: TextStream): NodeJS.WritableStream {
  const writable = {
    isTTY: stream.isTerminal,
    // The terminal may change its size while lines are redrawn.
    get columns() {
      return stream.columns;
    },
    get rows() {
      return stream.rows ?? 24;
    },
    // The lines were made for printing; log-update adds only its own control sequences.
    write: (text: string) => {
      stream.write(text as Printed);
    },
  };
  return writable as unknown as NodeJS.WritableStream;
}
