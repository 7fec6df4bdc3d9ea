import { parseDuration } from '../model/duration.ts';
import { parseSize } from '../model/size.ts';
import { globalOptions, type CommandSpec, type PositionalSpec } from './commands.ts';
import { readPlainCall, type GivenCall } from './plain-call.ts';
import { usage } from './usage.ts';

/** A call's words, understood. */
export interface Call {
  readonly command: CommandSpec;
  readonly words: readonly string[];
  readonly flags: ReadonlySet<string>;
  readonly texts: ReadonlyMap<string, string>;
  /** Milliseconds. An option that overrides a setting is there only where it was given. */
  readonly durations: ReadonlyMap<string, number>;
  /** Bytes. */
  readonly sizes: ReadonlyMap<string, number>;
}

/** Reads the command line by the table of commands; throws a usage failure with one sentence. */
export async function parseArguments(argv: readonly string[]): Promise<Call> {
  // Yargs takes it for an option without a name, and drops it: every volume would be meant.
  if (argv.includes('-')) usage('"-" names nothing here');
  const { command, values } = readPlainCall(argv) ?? (await import('./yargs.ts')).parseWithYargs(argv);
  return collect(command, values);
}

function collect(command: CommandSpec, values: GivenCall['values']): Call {
  const flags = new Set<string>();
  const texts = new Map<string, string>();
  const durations = new Map<string, number>();
  const sizes = new Map<string, number>();
  for (const option of [...globalOptions, ...command.options]) {
    const isSetElsewhere = option.type === 'flag' || option.setting !== undefined;
    const value = values[option.name] ?? (isSetElsewhere ? undefined : option.default);
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
  const words = [values['words'] ?? []].flat().map(String);
  for (const word of words) requireChoice(command.positional, word);
  return { command, words, flags, texts, durations, sizes };
}

function requireChoice(positional: PositionalSpec | undefined, word: string): void {
  const { name = '', choices = [word] } = positional ?? {};
  if (word === '') usage(`${name} cannot be empty`);
  if (!choices.includes(word))
    usage(`${name} is one of ${choices.join(', ')}, not ${JSON.stringify(word.slice(0, 60))}`);
}

function requireDuration(name: string, text: string): number {
  const ms = parseDuration(text);
  return ms ?? usage(`--${name} takes a time such as 90s, 15m or 2h, not ${JSON.stringify(text)}`);
}

function requireSize(name: string, text: string): number {
  const bytes = parseSize(text);
  return bytes ?? usage(`--${name} takes a size such as 10G, 512MiB or 4096B, not ${JSON.stringify(text)}`);
}
