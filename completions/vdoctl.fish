# fish completion for vdoctl.
# Made by "vdoctl completion" from the table of its commands; names of volumes and devices are asked of it.

# What only the program knows: a name and what it is, a line each; nothing when it is in trouble.
function __vdoctl_live
    set -lx PATH $PATH /usr/local/sbin /usr/sbin /sbin
    set -l simulate
    contains -- --simulate (commandline -opc); and set simulate --simulate
    set -l word (commandline -ct | string replace -r '^--[^=]*=' '')
    command vdoctl __complete $simulate $argv[1] "$word" </dev/null 2>/dev/null
end

# Whether the command is the one named ("": none yet), and how many words stand behind it: fewer than the second
# number says, and no fewer than the third.
function __vdoctl_wants
    set -l least 0
    set -q argv[3]; and set least $argv[3]
    set -l valued -o --columns --sort --units --watch -w --warning -c --critical -t --timeout --for --scan --despite --device --to --keep --snapshot-size --freeze --from --volume --generation --changes --changes-size --stack --logical-size --slab-size --index-memory --compression --deduplication --block-map-cache --block-map-period --max-discard --ack-threads --bio-threads --bio-rotation --cpu-threads --hash-zone-threads --logical-threads --physical-threads --write-policy --lv --logical -n --number --since --until --output
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
end

complete -c vdoctl -f

