import yargs, { type Argv } from 'yargs';
import parser from 'yargs-parser/browser';
import { findNearest, suggest } from '../model/nearest.ts';
import { commands, findCommand, globalOptions, type CommandSpec, type OptionSpec } from './commands.ts';
import { countLimits, joinValues, makeGrammar, keysOf } from './grammar.ts';

/**
 * Everything that is wrong with a call, in one sentence, and what may have been meant. Only a wrong call loads the whole
 * of yargs: on loading, it measures text with Intl.Segmenter and emoji, and it renders its help after every command,
 * which together takes longer than a look.
 */
export function describeWrongCall(argv: readonly string[]): string {
  const words = joinValues(argv);
  const [first] = parser([...words], makeGrammar(allOptions))._.map(String);
  const named = first === undefined ? words : [first];
  const command = named.flatMap((word) => findCommand(word) ?? [])[0];
  if (command !== undefined) return [...listUnknown(words, command), ...askYargs(words)].join('; ');
  if (first !== undefined) return `unknown command: ${first}${suggestCommand(first)}`;
  return [...listUnknown(words, undefined), 'a command is missing'].join('; ');
}

/** The options of all commands, each name once. */
const allOptions: readonly OptionSpec[] = [
  ...new Map(
    [globalOptions, ...commands.map(({ options }) => options)]
      .flat()
      .map((each) => [each.name, each] as const),
  ).values(),
];

/** The command that is called so elsewhere, or the nearest. */
function suggestCommand(word: string): string {
  const elsewhere = commands.find(({ called = [] }) => called.includes(word.toLowerCase()));
  const meant =
    elsewhere?.name ??
    findNearest(
      word,
      commands.map(({ name }) => name),
    );
  return meant === undefined ? '' : ` (did you mean ${meant}?)`;
}

/** The options that the command does not have, or none of all commands, and the words that are too many. */
function listUnknown(words: readonly string[], command: CommandSpec | undefined): readonly string[] {
  const options = command === undefined ? allOptions : [...globalOptions, ...command.options];
  const { _: plain, ...values } = parser([...words], makeGrammar(options));
  const known = new Set(options.flatMap(keysOf));
  const unknown = Object.keys(values).filter((key) => !known.has(key));
  const [, most] = countLimits[command?.positional?.count ?? 'none'];
  return [
    ...unknown.map((key) =>
      key.length === 1
        ? `unknown option: -${key}`
        : `unknown option: --${key}${suggest(
            key,
            [...known].filter(({ length }) => length > 1),
            '--',
          )}`,
    ),
    ...plain.slice(most + 1).map((word) => `unknown argument: ${String(word)}`),
  ];
}

/** What is missing, or no value, in the words of yargs. */
function askYargs(words: readonly string[]): readonly string[] {
  const found: string[] = [];
  const declared = commands.reduce(
    (each, spec) => each.command(formatPattern(spec), spec.summary, (own) => declare(own, spec.options)),
    declare(makeParser(words, found), globalOptions),
  );
  try {
    declared.parseSync();
  } catch {
    // An option with the name of something that every object has makes yargs itself fail.
    return [];
  }
  return found.map(asSentence);
}

/** Plainer words for what yargs says in its own jargon. With these, yargs does not look for a translation either. */
const plainer = {
  'Argument: %s, Given: %s, Choices: %s': '--%s is not %s, but one of %s',
  'Argument unexpected for: %s': '--%s takes no value',
  'Not enough arguments following: %s': '--%s needs a value',
};

function makeParser(words: readonly string[], found: string[]): Argv {
  return yargs([...words])
    .scriptName('vdoctl')
    .parserConfiguration(makeGrammar([]).configuration)
    .updateStrings(plainer)
    .help(false)
    .version(false)
    .exitProcess(false)
    .fail((message: string | null, error: Error | undefined) => {
      found.push(message ?? String(error));
    });
}

function formatPattern({ name, positional }: CommandSpec): string {
  const [, most] = countLimits[positional?.count ?? 'none'];
  if (most === 0) return name;
  return `${name} ${most === 1 ? '[words]' : '[words..]'}`;
}

function declare(parser: Argv, options: readonly OptionSpec[]): Argv {
  const { boolean, string, narg, alias } = makeGrammar(options);
  const choices = options.flatMap(({ name, choices: own }) =>
    own === undefined ? [] : [[name, own] as const],
  );
  return parser
    .boolean(boolean)
    .string(string)
    .nargs(narg)
    .alias(alias)
    .choices(Object.fromEntries(choices))
    .demandOption(options.filter(({ required }) => required === true).map(({ name }) => name));
}

/** The message in one line, as a part of a sentence. An option of one letter has one dash. */
function asSentence(message: string): string {
  const line = message
    .trim()
    .replaceAll(/\s*\n\s*/g, ' ')
    .replaceAll(/--(?=\w(?:\s|$))/g, '-')
    .replace(/^Missing required arguments?: (.*)$/, (_all, names: string) => sayMissing(names.split(', ')));
  return line.charAt(0).toLowerCase() + line.slice(1) + suggestChoice(line);
}

/** The choice that may have been meant, at the end of the sentence that lists them. */
function suggestChoice(line: string): string {
  const [, given, choices] = /is not "([^"]*)", but one of ("[^"]+"(?:, "[^"]+")*)$/.exec(line) ?? [];
  if (given === undefined || choices === undefined) return '';
  return suggest(
    given,
    choices.split(', ').map((each) => each.slice(1, -1)),
  );
}

function sayMissing(names: readonly string[]): string {
  const options = names.map((name) => `--${name}`).join(', ');
  return names.length === 1 ? `the option ${options} is missing` : `the options ${options} are missing`;
}
