import parser from 'yargs-parser/browser';
import { durationExamples, parseDuration, whyNoDuration } from '../model/duration.ts';
import { readSize, sizeExamples, whyNoSize, type WrittenSize } from '../model/size.ts';
import {
  findCommand,
  globalOptions,
  type CommandSpec,
  type OptionSpec,
  type PositionalSpec,
} from './commands.ts';
import { countLimits, fillBare, joinValues, makeGrammar, keysOf } from './grammar.ts';
import { usage } from './usage.ts';

/** The parsed words of a call. */
export interface Call {
  readonly command: CommandSpec;
  readonly words: readonly string[];
  /** The words of another program's call, after `--`. Absent: none was given. */
  readonly program?: readonly string[];
  readonly flags: ReadonlySet<string>;
  readonly texts: ReadonlyMap<string, string>;
  /** In milliseconds. An option that overrides a setting is present only if it was given. */
  readonly durations: ReadonlyMap<string, number>;
  readonly sizes: ReadonlyMap<string, WrittenSize>;
}

/** A call's command with the values of its words and options, by name. */
interface GivenCall {
  readonly command: CommandSpec;
  readonly words: readonly string[];
  readonly values: Readonly<Record<string, unknown>>;
}

/** Parses the command line by the table of commands; throws a usage failure of one sentence. */
export async function parseArguments(argv: readonly string[]): Promise<Call> {
  const { own, program } = splitProgram(argv);
  const words = joinValues(fillBare(own));
  const given = readWords(words);
  if (given === undefined) {
    const { describeWrongCall } = await import('./wrong-call.ts');
    usage(describeWrongCall(words));
  }
  return { ...collect(given), ...(program === undefined ? {} : { program }) };
}

/** What follows `--` belongs to another program, where the command takes one. */
function splitProgram(argv: readonly string[]): {
  readonly own: readonly string[];
  readonly program?: readonly string[];
} {
  const at = argv.indexOf('--');
  const before = argv.slice(0, at < 0 ? argv.length : at);
  const command = before.flatMap((word) => findCommand(word) ?? [])[0];
  if (at < 0 || command?.program === undefined) return { own: dropSeparator(argv) };
  return { own: dropSeparator(before), program: argv.slice(at + 1) };
}

/** After `--`, nothing is an option; but no word that a command takes begins like one, either. */
function dropSeparator(argv: readonly string[]): readonly string[] {
  // Yargs takes `-` for an option without a name and drops it: the call would then mean every volume.
  if (argv.includes('-')) usage('"-" is not a name here');
  const at = argv.indexOf('--');
  if (at < 0) return argv;
  const words = argv.slice(at + 1);
  const odd = words.find((word) => word.startsWith('-'));
  if (odd !== undefined) usage(`${JSON.stringify(odd)} is not a word that a command takes`);
  return [...argv.slice(0, at), ...words];
}

/** Parses the words with the parser that yargs itself uses; undefined if something is wrong. */
function readWords(argv: readonly string[]): GivenCall | undefined {
  // A volume may be called like a command; nearly always, the first word that is a command is the one meant.
  for (const command of argv.map(findCommand)) {
    const given = command === undefined ? undefined : readCall(command, argv);
    if (given === undefined) continue;
    const [least] = countLimits[given.command.positional?.count ?? 'none'];
    if (given.words.length < least) usage(`${nameMissing(given)} is missing`);
    return given;
  }
  return undefined;
}

/** The word of a call that is not there. */
function nameMissing({ command: { positional }, words }: GivenCall): string {
  return positional?.count === 'one-and-new-name' && words.length === 1 ? 'NEW' : (positional?.name ?? '');
}

/** The words as a call of this command; undefined if they are none, or something is wrong. */
function readCall(command: CommandSpec, argv: readonly string[]): GivenCall | undefined {
  const options = [...globalOptions, ...command.options];
  const { argv: values, error } = parser.detailed([...argv], makeGrammar(options));
  const [name, ...words] = values._.map(String);
  const [, most] = countLimits[command.positional?.count ?? 'none'];
  const isOff = error !== null || name !== command.name || words.length > most || !areKnown(values, options);
  return isOff ? undefined : { command, words, values };
}

/** Whether everything required is there, and nothing unknown. */
function areKnown(values: GivenCall['values'], options: readonly OptionSpec[]): boolean {
  const known = new Set(options.flatMap(keysOf));
  return (
    Object.keys(values).every((key) => key === '_' || known.has(key)) &&
    options.every(({ name, choices, required }) => {
      const given = [values[name] ?? []].flat();
      if (given.length === 0) return required !== true;
      return given.every((value) => choices?.includes(value as string) ?? true);
    })
  );
}

function collect({ command, words, values }: GivenCall): Call {
  const flags = new Set<string>();
  const texts = new Map<string, string>();
  const durations = new Map<string, number>();
  const sizes = new Map<string, WrittenSize>();
  for (const option of [...globalOptions, ...command.options]) {
    const isSetElsewhere = option.type === 'flag' || option.setting !== undefined;
    const value = values[option.name] ?? (isSetElsewhere ? undefined : option.default);
    if (option.type === 'flag') {
      if (value === true || (Array.isArray(value) && value.includes(true))) flags.add(option.name);
      continue;
    }
    if (value === undefined) continue;
    if (typeof value !== 'string') usage(`--${option.name} is given more than once`);
    if (option.type === 'text') texts.set(option.name, requireListed(option, value));
    else if (option.type === 'size') sizes.set(option.name, requireSize(option, value));
    else durations.set(option.name, requireDuration(option.name, value));
  }
  for (const word of words) requireChoice(command.positional, word);
  return { command, words, flags, texts, durations, sizes };
}

function requireChoice(positional: PositionalSpec | undefined, word: string): void {
  const { name = '', choices = [word] } = positional ?? {};
  if (word === '') usage(`${name} cannot be empty`);
  if (!choices.includes(word))
    usage(`${name} is one of ${choices.join(', ')}, not ${JSON.stringify(word.slice(0, 60))}`);
}

/** A list holds each of its words once, and no other. */
function requireListed({ name, listOf }: OptionSpec, text: string): string {
  const words = text.split(',');
  const wrong = words.find((word, at) => listOf?.includes(word) === false || words.indexOf(word) < at);
  if (listOf === undefined || wrong === undefined) return text;
  return usage(
    `--${name} takes one or more of ${listOf.join(', ')}, each once, with a comma between, not ${JSON.stringify(text.slice(0, 60))}`,
  );
}

function requireDuration(name: string, text: string): number {
  return parseDuration(text) ?? usage(`--${name} takes ${durationExamples}, ${whyNoDuration(text)}`);
}

function requireSize({ name, mayAdd }: OptionSpec, text: string): WrittenSize {
  const read = readSize(text);
  if (read.kind === 'size' && (mayAdd === true || !read.isMore))
    return { bytes: read.bytes, isMore: read.isMore };
  return usage(`--${name} takes ${sizeExamples}, ${whyNoSize(text)}`);
}
