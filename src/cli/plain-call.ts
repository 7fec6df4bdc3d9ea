import { findCommand, type CommandSpec, type PositionalSpec, globalOptions } from './commands.ts';

/** A call's command, and what was given for its words and options, by their names. */
export interface GivenCall {
  readonly command: CommandSpec;
  readonly values: Readonly<Record<string, unknown>>;
}

/** A word that means only itself. */
const plainWord = /^[A-Za-z0-9/][A-Za-z0-9/_.:=-]*$/;

const countFits: Readonly<Record<PositionalSpec['count'] | 'none', (count: number) => boolean>> = {
  none: (count) => count === 0,
  one: (count) => count === 1,
  any: () => true,
  'at-most-one': (count) => count <= 1,
  'one-and-settings': (count) => count >= 1,
};

/**
 * A call of a command, plain words and flags by their full names, as nearly all that only look are. What is anything
 * else, or wrong, is for yargs, which takes longer to load than such a call takes to answer.
 */
export function readPlainCall([name = '', ...rest]: readonly string[]): GivenCall | undefined {
  const command = findCommand(name);
  if (command === undefined || command.options.some(({ required }) => required === true)) return undefined;
  const isFlag = (word: string): boolean =>
    [...globalOptions, ...command.options].some(
      (option) => option.type === 'flag' && word === `--${option.name}`,
    );
  const flags = rest.filter(isFlag);
  const words = rest.filter((word) => plainWord.test(word));
  const isPlain = flags.length + words.length === rest.length;
  if (!isPlain || !countFits[command.positional?.count ?? 'none'](words.length)) return undefined;
  const values = Object.fromEntries(flags.map((word) => [word.slice('--'.length), true]));
  return { command, values: { ...values, words } };
}
