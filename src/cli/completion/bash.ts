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

/** The script for bash 4.4 and newer; it does not need the package bash-completion. */
export function renderBash(): string {
  return [
    `# bash completion for vdoctl.\n# ${origin}`,
    live,
    add,
    renderOptions(),
    renderValues(),
    renderTakesValue(),
    renderWords(),
    settings,
    files,
    main,
    '# ex: filetype=bash\n',
  ].join('\n\n');
}

const live = `# What only the program knows, a name a line; nothing when it is in trouble.
__vdoctl_live() {
    local PATH=$PATH:${programDirectories} name
    while IFS=$'\\t' read -r name _; do
        [[ -z $name ]] || __vdoctl_add "$name"
    done < <(command vdoctl ${completeWord} $simulate "$1" "$value" </dev/null 2>/dev/null)
}`;

const add = `# Offers those words that go on from what is typed.
__vdoctl_add() {
    local word
    for word in "$@"; do
        [[ $word != "$value"* ]] || COMPREPLY+=("$before$word")
    done
}`;

function renderOptions(): string {
  const names = (options: readonly OptionSpec[]): string => options.flatMap(spellings).join(' ');
  const cases = commands.map(
    (command) => `        ${command.name}) __vdoctl_add ${names(optionsOf(command))} ;;`,
  );
  return `__vdoctl_options() {
    case $command in
${cases.join('\n')}
        *) __vdoctl_add ${names(globalOptions)} ;;
    esac
}`;
}

function renderValues(): string {
  const cases = commands.flatMap((command) =>
    optionsOf(command)
      .filter(takesValue)
      .flatMap((option) => {
        const action = renderAction(option);
        const patterns = spellings(option).map((spelling) => `'${command.name} ${spelling}'`);
        return action === undefined ? [] : [`        ${patterns.join(' | ')}) ${action} ;;`];
      }),
  );
  return `# The values of an option.
__vdoctl_values() {
    case "$command $option" in
${cases.join('\n')}
    esac
}`;
}

function renderTakesValue(): string {
  const patterns = commands.flatMap((command) =>
    optionsOf(command)
      .filter(takesValue)
      .flatMap(spellings)
      .map((spelling) => `'${command.name} ${spelling}'`),
  );
  const early = globalOptions
    .filter(takesValue)
    .flatMap(spellings)
    .map((spelling) => `' ${spelling}'`);
  return `__vdoctl_takes_value() {
    case "$1 $2" in
        ${[...early, ...patterns].join(' | \\\n        ')}) return 0 ;;
    esac
    return 1
}`;
}

function renderWords(): string {
  const names = commands.map(({ name }) => name).join(' ');
  const cases = commands.flatMap(renderWordsOf);
  return `# The words of a command; $words of them are there already.
__vdoctl_words() {
    case $command in
        '') __vdoctl_add ${names} help ;;
        help) ((words > 0)) || __vdoctl_add ${names} ;;
${cases.join('\n')}
    esac
}`;
}

function renderWordsOf(command: CommandSpec): string[] {
  const { name, positional } = command;
  if (positional === undefined) return [];
  const action = renderAction(positional);
  const most = mostWords(command);
  if (positional.settings !== undefined) {
    const settings = positional.settings.flatMap(settingWords);
    return [
      `        ${name})
            if ((words == 0)); then ${action ?? ':'}; else __vdoctl_settings ${settings.join(' ')}; fi
            ;;`,
    ];
  }
  if (action === undefined) return [];
  return [`        ${name}) ${most === Infinity ? '' : `((words >= ${String(most)})) || `}${action} ;;`];
}

function renderAction({
  listOf,
  choices = listOf,
  completes,
}: Pick<OptionSpec, 'choices' | 'listOf' | 'completes'>): string | undefined {
  if (choices !== undefined) return `__vdoctl_add ${choices.join(' ')}`;
  if (completes === 'files') return '__vdoctl_files';
  return completes === undefined ? undefined : `__vdoctl_live ${completes}`;
}

const settings = `# KEY=VALUE: first the keys, then the values of the one that is typed.
__vdoctl_settings() {
    local setting keys=()
    for setting in "$@"; do
        if [[ $value == *=* ]]; then __vdoctl_add "$setting"
        elif [[ " \${keys[*]} " != *" \${setting%%=*}= "* ]]; then keys+=("\${setting%%=*}="); fi
    done
    ((\${#keys[@]} == 0)) || { __vdoctl_add "\${keys[@]}"; compopt -o nospace; }
}`;

const files = `__vdoctl_files() {
    local file
    compopt -o filenames
    while IFS= read -r file; do COMPREPLY+=("$before$file"); done < <(compgen -f -- "$value")
}`;

const main = `_vdoctl() {
    # What bash breaks at "=" and ":" is one word for vdoctl.
    local line=\${COMP_LINE:0:COMP_POINT} given=() word command= option= simulate= before= value= breaks typed
    local -i i words=0
    IFS=$' \\t\\n' read -r -d '' -a given <<<"$line"
    [[ $line != *[[:space:]] ]] || given+=('')
    typed=\${given[\${#given[@]} - 1]}
    COMPREPLY=()
    for ((i = 1; i < \${#given[@]} - 1; i++)); do
        word=\${given[i]}
        if [[ -n $option ]]; then option=
        elif [[ $word == --simulate ]]; then simulate=$word
        elif [[ $word == -* ]]; then ! __vdoctl_takes_value "$command" "$word" || option=$word
        elif [[ -z $command ]]; then command=$word
        else words+=1; fi
    done
    value=$typed
    if [[ -n $option ]]; then
        __vdoctl_values
    elif [[ $typed == --*=* ]]; then
        option=\${typed%%=*} value=\${typed#*=} before=\${typed%%=*}=
        __vdoctl_values
    elif [[ $typed == -* ]]; then
        __vdoctl_options
    else
        __vdoctl_words
    fi
    # Readline puts in only what stands behind the last character at which it breaks words.
    breaks=\${COMP_WORDBREAKS//[^=:@]/}
    if [[ -n $breaks && $typed == *["$breaks"]* ]]; then
        before=\${typed%"\${typed##*["$breaks"]}"}
        for ((i = 0; i < \${#COMPREPLY[@]}; i++)); do COMPREPLY[i]=\${COMPREPLY[i]#"$before"}; done
    fi
}

complete -F _vdoctl vdoctl`;