complete -c vdoctl -n '__vdoctl_wants "" 1' -a list -d 'Every volume of every stack, running or not, a line each'
complete -c vdoctl -n '__vdoctl_wants "" 1' -a status -d 'Everything known about volumes: mode, disk, recovery, sizes, holders, alerts'
complete -c vdoctl -n '__vdoctl_wants "" 1' -a stats -d 'What the kernel counts of a running volume, and with --watch how fast'
complete -c vdoctl -n '__vdoctl_wants "" 1' -a check -d 'A monitoring plugin: one line with performance data; ok, warning, critical or unknown'
complete -c vdoctl -n '__vdoctl_wants "" 1' -a doctor -d 'What is wrong with volumes, or will be, and the command that mends it'
complete -c vdoctl -n '__vdoctl_wants "" 1' -a wait -d 'Wait until volumes are normal, or their statistics, index or storage are ready'
complete -c vdoctl -n '__vdoctl_wants "" 1' -a start -d 'Start stopped volumes'
complete -c vdoctl -n '__vdoctl_wants "" 1' -a stop -d 'Stop volumes that nobody uses'
complete -c vdoctl -n '__vdoctl_wants "" 1' -a recover -d 'Bring volumes back to normal by whatever it takes and is authorised'
complete -c vdoctl -n '__vdoctl_wants "" 1' -a adopt -d '(dm stack) Remember a volume that vdoctl did not make'
complete -c vdoctl -n '__vdoctl_wants "" 1' -a repair-geometry -d 'Write back the first block of a volume\'s storage that was wiped'
complete -c vdoctl -n '__vdoctl_wants "" 1' -a reclaim -d 'Bring a full volume back: give back what the filesystems on it do not use'
complete -c vdoctl -n '__vdoctl_wants "" 1' -a salvage -d 'Copy the data off a running volume, first of all off a read-only one'
complete -c vdoctl -n '__vdoctl_wants "" 1' -a backup -d 'Copy a running volume from a snapshot, as a new generation'
complete -c vdoctl -n '__vdoctl_wants "" 1' -a restore -d 'Copy a generation of a backup to a directory'
complete -c vdoctl -n '__vdoctl_wants "" 1' -a rehearse -d 'Show what a forced rebuild of a read-only volume would give, without writing to it'
complete -c vdoctl -n '__vdoctl_wants "" 1' -a create -d 'Make a volume on a device'
complete -c vdoctl -n '__vdoctl_wants "" 1' -a remove -d 'Remove a volume for good, with its data'
complete -c vdoctl -n '__vdoctl_wants "" 1' -a grow -d 'Make a volume larger while it is in use'
complete -c vdoctl -n '__vdoctl_wants "" 1' -a set -d 'Change settings of a volume'
complete -c vdoctl -n '__vdoctl_wants "" 1' -a rename -d 'Give a volume of the dm or lvm stack another name, also while it is used'
complete -c vdoctl -n '__vdoctl_wants "" 1' -a cleanup -d 'Finish or undo what was cut off, and remove what a failed create left'
complete -c vdoctl -n '__vdoctl_wants "" 1' -a history -d 'Every operation that changed something: when, who, each command, how it ended'
complete -c vdoctl -n '__vdoctl_wants "" 1' -a explain -d 'What an alert, a reason or an exit code means, and what to do'
complete -c vdoctl -n '__vdoctl_wants "" 1' -a metrics -d 'What Prometheus collects: modes, space, counters, alerts'
complete -c vdoctl -n '__vdoctl_wants "" 1' -a config -d 'Each setting, and where its value comes from'
complete -c vdoctl -n '__vdoctl_wants "" 1' -a schema -d 'The JSON schema of what --json prints'
complete -c vdoctl -n '__vdoctl_wants "" 1' -a completion -d 'Print the completion script of a shell'
complete -c vdoctl -n '__vdoctl_wants "" 1' -a demo -d 'The screen on a simulated host; or a recovery and a forced rebuild, as a story'
complete -c vdoctl -n '__vdoctl_wants "" 1' -a help -d 'Show help'
complete -c vdoctl -n '__vdoctl_wants help 1' -a list -d 'Every volume of every stack, running or not, a line each'
complete -c vdoctl -n '__vdoctl_wants help 1' -a status -d 'Everything known about volumes: mode, disk, recovery, sizes, holders, alerts'
complete -c vdoctl -n '__vdoctl_wants help 1' -a stats -d 'What the kernel counts of a running volume, and with --watch how fast'
complete -c vdoctl -n '__vdoctl_wants help 1' -a check -d 'A monitoring plugin: one line with performance data; ok, warning, critical or unknown'
complete -c vdoctl -n '__vdoctl_wants help 1' -a doctor -d 'What is wrong with volumes, or will be, and the command that mends it'
complete -c vdoctl -n '__vdoctl_wants help 1' -a wait -d 'Wait until volumes are normal, or their statistics, index or storage are ready'
complete -c vdoctl -n '__vdoctl_wants help 1' -a start -d 'Start stopped volumes'
complete -c vdoctl -n '__vdoctl_wants help 1' -a stop -d 'Stop volumes that nobody uses'
complete -c vdoctl -n '__vdoctl_wants help 1' -a recover -d 'Bring volumes back to normal by whatever it takes and is authorised'
complete -c vdoctl -n '__vdoctl_wants help 1' -a adopt -d '(dm stack) Remember a volume that vdoctl did not make'
complete -c vdoctl -n '__vdoctl_wants help 1' -a repair-geometry -d 'Write back the first block of a volume\'s storage that was wiped'
complete -c vdoctl -n '__vdoctl_wants help 1' -a reclaim -d 'Bring a full volume back: give back what the filesystems on it do not use'
complete -c vdoctl -n '__vdoctl_wants help 1' -a salvage -d 'Copy the data off a running volume, first of all off a read-only one'
complete -c vdoctl -n '__vdoctl_wants help 1' -a backup -d 'Copy a running volume from a snapshot, as a new generation'
complete -c vdoctl -n '__vdoctl_wants help 1' -a restore -d 'Copy a generation of a backup to a directory'
complete -c vdoctl -n '__vdoctl_wants help 1' -a rehearse -d 'Show what a forced rebuild of a read-only volume would give, without writing to it'
complete -c vdoctl -n '__vdoctl_wants help 1' -a create -d 'Make a volume on a device'
complete -c vdoctl -n '__vdoctl_wants help 1' -a remove -d 'Remove a volume for good, with its data'
complete -c vdoctl -n '__vdoctl_wants help 1' -a grow -d 'Make a volume larger while it is in use'
complete -c vdoctl -n '__vdoctl_wants help 1' -a set -d 'Change settings of a volume'
complete -c vdoctl -n '__vdoctl_wants help 1' -a rename -d 'Give a volume of the dm or lvm stack another name, also while it is used'
complete -c vdoctl -n '__vdoctl_wants help 1' -a cleanup -d 'Finish or undo what was cut off, and remove what a failed create left'
complete -c vdoctl -n '__vdoctl_wants help 1' -a history -d 'Every operation that changed something: when, who, each command, how it ended'
complete -c vdoctl -n '__vdoctl_wants help 1' -a explain -d 'What an alert, a reason or an exit code means, and what to do'
complete -c vdoctl -n '__vdoctl_wants help 1' -a metrics -d 'What Prometheus collects: modes, space, counters, alerts'
complete -c vdoctl -n '__vdoctl_wants help 1' -a config -d 'Each setting, and where its value comes from'
complete -c vdoctl -n '__vdoctl_wants help 1' -a schema -d 'The JSON schema of what --json prints'
complete -c vdoctl -n '__vdoctl_wants help 1' -a completion -d 'Print the completion script of a shell'
complete -c vdoctl -n '__vdoctl_wants help 1' -a demo -d 'The screen on a simulated host; or a recovery and a forced rebuild, as a story'

