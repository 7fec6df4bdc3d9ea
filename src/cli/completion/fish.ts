import { commands, globalOptions, type CommandSpec, type OptionSpec } from '../commands.ts';
import {
  mostWords,
  optionsOf,
  origin,
  programDirectories,
  settingWords,
  spellings,
  takesValue,
} from './table.ts';
import { completeWord } from './word.ts';

/** The script for fish 3. */
export function renderFish(): string {
  const names = commands.map(({ name, summary }) => renderCandidate(name, summary));
  return [
    `# fish completion for vdoctl.\n# ${origin}`,
    live,
    renderGiven(),
    'complete -c vdoctl -f',
    [
      ...names.map((words) => `complete -c vdoctl -n '__vdoctl_wants "" 1' ${words}`),
      `complete -c vdoctl -n '__vdoctl_wants "" 1' ${renderCandidate('help', 'Show help')}`,
      ...names.map((words) => `complete -c vdoctl -n '__vdoctl_wants help 1' ${words}`),
    ].join('\n'),
    globalOptions.map((option) => `complete -c vdoctl ${renderOption(option)}`).join('\n'),
    ...commands.map(renderCommand).filter((text) => text !== ''),
    '',
  ].join('\n\n');
}

const live = `# What only the program knows: a name and what it is, a line each; nothing when it is in trouble.
function __vdoctl_live
    set -lx PATH $PATH ${programDirectories.replaceAll(':', ' ')}
    set -l simulate
    contains -- --simulate (commandline -opc); and set simulate --simulate
    set -l word (commandline -ct | string replace -r '^--[^=]*=' '')
    command vdoctl ${completeWord} $simulate $argv[1] "$word" </dev/null 2>/dev/null
end`;

function renderGiven(): string {
  const valued = [...new Set(commands.flatMap(optionsOf).filter(takesValue).flatMap(spellings))];
  return `# Whether the command is the one named ("": none yet), and how many words stand behind it: fewer than the second
# number says, and no fewer than the third.
function __vdoctl_wants
    set -l least 0
    set -q argv[3]; and set least $argv[3]
    set -l valued ${valued.join(' ')}
    set -l name ""
    set -l words 0
    set -l is_value 0
    for token in (commandline -opc)[2..]
        if test $is_value -eq 1
            set is_value 0
        else if string match -q -- '-*' $token
            contains -- $token $valued; and set is_value 1
        else if test -z "$name"
            set name $token
        else
            set words (math $words + 1)
        end
    end
    test "$name" = "$argv[1]" -a $words -lt $argv[2] -a $words -ge $least
end`;
}

function renderCommand(command: CommandSpec): string {
  const { name, options, positional } = command;
  const own = `complete -c vdoctl -n '__vdoctl_wants ${name} 1000`;
  const most = mostWords(command);
  const words = positional === undefined ? '' : renderAction(positional);
  const settings = positional?.settings?.flatMap(settingWords);
  return [
    ...(words === ''
      ? []
      : [`complete -c vdoctl -n '__vdoctl_wants ${name} ${String(Math.min(most, 1000))}' ${words}`]),
    ...(settings === undefined ? [] : [`${own} 1' -a ${quoteFish(settings.join(' '))}`]),
    ...options.map((option) => `${own}' ${renderOption(option)}`),
  ].join('\n');
}

function renderCandidate(word: string, description: string): string {
  return `-a ${word} -d ${quoteFish(description)}`;
}

function renderOption(option: OptionSpec): string {
  const { name, alias, description } = option;
  const words = takesValue(option)
    ? ` ${option.completes === 'files' ? '-r -F' : '-x'} ${renderAction(option)}`
    : '';
  const short = alias === undefined ? '' : `-s ${alias} `;
  return `${short}-l ${name}${words.trimEnd()} -d ${quoteFish(description)}`;
}

function renderAction({
  listOf,
  choices = listOf,
  completes,
}: Pick<OptionSpec, 'choices' | 'listOf' | 'completes'>): string {
  if (choices !== undefined) return `-a ${quoteFish(choices.join(' '))}`;
  if (completes === 'files') return '-F';
  return completes === undefined ? '' : `-a '(__vdoctl_live ${completes})'`;
}

/** In fish, a quote between single quotes is written with a backslash. */
function quoteFish(text: string): string {
  return `'${text.replaceAll(/[\\']/g, String.raw`\$&`)}'`;
}
