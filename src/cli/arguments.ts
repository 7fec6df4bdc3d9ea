import yargs, { type Argv } from 'yargs';
import { parseDuration } from '../model/duration.ts';
import { parseSize } from '../model/size.ts';
import { Failure } from '../model/problem.ts';
import { commands, findCommand, globalOptions, type CommandSpec, type OptionSpec } from './commands.ts';

/** A call's words, understood. */
export interface Call {
  readonly command: CommandSpec;
  readonly words: readonly string[];
  readonly flags: ReadonlySet<string>;
  readonly texts: ReadonlyMap<string, string>;
  /** Milliseconds. */
  readonly durations: ReadonlyMap<string, number>;
  /** Bytes. */
  readonly sizes: ReadonlyMap<string, number>;
}

/** Reads the command line by the table of commands; throws a usage failure with one sentence. */
export function parseArguments(argv: readonly string[]): Call {
  const parser = commands.reduce(
    (each, spec) => each.command(formatPattern(spec), spec.summary, (own) => declare(own, spec)),
    makeParser(dropSeparator(argv)),
  );
  const parsed: Record<string, unknown> = parser.parseSync();
  const [word] = parsed['_'] as unknown[];
  const command = findCommand(String(word));
  if (command === undefined) usage(`there is no command ${JSON.stringify(word ?? '')}`);
  return collect(command, parsed);
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
      const lines = (message ?? error?.message ?? 'not understood').split('\n');
      usage(
        lowerFirst(
          lines
            .map((line) => line.trim())
            .join(' ')
            .trim(),
        ),
      );
    })
    .options(Object.fromEntries(globalOptions.map((option) => [option.name, yargsOption(option)])));
}

function formatPattern({ name, positional }: CommandSpec): string {
  if (positional === undefined) return name;
  const patterns = {
    one: '<words>',
    any: '[words..]',
    'at-most-one': '[words]',
    'one-and-settings': '<words..>',
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

function collect(command: CommandSpec, parsed: Record<string, unknown>): Call {
  const flags = new Set<string>();
  const texts = new Map<string, string>();
  const durations = new Map<string, number>();
  const sizes = new Map<string, number>();
  for (const option of [...globalOptions, ...command.options]) {
    const value = parsed[option.name] ?? (option.type === 'flag' ? undefined : option.default);
    if (option.type === 'flag') {
      if (value === true || (Array.isArray(value) && value.includes(true))) flags.add(option.name);
      continue;
    }
    if (value === undefined) continue;
    if (typeof value !== 'string') usage(`--${option.name} is given more than once`);
    if (option.type === 'text') texts.set(option.name, value);
    else if (option.type === 'size') sizes.set(option.name, requireSize(option.name, value));
    else durations.set(option.name, requireDuration(option.name, value));
  }
  const words = [parsed['words'] ?? []].flat().map(String);
  return { command, words, flags, texts, durations, sizes };
}

function requireDuration(name: string, text: string): number {
  const ms = parseDuration(text);
  return ms ?? usage(`--${name} takes a time such as 90s, 15m or 2h, not ${JSON.stringify(text)}`);
}

function requireSize(name: string, text: string): number {
  const bytes = parseSize(text);
  return bytes ?? usage(`--${name} takes a size such as 10G, 512MiB or 4096B, not ${JSON.stringify(text)}`);
}

function usage(message: string): never {
  throw new Failure({ kind: 'usage', message });
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}
