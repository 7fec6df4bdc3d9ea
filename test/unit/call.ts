import { runCall } from '../../src/cli/run.ts';
import type { Terminal } from '../../src/cli/terminal.ts';
import type { Host } from '../../src/host/host.ts';
import { expectTame } from '../hostile/tame.ts';

/** The exit code of a call, and all that it printed. */
export interface Called {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Calls vdoctl in this process on the host, without a terminal and with an empty environment. */
export function callOn(host: Host, ...words: readonly string[]): Promise<Called> {
  return callAt({}, host, ...words);
}

/** The same with some properties of the terminal changed. */
export async function callAt(
  own: Partial<Terminal>,
  host: Host,
  ...words: readonly string[]
): Promise<Called> {
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
  const code = await runCall(words, () => host, terminal);
  expectTame(printed.stdout);
  expectTame(printed.stderr);
  return { code, ...printed };
}
