import { globalOptions, type CommandSpec, type OptionSpec } from '../commands.ts';
import type { SettableKey } from '../commands/spec.ts';

/** The first line of every script, after the shell's comment mark. */
export const origin =
  'Made by "vdoctl completion" from the table of its commands; names of volumes and devices are asked of it.';

/** Directories of administrators' programs, which a user's PATH may lack: completion has to work before sudo does. */
export const programDirectories = '/usr/local/sbin:/usr/sbin:/sbin';

/** The options offered after a command. */
export function optionsOf(command: CommandSpec): readonly OptionSpec[] {
  return [...command.options, ...globalOptions];
}

/** The spellings of an option: `-q`, `--quiet`. */
export function spellings({ name, alias }: OptionSpec): string[] {
  return [...(alias === undefined ? [] : [`-${alias}`]), `--${name}`];
}

/** A setting with each of its values; with none yet, where any number will do. */
export function settingWords({ key, values }: SettableKey): string[] {
  return values.length === 0 ? [`${key}=`] : values.map((value) => `${key}=${value}`);
}

/** Whether a value follows the option. */
export function takesValue({ type }: OptionSpec): boolean {
  return type !== 'flag';
}

/** The most words that a command takes, not counting settings. */
export function mostWords({ positional }: CommandSpec): number {
  if (positional === undefined) return 0;
  return positional.count === 'any' ? Infinity : 1;
}

/** A text between single quotes, for every shell except fish. */
export function quote(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
