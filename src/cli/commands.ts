import { lifecycleCommands } from './commands/lifecycle.ts';
import { savingCommands } from './commands/saving.ts';
import { programCommands } from './commands/program.ts';
import { rehearseCommand } from './commands/rehearse.ts';
import type { CommandSpec, OptionSpec } from './commands/spec.ts';
import { volumeCommands } from './commands/volumes.ts';

export type { CommandSpec, Completes, OptionSpec, PositionalSpec } from './commands/spec.ts';

/** Options that every command takes. */
export const globalOptions: readonly OptionSpec[] = [
  { name: 'json', type: 'flag', description: 'Print JSON on stdout (see: vdoctl schema).' },
  {
    name: 'dry-run',
    type: 'flag',
    description: 'Print the plan with its exact commands; change nothing.',
  },
  { name: 'yes', type: 'flag', description: 'Answer the confirmation with yes.' },
  { name: 'quiet', alias: 'q', type: 'flag', description: 'Print only results and errors.' },
  {
    name: 'verbose',
    alias: 'v',
    type: 'flag',
    description: 'Print each command run, with its time, on stderr.',
  },
  { name: 'no-color', type: 'flag', description: 'No colours; NO_COLOR in the environment does the same.' },
  {
    name: 'screen-reader',
    type: 'flag',
    description: 'Show the screen in words, without bars and columns.',
  },
  {
    name: 'simulate',
    type: 'flag',
    description: 'Work on a simulated host, which is kept in your state directory between calls.',
  },
  { name: 'help', alias: 'h', type: 'flag', description: 'Show help.' },
  { name: 'version', alias: 'V', type: 'flag', description: 'Show the version.' },
];

/**
 * The command line as data: help, argument parsing, completions and man pages are all made from this one table.
 */
export const commands: readonly CommandSpec[] = [
  ...volumeCommands,
  ...savingCommands,
  rehearseCommand,
  ...lifecycleCommands,
  ...programCommands,
];

/** The command of that name. */
export function findCommand(name: string): CommandSpec | undefined {
  return commands.find((command) => command.name === name);
}
