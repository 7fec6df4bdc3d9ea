import type { Options } from 'yargs-parser';
import type { CommandSpec, OptionSpec } from './commands.ts';

/** How words are read: yargs and its parser are told the same. */
export function makeGrammar(options: readonly OptionSpec[]) {
  const flags = options.filter(({ type }) => type === 'flag').map(({ name }) => name);
  const valued = options.filter(({ type }) => type !== 'flag').map(({ name }) => name);
  return {
    boolean: flags,
    string: valued,
    // A flag that took a value would take `--dry-run=yes`, or the word behind it, for a no. NaN: one that is needed.
    narg: Object.fromEntries([
      ...flags.map((name) => [name, 0] as const),
      ...valued.map((name) => [name, NaN] as const),
    ]),
    alias: Object.fromEntries(
      options.flatMap(({ name, alias }) => (alias === undefined ? [] : [[name, alias] as const])),
    ),
    configuration: {
      'boolean-negation': false,
      'camel-case-expansion': false,
      'dot-notation': false,
      'duplicate-arguments-array': true,
      'parse-numbers': false,
      'parse-positional-numbers': false,
    },
  } satisfies Options;
}

/** Whether a command takes so many words: what is missing is told by its name, what is too many by yargs. */
export const countLimits: Readonly<
  Record<NonNullable<CommandSpec['positional']>['count'] | 'none', readonly [least: number, most: number]>
> = {
  none: [0, 0],
  one: [1, 1],
  any: [0, Infinity],
  'at-most-one': [0, 1],
  'one-and-settings': [1, Infinity],
};
