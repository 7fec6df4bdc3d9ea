import { commands, globalOptions, type CommandSpec, type OptionSpec } from '../commands.ts';
import type { SettableKey } from '../commands/spec.ts';
import { origin, programDirectories, quote, takesValue } from './table.ts';
import { completeWord } from './word.ts';

/** The script for zsh: a file for its `fpath`, which can also be sourced. */
export function renderZsh(): string {
  return [
    `#compdef vdoctl\n# zsh completion for vdoctl.\n# ${origin}`,
    live,
    renderCommands(),
    ...commands.map(renderCommand),
    `_vdoctl_command_help() {\n    _arguments ${quote('1:command:_vdoctl_commands')}\n}`,
    renderMain(),
  ].join('\n\n');
}

const live = `# What only the program knows: a name and what it is, a line each; nothing when it is in trouble.
_vdoctl_live() {
    local PATH=$PATH:${programDirectories} line tab=$'\\t'
    local -a found
    for line in \${(f)"$(command vdoctl ${completeWord} $vdoctl_simulate $1 "$PREFIX" </dev/null 2>/dev/null)"}; do
        found+=("\${\${line%%$tab*}//:/\\\\:}:\${line#*$tab}")
    done
    _describe -t $1 $1 found
}`;

function renderCommands(): string {
  const rows = commands.map(({ name, summary }) => `        ${quote(`${name}:${summary}`)}`);
  return `_vdoctl_commands() {
    local -a found=(
${rows.join('\n')}
        'help:Show help'
    )
    _describe -t commands command found
}`;
}

function renderCommand({ name, options, positional }: CommandSpec): string {
  const rows = [...options, ...globalOptions].flatMap(renderOption);
  return `_vdoctl_command_${name}() {
    _arguments -s \\
${[...rows, ...renderWords(positional)].map((row) => `        ${row}`).join(' \\\n')}
}`;
}

function renderOption(option: OptionSpec): string[] {
  const { name, alias } = option;
  const text = `[${option.description.replaceAll(/[[\]\\]/g, String.raw`\$&`)}]`;
  const value = takesValue(option) ? `:${option.value ?? option.name}:${renderAction(option)}` : '';
  const isValued = value !== '';
  const long = `--${name}${isValued ? '=' : ''}`;
  if (alias === undefined) return [quote(`${long}${text}${value}`)];
  const short = `-${alias}${isValued ? '+' : ''}`;
  return [`${quote(`(-${alias} --${name})`)}{${short},${long}}${quote(`${text}${value}`)}`];
}

function renderWords(positional: CommandSpec['positional']): string[] {
  if (positional === undefined) return [];
  const word = `${positional.name}:${renderAction(positional)}`;
  switch (positional.count) {
    case 'one':
      return [quote(`1:${word}`)];
    case 'at-most-one':
      return [quote(`1::${word}`)];
    case 'any':
      return [quote(`*:${word}`)];
    case 'one-and-new-name':
      return [quote(`1:${word}`), quote('2:NEW: ')];
    case 'one-and-settings':
      return [
        quote(`1:${word}`),
        quote(`*:KEY=VALUE:{ _values -w -S = setting ${renderSettings(positional)} }`),
      ];
  }
}

function renderSettings({ settings = [] }: NonNullable<CommandSpec['positional']>): string {
  const action = ({ values }: SettableKey): string => (values.length === 0 ? ' ' : `(${values.join(' ')})`);
  return settings.map((each) => `"${each.key}:${each.key}:${action(each)}"`).join(' ');
}

function renderAction({
  listOf,
  choices = listOf,
  completes,
}: Pick<OptionSpec, 'choices' | 'listOf' | 'completes'>): string {
  if (choices !== undefined) return `(${choices.join(' ')})`;
  if (completes === 'files') return '_files';
  return completes === undefined ? ' ' : ` _vdoctl_live ${completes}`;
}

function renderMain(): string {
  const rows = globalOptions.flatMap(renderOption);
  return `_vdoctl() {
    local curcontext=$curcontext state line
    local -a vdoctl_simulate
    ((\${words[(I)--simulate]})) && vdoctl_simulate=(--simulate)
    _arguments -C -s \\
${rows.map((row) => `        ${row}`).join(' \\\n')} \\
        '1:command:_vdoctl_commands' \\
        '*::argument:->arguments' && return
    [[ $state == arguments ]] || return
    curcontext=\${curcontext%:*}-$words[1]:
    ((\${+functions[_vdoctl_command_$words[1]]})) && _vdoctl_command_$words[1]
}

# Loaded from fpath it is called at once; sourced it is only made known.
if [[ $funcstack[1] == _vdoctl ]]; then _vdoctl "$@"; else compdef _vdoctl vdoctl; fi
`;
}
