import { parseArguments } from '../../src/cli/arguments.ts';
import type { Context } from '../../src/cli/context.ts';
import { makeStyle } from '../../src/cli/format/style.ts';
import { noSettings } from '../../src/cli/settings/load.ts';
import type { Terminal } from '../../src/cli/terminal.ts';
import { defaultSettings } from '../../src/model/settings.ts';
import { createDmHost } from '../simulated/worlds.ts';
import { makeTerminal } from './terminal.ts';

/** What a call works on, and what it has printed. */
export interface Stage {
  readonly context: Context;
  readonly printed: { stdout: string; stderr: string };
}

/** The context of a call, as its words are parsed. */
export async function makeStage(
  line: string,
  own: Partial<Terminal> = {},
  host = createDmHost(),
): Promise<Stage> {
  const { terminal, printed } = makeTerminal(own);
  const call = await parseArguments(line.split(' '));
  const context: Context = {
    call,
    host,
    terminal,
    style: makeStyle('plain'),
    json: call.flags.has('json'),
    settings: defaultSettings,
    loaded: noSettings,
    again: () => Promise.reject(new Error('not here')),
  };
  return { context, printed };
}
