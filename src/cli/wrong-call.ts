import yargs, { type Argv } from 'yargs';
import { commands, globalOptions, type CommandSpec, type OptionSpec } from './commands.ts';
import { countLimits, joinNegatives, makeGrammar } from './grammar.ts';

/**
 * Everything that yargs finds wrong with a call, in one sentence, and what may have been meant. Only a wrong call loads
 * the whole of yargs: on loading, it measures text with Intl.Segmenter and emoji, and it renders its help after every
 * command, which together takes longer than a look.
 */
export function describeWrongCall(argv: readonly string[]): string {
  const found: string[] = [];
  const parser = commands.reduce(
    (each, spec) => each.command(formatPattern(spec), spec.summary, (own) => declareCommand(own, spec)),
    declare(makeParser(joinNegatives(argv), found), globalOptions),
  );
  try {
    parser.parseSync();
  } catch {
    // An option with the name of something that every object has makes yargs itself fail.
    found.length = 0;
  }
  if (found.length === 0) {
    const unknown = findUnknown(argv);
    return unknown === undefined ? '' : `unknown argument: ${unknown}`;
  }
  // What may have been meant comes first.
  return found.reverse().map(asSentence).join('; ');
}

/** The first option that no command has, where yargs names none. */
function findUnknown(argv: readonly string[]): string | undefined {
  const known = [globalOptions, ...commands.map(({ options }) => options)].flat();
  const given = argv.slice(0, argv.includes('--') ? argv.indexOf('--') : argv.length);
  return given
    .filter((word) => word.startsWith('--'))
    .map((word) => word.replace(/=.*/s, ''))
    .find((option) => !known.some(({ name }) => option === `--${name}`));
}

/** Plainer words for what yargs says in its own jargon. With these, yargs does not look for a translation either. */
const plainer = {
  'Argument: %s, Given: %s, Choices: %s': '--%s is not %s, but one of %s',
  'Argument unexpected for: %s': '--%s takes no value',
  'Not enough arguments following: %s': '--%s needs a value',
};

function makeParser(argv: readonly string[], found: string[]): Argv {
  return yargs([...argv])
    .scriptName('vdoctl')
    .parserConfiguration(makeGrammar([]).configuration)
    .updateStrings(plainer)
    .help(false)
    .version(false)
    .strictCommands()
    .strict()
    .recommendCommands()
    .demandCommand(1, 'a command is missing')
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

/** Lets yargs report a surplus word as such, not as an unknown command. */
function declareCommand(parser: Argv, { options }: CommandSpec): Argv {
  return declare(parser.strictCommands(false), options);
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
    .replaceAll(/--(?=\w(?:\s|$))/g, '-');
  return line.charAt(0).toLowerCase() + line.slice(1);
}
