import { runCall } from '../../src/cli/run.ts';
import type { Terminal } from '../../src/cli/terminal.ts';
import type { Host } from '../../src/host/host.ts';
import { expectTame } from '../hostile/tame.ts';
import { makeTerminal } from './terminal.ts';

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
  const { terminal, printed } = makeTerminal(own);
  const code = await runCall(words, () => host, terminal);
  expectTame(printed.stdout);
  expectTame(printed.stderr);
  return { code, ...printed };
}
