import type { Terminal } from '../../src/cli/terminal.ts';

/** A terminal that keeps what is printed: nobody can be asked, no colour, 80 columns, an empty environment. */
export function makeTerminal(own: Partial<Terminal> = {}): {
  readonly terminal: Terminal;
  readonly printed: { stdout: string; stderr: string };
} {
  const printed = { stdout: '', stderr: '' };
  const stream = (name: 'stdout' | 'stderr') => ({
    isTerminal: false,
    columns: 80,
    write: (text: string) => {
      printed[name] += text;
    },
  });
  const terminal: Terminal = {
    stdout: stream('stdout'),
    stderr: stream('stderr'),
    canAsk: false,
    color: false,
    environment: {},
    ask: () => Promise.resolve(undefined),
    interrupted: new AbortController().signal,
    ...own,
  };
  return { terminal, printed };
}
