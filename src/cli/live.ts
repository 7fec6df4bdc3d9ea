import { createLogUpdate } from 'log-update';
import type { LiveDraw } from './progress.ts';
import type { TextStream } from './terminal.ts';

/** Redraws in place on a terminal. */
export function makeLiveDraw(stream: TextStream): LiveDraw {
  const log = createLogUpdate(asWritable(stream), { showCursor: true });
  return {
    update: (text) => {
      log(text);
    },
    above: (line) => {
      log.clear();
      stream.write(`${line}\n`);
    },
    end: () => {
      log.clear();
      log.done();
    },
  };
}

/** What log-update uses of a stream. */
function asWritable(stream: TextStream): NodeJS.WritableStream {
  const writable = {
    isTTY: stream.isTerminal,
    columns: stream.columns,
    rows: 24,
    write: (text: string) => {
      stream.write(text);
    },
  };
  return writable as unknown as NodeJS.WritableStream;
}