complete -c vdoctl -l json -d 'Print JSON on stdout (see: vdoctl schema).'
complete -c vdoctl -l dry-run -d 'Print the plan with its exact commands; change nothing.'
complete -c vdoctl -l yes -d 'Answer the confirmation with yes.'
complete -c vdoctl -s q -l quiet -d 'Print only results and errors.'
complete -c vdoctl -s v -l verbose -d 'Print each command run, with its time, on stderr.'
complete -c vdoctl -l no-color -d 'No colours; NO_COLOR in the environment does the same.'
complete -c vdoctl -l screen-reader -d 'Show the screen in words, without bars and columns.'
complete -c vdoctl -l simulate -d 'Work on a simulated host, which is kept in your state directory between calls.'
complete -c vdoctl -s h -l help -d 'Show help.'
complete -c vdoctl -s V -l version -d 'Show the version.'

complete -c vdoctl -n '__vdoctl_wants list 1000' -a '(__vdoctl_live volumes)'
complete -c vdoctl -n '__vdoctl_wants list 1000' -s o -l columns -x -a '(__vdoctl_live columns)' -d 'Show these columns, with commas between; +COLUMNS shows these, too. -o help names every column.'
complete -c vdoctl -n '__vdoctl_wants list 1000' -l sort -x -a '(__vdoctl_live columns)' -d 'Sort by this column, shown or not; -COLUMN descends. What is not known comes last.'
complete -c vdoctl -n '__vdoctl_wants list 1000' -s H -l noheadings -d 'For scripts: no titles and no colours, a tab between the fields.'
complete -c vdoctl -n '__vdoctl_wants list 1000' -l units -x -d 'Tell every size in this unit, B, K, M, G or T, in powers of 1024; h, which is the default, in one that is easy to read.'
complete -c vdoctl -n '__vdoctl_wants list 1000' -l bytes -d 'Tell every size as a plain number of bytes.'
complete -c vdoctl -n '__vdoctl_wants list 1000' -l watch -x -d 'Look again and again, every 2 seconds by itself, and print the list anew; on a terminal in its place. Ctrl-C ends it.'

complete -c vdoctl -n '__vdoctl_wants status 1000' -a '(__vdoctl_live volumes)'

complete -c vdoctl -n '__vdoctl_wants stats 1' -a '(__vdoctl_live volumes)'
complete -c vdoctl -n '__vdoctl_wants stats 1000' -l watch -x -d 'Look again and again, every 2 seconds by itself, and print what has changed, with its rate per second. Ctrl-C ends it.'

complete -c vdoctl -n '__vdoctl_wants check 1000' -a '(__vdoctl_live volumes)'
complete -c vdoctl -n '__vdoctl_wants check 1000' -s w -l warning -x -d 'Warn when this much of the physical space is used; with a colon, when it is outside a range as plugins take them (10:20, ~:80), or inside (@80:100).'
complete -c vdoctl -n '__vdoctl_wants check 1000' -s c -l critical -x -d 'Say critical when this much is used, or it is outside a range.'
complete -c vdoctl -n '__vdoctl_wants check 1000' -s t -l timeout -x -d 'Say unknown after this time (10s, 1m).'
complete -c vdoctl -n '__vdoctl_wants check 1000' -l changes -d 'For a log: instead of the line, print each volume whose mode has changed since the last call with --changes; print nothing if none has.'

complete -c vdoctl -n '__vdoctl_wants doctor 1000' -a '(__vdoctl_live volumes)'

complete -c vdoctl -n '__vdoctl_wants wait 1000' -a '(__vdoctl_live volumes)'
complete -c vdoctl -n '__vdoctl_wants wait 1000' -l all -d 'Every volume of this host.'
complete -c vdoctl -n '__vdoctl_wants wait 1000' -l for -x -a 'normal statistics index storage' -d 'What to wait for: normal (the mode), statistics (numbers instead of N/A), index (online), storage (found).'
complete -c vdoctl -n '__vdoctl_wants wait 1000' -l timeout -x -d 'Stop waiting after this time (90s, 15m, 1h30m), with exit code 5; the work in the kernel goes on.'

