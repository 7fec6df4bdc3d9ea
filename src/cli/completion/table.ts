import { globalOptions, type CommandSpec, type OptionSpec } from '../commands.ts';

/** The first line of every script, behind the shell's mark of a comment. */
export const origin =
  'Made by "vdoctl completion" from the table of its commands; names of volumes and devices are asked of it.';

/** Directories of administrators' programs: completion works before sudo does, without them on the PATH. */
export const programDirectories = '/usr/local/sbin:/usr/sbin:/sbin';

/** What is offered behind a command and begins with a dash. */
export function optionsOf(command: CommandSpec): readonly OptionSpec[] {
  return [...command.options, ...globalOptions];
}

/** How an option is written: `-q`, `--quiet`. */
export function spellings({ name, alias }: OptionSpec): string[] {
  return [...(alias === undefined ? [] : [`-${alias}`]), `--${name}`];
}

/** Whether a value stands behind it. */
export function takesValue({ type }: OptionSpec): boolean {
  return type !== 'flag';
}

/** The most words that a command takes; settings are counted apart. */
export function mostWords({ positional }: CommandSpec): number {
  if (positional === undefined) return 0;
  return positional.count === 'any' ? Infinity : 1;
}

/** A text between single quotes, for any of the shells but fish. */
export function quote(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
