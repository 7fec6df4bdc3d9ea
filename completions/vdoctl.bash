# bash completion for vdoctl.
# Made by "vdoctl completion" from the table of its commands; names of volumes and devices are asked of it.

# What only the program knows, a name a line; nothing when it is in trouble.
__vdoctl_live() {
    local PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin name
    while IFS=$'\t' read -r name _; do
        [[ -z $name ]] || __vdoctl_add "$name"
    done < <(command vdoctl __complete $simulate "$1" "$value" </dev/null 2>/dev/null)
}

# Offers those words that go on from what is typed.
__vdoctl_add() {
    local word
    for word in "$@"; do
        [[ $word != "$value"* ]] || COMPREPLY+=("$before$word")
    done
}

__vdoctl_options() {
    case $command in
        list) __vdoctl_add -o --columns --sort -H --noheadings --units --bytes --watch --json --dry-run --yes -q --quiet -v --verbose --no-color --screen-reader --simulate -h --help -V --version ;;
        status) __vdoctl_add --json --dry-run --yes -q --quiet -v --verbose --no-color --screen-reader --simulate -h --help -V --version ;;
        stats) __vdoctl_add --watch --json --dry-run --yes -q --quiet -v --verbose --no-color --screen-reader --simulate -h --help -V --version ;;
        check) __vdoctl_add -w --warning -c --critical -t --timeout --changes --json --dry-run --yes -q --quiet -v --verbose --no-color --screen-reader --simulate -h --help -V --version ;;
        doctor) __vdoctl_add --json --dry-run --yes -q --quiet -v --verbose --no-color --screen-reader --simulate -h --help -V --version ;;
        wait) __vdoctl_add --all --for --timeout --json --dry-run --yes -q --quiet -v --verbose --no-color --screen-reader --simulate -h --help -V --version ;;
        start) __vdoctl_add --all --wait --timeout --json --dry-run --yes -q --quiet -v --verbose --no-color --screen-reader --simulate -h --help -V --version ;;
        stop) __vdoctl_add --all --json --dry-run --yes -q --quiet -v --verbose --no-color --screen-reader --simulate -h --help -V --version ;;
        recover) __vdoctl_add --all --force-rebuild --scan --despite --timeout --json --dry-run --yes -q --quiet -v --verbose --no-color --screen-reader --simulate -h --help -V --version ;;
        adopt) __vdoctl_add --device --json --dry-run --yes -q --quiet -v --verbose --no-color --screen-reader --simulate -h --help -V --version ;;
        repair-geometry) __vdoctl_add --json --dry-run --yes -q --quiet -v --verbose --no-color --screen-reader --simulate -h --help -V --version ;;
        reclaim) __vdoctl_add --json --dry-run --yes -q --quiet -v --verbose --no-color --screen-reader --simulate -h --help -V --version ;;
        salvage) __vdoctl_add --to --image --from-rehearsal --despite --json --dry-run --yes -q --quiet -v --verbose --no-color --screen-reader --simulate -h --help -V --version ;;
        backup) __vdoctl_add --to --keep --snapshot-size --freeze --from --volume --generation --json --dry-run --yes -q --quiet -v --verbose --no-color --screen-reader --simulate -h --help -V --version ;;
        restore) __vdoctl_add --from --to --generation --json --dry-run --yes -q --quiet -v --verbose --no-color --screen-reader --simulate -h --help -V --version ;;
        rehearse) __vdoctl_add --keep --discard --changes --changes-size --json --dry-run --yes -q --quiet -v --verbose --no-color --screen-reader --simulate -h --help -V --version ;;
        create) __vdoctl_add --device --stack --logical-size --slab-size --index-memory --sparse-index --compression --deduplication --block-map-cache --block-map-period --max-discard --ack-threads --bio-threads --bio-rotation --cpu-threads --hash-zone-threads --logical-threads --physical-threads --emulate512 --write-policy --lv --wipe --json --dry-run --yes -q --quiet -v --verbose --no-color --screen-reader --simulate -h --help -V --version ;;
        remove) __vdoctl_add --entry-only --json --dry-run --yes -q --quiet -v --verbose --no-color --screen-reader --simulate -h --help -V --version ;;
        grow) __vdoctl_add --logical --physical --json --dry-run --yes -q --quiet -v --verbose --no-color --screen-reader --simulate -h --help -V --version ;;
        set) __vdoctl_add --json --dry-run --yes -q --quiet -v --verbose --no-color --screen-reader --simulate -h --help -V --version ;;
        rename) __vdoctl_add --json --dry-run --yes -q --quiet -v --verbose --no-color --screen-reader --simulate -h --help -V --version ;;
        cleanup) __vdoctl_add --all --dismiss --complete-import --entry-only --json --dry-run --yes -q --quiet -v --verbose --no-color --screen-reader --simulate -h --help -V --version ;;
        history) __vdoctl_add -n --number --since --until --reverse --utc --json --dry-run --yes -q --quiet -v --verbose --no-color --screen-reader --simulate -h --help -V --version ;;
        explain) __vdoctl_add --json --dry-run --yes -q --quiet -v --verbose --no-color --screen-reader --simulate -h --help -V --version ;;
        metrics) __vdoctl_add -o --output --openmetrics --json --dry-run --yes -q --quiet -v --verbose --no-color --screen-reader --simulate -h --help -V --version ;;
        config) __vdoctl_add --json --dry-run --yes -q --quiet -v --verbose --no-color --screen-reader --simulate -h --help -V --version ;;
        schema) __vdoctl_add --json --dry-run --yes -q --quiet -v --verbose --no-color --screen-reader --simulate -h --help -V --version ;;
        completion) __vdoctl_add --json --dry-run --yes -q --quiet -v --verbose --no-color --screen-reader --simulate -h --help -V --version ;;
        demo) __vdoctl_add --story --json --dry-run --yes -q --quiet -v --verbose --no-color --screen-reader --simulate -h --help -V --version ;;
        *) __vdoctl_add --json --dry-run --yes -q --quiet -v --verbose --no-color --screen-reader --simulate -h --help -V --version ;;
    esac
}