complete -c vdoctl -n '__vdoctl_wants start 1000' -a '(__vdoctl_live volumes)'
complete -c vdoctl -n '__vdoctl_wants start 1000' -l all -d 'Every volume of this host.'
complete -c vdoctl -n '__vdoctl_wants start 1000' -l wait -d 'Wait until it is normal.'
complete -c vdoctl -n '__vdoctl_wants start 1000' -l timeout -x -d 'Stop waiting after this time (90s, 15m, 1h30m), with exit code 5; the work in the kernel goes on.'

complete -c vdoctl -n '__vdoctl_wants stop 1000' -a '(__vdoctl_live volumes)'
complete -c vdoctl -n '__vdoctl_wants stop 1000' -l all -d 'Every volume of this host.'

complete -c vdoctl -n '__vdoctl_wants recover 1000' -a '(__vdoctl_live volumes)'
complete -c vdoctl -n '__vdoctl_wants recover 1000' -l all -d 'Every volume of this host.'
complete -c vdoctl -n '__vdoctl_wants recover 1000' -l force-rebuild -d 'Force a rebuild of a read-only volume. It can lose data. Asks first.'
complete -c vdoctl -n '__vdoctl_wants recover 1000' -l scan -x -a 'sample full' -d 'How much of the storage is read for errors before a forced rebuild: its metadata and a sample of the rest, or all of it.'
complete -c vdoctl -n '__vdoctl_wants recover 1000' -l despite -x -a 'media-errors no-room-below' -d 'Force the rebuild in spite of what was found beforehand: media-errors, no-room-below, or both with a comma between.'
complete -c vdoctl -n '__vdoctl_wants recover 1000' -l timeout -x -d 'Stop waiting after this time (90s, 15m, 1h30m), with exit code 5; the work in the kernel goes on.'

complete -c vdoctl -n '__vdoctl_wants adopt 1' -a '(__vdoctl_live volumes)'
complete -c vdoctl -n '__vdoctl_wants adopt 1000' -l device -x -a '(__vdoctl_live devices)' -d 'The storage device of a stopped volume.'

complete -c vdoctl -n '__vdoctl_wants repair-geometry 1' -a '(__vdoctl_live volumes)'

complete -c vdoctl -n '__vdoctl_wants reclaim 1' -a '(__vdoctl_live volumes)'

complete -c vdoctl -n '__vdoctl_wants salvage 1' -a '(__vdoctl_live volumes)'
complete -c vdoctl -n '__vdoctl_wants salvage 1000' -l to -r -F -F -d 'Where to, an absolute path: a directory, empty or of an earlier salvage of this volume; or, for an image, a block device or a file. A path that does not exist is a file if it ends in .img or .raw.'
complete -c vdoctl -n '__vdoctl_wants salvage 1000' -l image -d 'The path is that of an image, whatever its name.'
complete -c vdoctl -n '__vdoctl_wants salvage 1000' -l from-rehearsal -d 'Copy off the rehearsal of its forced rebuild that vdoctl rehearse --keep left up, whether the volume runs or not.'
complete -c vdoctl -n '__vdoctl_wants salvage 1000' -l despite -x -a 'unreplayed-journal' -d 'unreplayed-journal: copy what a volume shows that came up read-only, although what was written since its last clean stop may be zeros or the data of other files.'

complete -c vdoctl -n '__vdoctl_wants backup 1' -a '(__vdoctl_live volumes)'
complete -c vdoctl -n '__vdoctl_wants backup 1000' -l to -r -F -F -d 'The absolute path of a directory on other storage, one for all volumes.'
complete -c vdoctl -n '__vdoctl_wants backup 1000' -l keep -x -d 'How many generations stay.'
complete -c vdoctl -n '__vdoctl_wants backup 1000' -l snapshot-size -x -d 'Room for what is overwritten while it is copied: a size, or a share of what the filesystem uses or of what is free in the volume group. Default: 20%USED, at least 256M, at most what is free.'
complete -c vdoctl -n '__vdoctl_wants backup 1000' -l freeze -x -d 'What is mounted and can have no snapshot (a VDO that is mounted as it is) is copied while it is in use, and then frozen for this long at most, 60s for example, to copy what has changed meanwhile. Whoever writes there waits.'
complete -c vdoctl -n '__vdoctl_wants backup 1000' -l from -r -F -F -d '(list, verify) The directory that was given with --to.'
complete -c vdoctl -n '__vdoctl_wants backup 1000' -l volume -x -d '(list, verify) Only the generations of this volume. It need not exist any more.'
complete -c vdoctl -n '__vdoctl_wants backup 1000' -l generation -x -d '(list, verify) Only this generation.'

