import type { Options } from 'yargs-parser';
import { commands, findCommand, globalOptions, type CommandSpec, type OptionSpec } from './commands.ts';

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
  'one-and-new-name': [2, 2],
};

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

/**
 * The words with each value at its option, where the parser would not see that it is one: `-2h` after an option that
 * takes a value, for no option begins with a digit; `-free` after one whose value may descend; `name` in `-Honame`.
 */
export function joinValues(argv: readonly string[]): readonly string[] {
  const command = argv.flatMap((word) => findCommand(word) ?? [])[0];
  const options = [...globalOptions, ...(command?.options ?? [])];
  const takes = (word: string, next: string): boolean => {
    const option = options.find((each) =>
      keysOf(each).some((key) => word === (key.length === 1 ? `-${key}` : `--${key}`)),
    );
    if (option === undefined || option.type === 'flag') return false;
    return (option.mayDescend === true ? /^-\w[\w-]/ : /^-\d/).test(next);
  };
  return argv.flatMap((word, at) => {
    if (takes(argv[at - 1] ?? '', word)) return [];
    const next = argv[at + 1] ?? '';
    return takes(word, next) ? [`${word}=${next}`] : [splitLetters(word, options)].flat();
  });
}

/** Of letters behind one dash, the first that takes a value takes what follows it. */
function splitLetters(word: string, options: readonly OptionSpec[]): string | readonly string[] {
  if (!/^-[a-z]\w/i.test(word)) return word;
  const letters = Array.from(word.slice(1));
  const given = letters.map((letter) => options.find(({ alias }) => alias === letter));
  const at = given.findIndex((option) => option?.type !== 'flag');
  if (given[at] === undefined || at === letters.length - 1) return word;
  const value = `-${letters[at] ?? ''}=${letters.slice(at + 1).join('')}`;
  return at === 0 ? value : [`-${letters.slice(0, at).join('')}`, value];
}
