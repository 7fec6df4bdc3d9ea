import yargs, { type Argv } from 'yargs';
import { Failure } from '../model/problem.ts';
import type { GivenCall } from './plain-call.ts';
import { commands, findCommand, globalOptions, type CommandSpec, type OptionSpec } from './commands.ts';
import { usage } from './usage.ts';

/** Reads any command line by the table of commands; throws a usage failure with one sentence. */
export function parseWithYargs(argv: readonly string[]): GivenCall {
  requireCommand(argv);
  const parser = commands.reduce(
    (each, spec) => each.command(formatPattern(spec), spec.summary, (own) => declare(own, spec)),
    makeParser(dropSeparator(argv)),
  );
  const values: Record<string, unknown> = parser.parseSync();
  const [word] = values['_'] as unknown[];
  const command = findCommand(String(word));
  if (command === undefined) usage(`there is no command ${JSON.stringify(word ?? '')}`);
  requireWord(command, values['words']);
  return { command, values };
}

/** yargs would call the word an argument that it does not know. */
function requireCommand(argv: readonly string[]): void {
  if (argv.some((word) => findCommand(word) !== undefined)) return;
  const word = argv.find((each) => !each.startsWith('-'));
  if (word !== undefined) usage(`there is no command ${JSON.stringify(word)}`);
}

/** yargs would only count what is missing; its name says more. */
function requireWord({ positional }: CommandSpec, words: unknown): void {
  if (positional?.count !== 'one' && positional?.count !== 'one-and-settings') return;
  if ([words ?? []].flat().length === 0) usage(`${positional.name} is missing`);
}

/** Behind `--` nothing is an option; nothing that a command takes begins like one, either. */
function dropSeparator(argv: readonly string[]): readonly string[] {
  const at = argv.indexOf('--');
  if (at < 0) return argv;
  const words = argv.slice(at + 1);
  const odd = words.find((word) => word.startsWith('-'));
  if (odd !== undefined) usage(`${JSON.stringify(odd)} is nothing that a command takes`);
  return [...argv.slice(0, at), ...words];
}

function makeParser(argv: readonly string[]): Argv {
  return yargs([...argv])
    .scriptName('vdoctl')
    .parserConfiguration({
      'boolean-negation': false,
      'camel-case-expansion': false,
      'dot-notation': false,
      'duplicate-arguments-array': true,
      'parse-numbers': false,
      'parse-positional-numbers': false,
    })
    .help(false)
    .version(false)
    .strict()
    .demandCommand(1, 'a command is missing')
    .exitProcess(false)
    .fail((message: string | null, error: Error | undefined) => {
      if (error instanceof Failure) throw error;
      usage(rephrase(message ?? error?.message ?? 'not understood'));
    })
    .options(Object.fromEntries(globalOptions.map((option) => [option.name, yargsOption(option)])));
}

function formatPattern({ name, positional }: CommandSpec): string {
  if (positional === undefined) return name;
  const patterns = {
    one: '[words]',
    any: '[words..]',
    'at-most-one': '[words]',
    'one-and-settings': '[words..]',
  };
  return `${name} ${patterns[positional.count]}`;
}

function declare(parser: Argv, { positional, options }: CommandSpec): Argv {
  const own = parser.options(Object.fromEntries(options.map((option) => [option.name, yargsOption(option)])));
  return positional === undefined ? own : own.positional('words', { type: 'string' });
}

function yargsOption({ type, alias, choices, required }: OptionSpec) {
  return {
    // A flag that took a value would take `--dry-run=yes`, or the word behind it, for a no.
    ...(type === 'flag'
      ? { boolean: true as const, nargs: 0 }
      : { string: true as const, requiresArg: true }),
    ...(alias === undefined ? {} : { alias }),
    ...(choices === undefined ? {} : { choices }),
    ...(required === undefined ? {} : { demandOption: true }),
  };
}

/** What yargs says in words of its own trade, in plain ones. */
const phrases: readonly (readonly [yargs: RegExp, plain: string])[] = [
  [/^missing required argument: (.*)$/, '--$1 is missing'],
  [/^not enough arguments following: (.*)$/, '--$1 wants a value'],
  [/^argument unexpected for: (.*)$/, '--$1 takes no value'],
  [/^invalid values: Argument: (.*?), Given: (.*), Choices: (.*)$/, '--$1 is not $2, but one of $3'],
];

/** In one sentence. */
function rephrase(message: string): string {
  const sentence = message.trim().replaceAll(/\s*\n\s*/g, ' ');
  const lower = sentence.charAt(0).toLowerCase() + sentence.slice(1);
  return phrases.reduce((text, [yargs, plain]) => text.replace(yargs, plain), lower);
}