complete -c vdoctl -n '__vdoctl_wants restore 1' -a '(__vdoctl_live volumes)'
complete -c vdoctl -n '__vdoctl_wants restore 1000' -l from -r -F -F -d 'The directory that was given to backup with --to.'
complete -c vdoctl -n '__vdoctl_wants restore 1000' -l to -r -F -F -d 'The absolute path of the directory to copy to.'
complete -c vdoctl -n '__vdoctl_wants restore 1000' -l generation -x -d 'This generation. Default: the newest.'

complete -c vdoctl -n '__vdoctl_wants rehearse 1' -a '(__vdoctl_live volumes)'
complete -c vdoctl -n '__vdoctl_wants rehearse 1000' -l keep -d 'Leave it up, mounted read-only, to copy from it. The volume cannot be changed meanwhile.'
complete -c vdoctl -n '__vdoctl_wants rehearse 1000' -l discard -d 'Throw away a rehearsal that was kept, or what is left of one.'
complete -c vdoctl -n '__vdoctl_wants rehearse 1000' -l changes -x -a '(__vdoctl_live devices)' -d 'The empty device that takes the changes. Its content is overwritten.'
complete -c vdoctl -n '__vdoctl_wants rehearse 1000' -l changes-size -x -d 'The room for the changes. Default: the most that a rebuild of such a volume writes, which is more than it takes as a rule.'

complete -c vdoctl -n '__vdoctl_wants create 1000' -l device -x -a '(__vdoctl_live devices)' -d 'The storage device. The volume takes all of it.'
complete -c vdoctl -n '__vdoctl_wants create 1000' -l stack -x -a 'dm lvm manager' -d 'The stack of the new volume. Default: lvm for VG/POOL, else the classic manager if it is installed, else dm.'
complete -c vdoctl -n '__vdoctl_wants create 1000' -l logical-size -x -d 'The size that the volume offers. Default: what fits without any saving, or the stack\'s own choice. Also taken as --logical.'
complete -c vdoctl -n '__vdoctl_wants create 1000' -l slab-size -x -d 'The unit of growth: a power of two from 32M (128M for lvm and manager) to 32G. A VDO has at most 8192 slabs. Default: 2G, or larger if the device needs that.'
complete -c vdoctl -n '__vdoctl_wants create 1000' -l index-memory -x -d 'Memory for the deduplication index: 256M, 512M, 768M, or whole gibibytes.'
complete -c vdoctl -n '__vdoctl_wants create 1000' -l sparse-index -d 'Use a sparse index: ten times the deduplication window in the same memory.'
complete -c vdoctl -n '__vdoctl_wants create 1000' -l compression -x -a 'on off' -d 'Compress data.'
complete -c vdoctl -n '__vdoctl_wants create 1000' -l deduplication -x -a 'on off' -d 'Deduplicate data.'
complete -c vdoctl -n '__vdoctl_wants create 1000' -l block-map-cache -x -d 'Memory for pages of the block map; at least 16M for each logical thread.'
complete -c vdoctl -n '__vdoctl_wants create 1000' -l block-map-period -x -d 'How long changed pages of the block map stay in memory: the smaller, the shorter a recovery.'
complete -c vdoctl -n '__vdoctl_wants create 1000' -l max-discard -x -d 'The largest discard that it takes in one piece.'
complete -c vdoctl -n '__vdoctl_wants create 1000' -l ack-threads -x -d 'Threads that acknowledge requests.'
complete -c vdoctl -n '__vdoctl_wants create 1000' -l bio-threads -x -d 'Threads that submit requests to the storage.'
complete -c vdoctl -n '__vdoctl_wants create 1000' -l bio-rotation -x -d 'Requests that one bio thread gets before the next one has its turn.'
complete -c vdoctl -n '__vdoctl_wants create 1000' -l cpu-threads -x -d 'Threads that hash and compress.'
complete -c vdoctl -n '__vdoctl_wants create 1000' -l hash-zone-threads -x -d 'Threads that divide the work among them by the hash of the data.'
complete -c vdoctl -n '__vdoctl_wants create 1000' -l logical-threads -x -d 'Threads that divide the logical addresses among them.'
complete -c vdoctl -n '__vdoctl_wants create 1000' -l physical-threads -x -d 'Threads that divide the slabs among them: no more than there are slabs.'
complete -c vdoctl -n '__vdoctl_wants create 1000' -l emulate512 -d 'Offer logical blocks of 512 bytes instead of 4096, for what can use no others.'
complete -c vdoctl -n '__vdoctl_wants create 1000' -l write-policy -x -a 'sync async async-unsafe auto' -d '(manager) What it acknowledges: see set. Default: auto.'
complete -c vdoctl -n '__vdoctl_wants create 1000' -l lv -x -d '(lvm) The name of the volume in the pool.'
complete -c vdoctl -n '__vdoctl_wants create 1000' -l wipe -d 'Erase what the device holds. Asks first, and names what was found.'

