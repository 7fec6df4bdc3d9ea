import type { Options } from 'yargs-parser';
import { commands, globalOptions, type CommandSpec, type OptionSpec } from './commands.ts';

/** How words are parsed, the same for yargs and its parser. */
export function makeGrammar(options: readonly OptionSpec[]) {
  const flags = options.filter(({ type }) => type === 'flag').map(({ name }) => name);
  const valued = options.filter(({ type }) => type !== 'flag').map(({ name }) => name);
  return {
    boolean: flags,
    string: valued,
    // 0: a flag with a value would take `--dry-run=yes`, or the word after it, for a no. NaN: one value is required.
    narg: Object.fromEntries([
      ...flags.map((name) => [name, 0] as const),
      ...valued.map((name) => [name, NaN] as const),
    ]),
    alias: Object.fromEntries(
      options.map((option): [string, string[]] => [option.name, keysOf(option).slice(1)]),
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

/** An option's name, and whatever else it is taken by, without dashes. */
export function keysOf({ name, alias, also }: OptionSpec): readonly string[] {
  return [name, ...(alias === undefined ? [] : [alias]), ...(also === undefined ? [] : [also])];
}

/** The least and most words of a command. Missing words are reported by their name, surplus ones by yargs. */
export const countLimits: Readonly<
  Record<NonNullable<CommandSpec['positional']>['count'] | 'none', readonly [least: number, most: number]>
> = {
  none: [0, 0],
  one: [1, 1],
  any: [0, Infinity],
  'at-most-one': [0, 1],
  'one-and-settings': [1, Infinity],
};

/** Options that take a value, as they are typed. */
const valuedOptions: ReadonlySet<string> = new Set(
  [globalOptions, ...commands.map(({ options }) => options)]
    .flat()
    .filter(({ type }) => type !== 'flag')
    .flatMap(keysOf)
    .map((name) => (name.length === 1 ? `-${name}` : `--${name}`)),
);

/** The options whose value may be left out, as they are typed, with the value that they then have. */
const bareValues: ReadonlyMap<string, string> = new Map(
  commands.flatMap(({ options }) =>
    options.flatMap(({ name, bare }) => (bare === undefined ? [] : [[`--${name}`, bare] as const])),
  ),
);

/** Where a value may be left out, only a word that begins with a digit, or follows a `=`, is one. */
export function fillBare(argv: readonly string[]): readonly string[] {
  return argv.map((word, at) => {
    const bare = bareValues.get(word);
    return bare === undefined || /^-?\d/.test(argv[at + 1] ?? '') ? word : `${word}=${bare}`;
  });
}

/** A word such as `-2h` after an option that takes a value is its value: no option begins with a digit. */
export function joinNegatives(argv: readonly string[]): readonly string[] {
  return argv.flatMap((word, at) => {
    const next = argv[at + 1] ?? '';
    if (valuedOptions.has(word) && /^-\d/.test(next)) return [`${word}=${next}`];
    return /^-\d/.test(word) && valuedOptions.has(argv[at - 1] ?? '') ? [] : [word];
  });
}
