import { commands, globalOptions, type CommandSpec, type OptionSpec } from './commands.ts';

/*
 * Rendered here rather than by yargs, which takes longer for it than a look takes. The same table also holds the words
 * of the manual, and examples and paragraphs that yargs' help has no place for.
 */
const width = 80;

/** The help of the whole program. */
export function renderHelp(): string {
  const rows = commands.map((command) => [formatWords(command), command.summary] as const);
  return [
    'vdoctl: see, recover and rebuild VDO volumes, with the data kept safe first.',
    '',
    'Usage: vdoctl COMMAND [OPTIONS]',
    '',
    'Commands:',
    ...renderRows(rows),
    '',
    'Options of every command:',
    ...renderOptions(globalOptions),
    '',
    'vdoctl COMMAND --help explains a command.',
    'vdoctl explain lists exit codes and alerts.',
    '',
  ].join('\n');
}

/** The help of one command. */
export function renderCommandHelp(command: CommandSpec): string {
  const { positional } = command;
  return [
    ...wrap(`Usage: vdoctl ${formatUsage(command)}`, 0),
    '',
    ...wrap(`${command.summary}.`, 0),
    ...command.description.flatMap((paragraph) => ['', ...wrap(paragraph, 0)]),
    ...(positional === undefined ? [] : ['', ...renderRows([[positional.name, positional.description]])]),
    ...(command.program === undefined ? [] : ['', ...renderRows([['COMMAND', command.program]])]),
    ...(command.options.length === 0 ? [] : ['', 'Options:', ...renderOptions(command.options)]),
    '',
    'Options of every command:',
    ...renderOptions(globalOptions),
    '',
    'Examples:',
    ...command.examples.map((example) => `  ${example}`),
    '',
  ].join('\n');
}

/** A command with its words and options on one line. */
export function formatUsage(command: CommandSpec): string {
  const optionWords = command.options.map((option) => {
    const word = option.type === 'flag' ? `--${option.name}` : `--${option.name} ${formatValue(option)}`;
    return option.required === true ? word : `[${word}]`;
  });
  const program = command.program === undefined ? [] : ['[-- COMMAND…]'];
  return [formatWords(command), ...optionWords, ...program].join(' ');
}

function formatWords({ name, positional }: CommandSpec): string {
  if (positional === undefined) return name;
  const word = positional.choices?.join('|') ?? positional.name;
  const words = {
    one: word,
    any: `[${word}…]`,
    'at-most-one': `[${word}]`,
    'one-and-settings': `${word} KEY=VALUE…`,
    'one-and-new-name': `${word} NEW`,
  };
  return `${name} ${words[positional.count]}`;
}

function formatValue({ choices, value = '', bare }: OptionSpec): string {
  if (choices !== undefined) return choices.join('|');
  return bare === undefined ? value : `[${value}]`;
}

function renderOptions(options: readonly OptionSpec[]): string[] {
  return renderRows(
    options.map((option) => {
      const alias = option.alias === undefined ? '' : `-${option.alias}, `;
      const value = option.type === 'flag' ? '' : ` ${formatValue(option)}`;
      const fallback = option.default === undefined ? '' : ` Default: ${option.default}.`;
      return [`${alias}--${option.name}${value}`, `${option.description}${fallback}`] as const;
    }),
  );
}

/** Two columns; a first cell that is too long gets a line of its own. */
function renderRows(rows: readonly (readonly [string, string])[]): string[] {
  const indent = 24;
  return rows.flatMap(([left, right]) => {
    const [first = '', ...rest] = wrap(right, indent);
    if (left.length + 4 > indent) return [`  ${left}`, first, ...rest];
    return [`  ${left.padEnd(indent - 2)}${first.trimStart()}`, ...rest];
  });
}

function wrap(text: string, indent: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && indent + line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  return [...lines, line].map((each) => ' '.repeat(indent) + each);
}