# The values of an option.
__vdoctl_values() {
    case "$command $option" in
        'list -o' | 'list --columns') __vdoctl_live columns ;;
        'list --sort') __vdoctl_live columns ;;
        'wait --for') __vdoctl_add normal statistics index storage ;;
        'recover --scan') __vdoctl_add sample full ;;
        'recover --despite') __vdoctl_add media-errors no-room-below ;;
        'adopt --device') __vdoctl_live devices ;;
        'salvage --to') __vdoctl_files ;;
        'salvage --despite') __vdoctl_add unreplayed-journal ;;
        'backup --to') __vdoctl_files ;;
        'backup --from') __vdoctl_files ;;
        'restore --from') __vdoctl_files ;;
        'restore --to') __vdoctl_files ;;
        'rehearse --changes') __vdoctl_live devices ;;
        'create --device') __vdoctl_live devices ;;
        'create --stack') __vdoctl_add dm lvm manager ;;
        'create --compression') __vdoctl_add on off ;;
        'create --deduplication') __vdoctl_add on off ;;
        'create --write-policy') __vdoctl_add sync async async-unsafe auto ;;
        'metrics -o' | 'metrics --output') __vdoctl_files ;;
    esac
}

__vdoctl_takes_value() {
    case "$1 $2" in
        'list -o' | \
        'list --columns' | \
        'list --sort' | \
        'list --units' | \
        'list --watch' | \
        'stats --watch' | \
        'check -w' | \
        'check --warning' | \
        'check -c' | \
        'check --critical' | \
        'check -t' | \
        'check --timeout' | \
        'wait --for' | \
        'wait --timeout' | \
        'start --timeout' | \
        'recover --scan' | \
        'recover --despite' | \
        'recover --timeout' | \
        'adopt --device' | \
        'salvage --to' | \
        'salvage --despite' | \
        'backup --to' | \
        'backup --keep' | \
        'backup --snapshot-size' | \
        'backup --freeze' | \
        'backup --from' | \
        'backup --volume' | \
        'backup --generation' | \
        'restore --from' | \
        'restore --to' | \
        'restore --generation' | \
        'rehearse --changes' | \
        'rehearse --changes-size' | \
        'create --device' | \
        'create --stack' | \
        'create --logical-size' | \
        'create --slab-size' | \
        'create --index-memory' | \
        'create --compression' | \
        'create --deduplication' | \
        'create --block-map-cache' | \
        'create --block-map-period' | \
        'create --max-discard' | \
        'create --ack-threads' | \
        'create --bio-threads' | \
        'create --bio-rotation' | \
        'create --cpu-threads' | \
        'create --hash-zone-threads' | \
        'create --logical-threads' | \
        'create --physical-threads' | \
        'create --write-policy' | \
        'create --lv' | \
        'grow --logical' | \
        'history -n' | \
        'history --number' | \
        'history --since' | \
        'history --until' | \
        'metrics -o' | \
        'metrics --output') return 0 ;;
    esac
    return 1
}

