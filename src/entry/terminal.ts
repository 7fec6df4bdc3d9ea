import process from 'node:process';
import type { Printed } from '../cli/print.ts';
import type { Terminal } from '../cli/terminal.ts';
import { isTerminal, makeStream, stderr, stdout } from './streams.ts';

/** This process's terminal: where it reads, asks and prints, and the signals that interrupt it. */
export function makeTerminal(): Terminal {
  const interrupted = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      interrupted.abort(signal);
    });
  }
  return {
    stdout: makeStream(stdout),
    stderr: makeStream(stderr),
    get canAsk() {
      return isTerminal(process.stdin) && isTerminal(stderr());
    },
    get color() {
      return isTerminal(stdout()) && (process.env['NO_COLOR'] ?? '') === '' && process.env['TERM'] !== 'dumb';
    },
    environment: process.env,
    ask: askHere,
    interrupted: interrupted.signal,
  };
}

/** Asks on stderr, so that stdout stays clean. */
async function askHere(question: Printed, signal: AbortSignal): Promise<string | undefined> {
  const { ask } = await import('../cli/ask.ts');
  const onCtrlC = (): void => {
    process.emit('SIGINT');
  };
  return ask({ input: process.stdin, output: process.stderr, onCtrlC }, question, signal);
}
