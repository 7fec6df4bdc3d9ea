import type { Printed } from './print.ts';

/** Where a question is asked, and what Ctrl-C does meanwhile: readline takes Ctrl-C for itself while it asks. */
export interface Asking {
  readonly input: NodeJS.ReadableStream;
  readonly output: NodeJS.WritableStream;
  readonly onCtrlC: () => void;
}

/** Reads one line after showing a question; undefined when the input ends or the question is aborted. */
export async function ask(
  { input, output, onCtrlC }: Asking,
  question: Printed,
  signal: AbortSignal,
): Promise<string | undefined> {
  const readline = await import('node:readline');
  // A signal that is already aborted raises no event.
  if (signal.aborted) return undefined;
  const line = readline.createInterface({ input, output });
  return new Promise((resolve) => {
    line.on('close', () => {
      resolve(undefined);
    });
    line.on('SIGINT', onCtrlC);
    signal.addEventListener('abort', () => {
      line.close();
    });
    line.question(question, (answer) => {
      resolve(answer);
      line.close();
    });
  });
}