# The words of a command; $words of them are there already.
__vdoctl_words() {
    case $command in
        '') __vdoctl_add list status stats check doctor wait start stop recover adopt repair-geometry reclaim salvage backup restore rehearse create remove grow set rename cleanup history explain metrics config schema completion demo help ;;
        help) ((words > 0)) || __vdoctl_add list status stats check doctor wait start stop recover adopt repair-geometry reclaim salvage backup restore rehearse create remove grow set rename cleanup history explain metrics config schema completion demo ;;
        list) __vdoctl_live volumes ;;
        status) __vdoctl_live volumes ;;
        stats) ((words >= 1)) || __vdoctl_live volumes ;;
        check) __vdoctl_live volumes ;;
        doctor) __vdoctl_live volumes ;;
        wait) __vdoctl_live volumes ;;
        start) __vdoctl_live volumes ;;
        stop) __vdoctl_live volumes ;;
        recover) __vdoctl_live volumes ;;
        adopt) ((words >= 1)) || __vdoctl_live volumes ;;
        repair-geometry) ((words >= 1)) || __vdoctl_live volumes ;;
        reclaim) ((words >= 1)) || __vdoctl_live volumes ;;
        salvage) ((words >= 1)) || __vdoctl_live volumes ;;
        backup) ((words >= 1)) || __vdoctl_live volumes ;;
        restore) ((words >= 1)) || __vdoctl_live volumes ;;
        rehearse) ((words >= 1)) || __vdoctl_live volumes ;;
        remove) ((words >= 1)) || __vdoctl_live volumes ;;
        grow) ((words >= 1)) || __vdoctl_live volumes ;;
        set)
            if ((words == 0)); then __vdoctl_live volumes; else __vdoctl_settings compression=on compression=off deduplication=on deduplication=off write-policy=sync write-policy=async write-policy=async-unsafe write-policy=auto block-map-cache= block-map-period= max-discard= ack-threads= bio-threads= bio-rotation= cpu-threads= hash-zone-threads= logical-threads= physical-threads=; fi
            ;;
        rename) ((words >= 1)) || __vdoctl_live volumes ;;
        cleanup) __vdoctl_live volumes ;;
        history) ((words >= 1)) || __vdoctl_live volumes ;;
        explain) ((words >= 1)) || __vdoctl_live codes ;;
        schema) ((words >= 1)) || __vdoctl_live kinds ;;
        completion) ((words >= 1)) || __vdoctl_add bash zsh fish ;;
    esac
}

# KEY=VALUE: first the keys, then the values of the one that is typed.
__vdoctl_settings() {
    local setting keys=()
    for setting in "$@"; do
        if [[ $value == *=* ]]; then __vdoctl_add "$setting"
        elif [[ " ${keys[*]} " != *" ${setting%%=*}= "* ]]; then keys+=("${setting%%=*}="); fi
    done
    ((${#keys[@]} == 0)) || { __vdoctl_add "${keys[@]}"; compopt -o nospace; }
}

__vdoctl_files() {
    local file
    compopt -o filenames
    while IFS= read -r file; do COMPREPLY+=("$before$file"); done < <(compgen -f -- "$value")
}

_vdoctl() {
    # What bash breaks at "=" and ":" is one word for vdoctl.
    local line=${COMP_LINE:0:COMP_POINT} given=() word command= option= simulate= before= value= breaks typed
    local -i i words=0
    IFS=$' \t\n' read -r -d '' -a given <<<"$line"
    [[ $line != *[[:space:]] ]] || given+=('')
    typed=${given[${#given[@]} - 1]}
    COMPREPLY=()
    for ((i = 1; i < ${#given[@]} - 1; i++)); do
        word=${given[i]}
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
        option=${typed%%=*} value=${typed#*=} before=${typed%%=*}=
        __vdoctl_values
    elif [[ $typed == -* ]]; then
        __vdoctl_options
    else
        __vdoctl_words
    fi
    # Readline puts in only what stands behind the last character at which it breaks words.
    breaks=${COMP_WORDBREAKS//[^=:@]/}
    if [[ -n $breaks && $typed == *["$breaks"]* ]]; then
        before=${typed%"${typed##*["$breaks"]}"}
        for ((i = 0; i < ${#COMPREPLY[@]}; i++)); do COMPREPLY[i]=${COMPREPLY[i]#"$before"}; done
    fi
}

complete -F _vdoctl vdoctl

# ex: filetype=bash