complete -c vdoctl -n '__vdoctl_wants remove 1' -a '(__vdoctl_live volumes)'
complete -c vdoctl -n '__vdoctl_wants remove 1000' -l entry-only -d '(manager) Remove only the volume\'s entry from the manager\'s configuration, and write to no device.'

complete -c vdoctl -n '__vdoctl_wants grow 1' -a '(__vdoctl_live volumes)'
complete -c vdoctl -n '__vdoctl_wants grow 1000' -l logical -x -d 'The new logical size; or, with a plus (+100G), how much is added to what it is. Also taken as --logical-size.'
complete -c vdoctl -n '__vdoctl_wants grow 1000' -l physical -d 'Grow to all of the storage device, or of the volume group.'

complete -c vdoctl -n '__vdoctl_wants set 1' -a '(__vdoctl_live volumes)'
complete -c vdoctl -n '__vdoctl_wants set 1000 1' -a 'compression=on compression=off deduplication=on deduplication=off write-policy=sync write-policy=async write-policy=async-unsafe write-policy=auto block-map-cache= block-map-period= max-discard= ack-threads= bio-threads= bio-rotation= cpu-threads= hash-zone-threads= logical-threads= physical-threads='

complete -c vdoctl -n '__vdoctl_wants rename 1' -a '(__vdoctl_live volumes)'

complete -c vdoctl -n '__vdoctl_wants cleanup 1000' -a '(__vdoctl_live volumes)'
complete -c vdoctl -n '__vdoctl_wants cleanup 1000' -l all -d 'Every volume of this host that needs it.'
complete -c vdoctl -n '__vdoctl_wants cleanup 1000' -l dismiss -d 'Change nothing, and take the operation as settled: you have settled it by hand. Asks first.'
complete -c vdoctl -n '__vdoctl_wants cleanup 1000' -l complete-import -d '(manager) Complete an import that was cut off, instead of removing its entry.'
complete -c vdoctl -n '__vdoctl_wants cleanup 1000' -l entry-only -d '(manager) Remove only the volume\'s entry from the manager\'s configuration, and write to no device.'

complete -c vdoctl -n '__vdoctl_wants history 1' -a '(__vdoctl_live volumes)'
complete -c vdoctl -n '__vdoctl_wants history 1000' -s n -l number -x -d 'Only the latest N operations.'
complete -c vdoctl -n '__vdoctl_wants history 1000' -l since -x -d 'Only operations that began then or later.'
complete -c vdoctl -n '__vdoctl_wants history 1000' -l until -x -d 'Only operations that began then or earlier.'
complete -c vdoctl -n '__vdoctl_wants history 1000' -l reverse -d 'The newest first.'
complete -c vdoctl -n '__vdoctl_wants history 1000' -l utc -d 'Print times in UTC. In JSON they always are.'

complete -c vdoctl -n '__vdoctl_wants explain 1' -a '(__vdoctl_live codes)'

complete -c vdoctl -n '__vdoctl_wants metrics 1000' -s o -l output -r -F -F -d 'Write to this file (an absolute path, 0644) instead of stdout.'
complete -c vdoctl -n '__vdoctl_wants metrics 1000' -l openmetrics -d 'OpenMetrics 1.0: a counter is described by its name without _total.'

complete -c vdoctl -n '__vdoctl_wants schema 1' -a '(__vdoctl_live kinds)'

complete -c vdoctl -n '__vdoctl_wants completion 1' -a 'bash zsh fish'

complete -c vdoctl -n '__vdoctl_wants demo 1000' -l story -d 'Tell the story in text, without the screen.'

