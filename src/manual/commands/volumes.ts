import { columns } from '../../cli/columns.ts';
import { adoptManual } from './adopt.ts';
import { doctorManual } from './doctor.ts';
import { reclaimManual } from './reclaim.ts';
import { repairGeometryManual } from './repair-geometry.ts';
import { statsManual } from './stats.ts';
import type { CommandManual } from '../blocks.ts';
import { actingExits, lookingExits } from './exits.ts';

const nothing =
  'Nothing: it only looks. No command that it runs changes anything; it reads the metadata on the storage of a stopped volume, past the page cache.';

const list: CommandManual = {
  data: [nothing],
  exits: {
    ...lookingExits,
    0: 'The list was printed, whatever the state of the volumes. stderr names what could not be seen.',
    3: 'There is no such volume. The others are listed.',
    4: 'A named volume cannot be seen without root.',
    8: 'A named volume was not found, but LVM or the configuration of the classic manager could not be read, so it may exist.',
  },
  scripting: [
    'More columns may come, and the table without -o may show them: a script names its columns. The names and what they tell stay.',
    {
      session: `
# vdoctl list -H -o name --sort -free
archive
media
backups
mail
vg/pool
# vdoctl list -H -o free --bytes media
14694957056
`,
    },
    'A blank in a field is written as \\u0020, and several uses or alerts have commas between.',
    'stderr names each NAME that means no volume, and the exit code is theirs; the others are listed. With --json and a NAME `errors` has them, each with its name, exitCode, problem, message and next.',
    'With --json a volume has every member in every state, whatever columns are asked for, and what is not known is null. A volume in trouble does not change the exit code: for monitoring there is vdoctl-check(8).',
    {
      session: `
# vdoctl list --json | jq -r '.volumes[] | select(.mode != "normal") | .name'
backups
mail
vg/pool
`,
    },
  ],
  sections: [
    {
      title: 'COLUMNS',
      blocks: [
        `Without -o these are shown: ${columns.flatMap(({ name, standard }) => (standard === undefined ? [] : [name])).join(', ')}. A terminal shows \`done\` only while something recovers.`,
        { list: columns.map(({ name, description }) => [name, description] as const) },
      ],
    },
  ],
  examples: [
    {
      session: `
# vdoctl list
NAME     STACK  STATE    MODE        DONE   SIZE  USED   FREE  SAVED  INDEX    USED BY       ALERTS
archive  dm     running  normal         -   500G   41%   294G    62%  online   /srv/archive  -
backups  dm     stopped  (dirty)        -   100G     -      -      -  -        -             will-recover
mail     dm     running  read-only      -  40.0G     -      -      -  online   -             read-only
media    dm     running  normal         -   200G   93%  13.7G    28%  online   /srv/media    nearly-full
vg/pool  lvm    running  recovering   30%   240G     -      -      -  opening  -             recovering
`,
    },
    'A mode in parentheses is what the disk of a stopped volume says. What an alert means: `vdoctl explain will-recover`.',
    'USED and FREE are physical: when nothing is free, writes fail, whatever a filesystem on the volume has left. They are known only in the mode normal.',
  ],
  seeAlso: ['vdoctl-status(8)', 'vdoctl-check(8)', 'vdoctl-explain(8)'],
};

const status: CommandManual = {
  data: [
    nothing,
    'Two calls during a recovery show how fast it goes: the first is remembered in /run/vdoctl/progress.json.',
  ],
  exits: {
    ...lookingExits,
    0: 'The status was printed, whatever it is.',
    3: 'There is no such volume.',
    4: 'A named volume cannot be seen without root.',
    8: 'A named volume was not found, but LVM or the configuration of the classic manager could not be read, so it may exist.',
  },
  scripting: [
    'stderr names each NAME that means no volume. With --json the document is still of the kind `status`, for one name as for several: `errors` has what was not found, each with its name, exitCode, problem, message and next.',
    'A volume in trouble does not change the exit code: for monitoring there is vdoctl-check(8). With --json each alert has a code, a severity, a message and what to do next; the codes are those of vdoctl-exit-codes(7).',
    'What the kernel counts of a running volume is under `statistics`, each number by the name that vdostats has for it, as one word: `bios in read` is biosInRead. vdoctl-metrics(8) lists them. A number is null where the kernel of the host has no such statistic, and where it has no meaning in the present mode.',
    {
      session: `
# vdoctl status archive --json | jq -c '.volumes[0].statistics | [.slabCount, .biosInRead, .blockMapCachePressure]'
[248,163,0]
`,
    },
    'Threads, caches, discards and the size of the logical blocks are under `tunables`: `configured` has them as the next start takes them, `running` as the kernel has them. Null: nobody tells. Only this call asks for them; in other documents `tunables` is null.',
    {
      session: `
# vdoctl status mail --json | jq -r '.volumes[0] | .mode, .onDisk.state, .alerts[0].next'
read-only
read-only
before it is stopped: vdoctl salvage mail --to PATH; then: vdoctl recover mail --force-rebuild
`,
    },
    'With --json each volume has `operations`: of start, stop, recover, force-rebuild (`recover --force-rebuild`), wait, grow-logical, grow-physical, set-compression, set-deduplication, set-write-policy, set-tunables (threads, caches and discards), remove, cleanup, adopt, repair-geometry, reclaim, rehearse, salvage, salvage-rehearsal (`salvage --from-rehearsal`), backup and backup-frozen (`backup --freeze`) whether it is possible, and why not, as the call itself would say it. What a look tells stands there: an operation that is possible asks more of the host, such as which processes have the volume open, and may be refused for it. Where nothing is to be done, `outcome` is what the call comes to.',
    {
      session: `
# vdoctl status archive --json | jq -r '.volumes[0].operations.stop | .possible, .exitCode, .error.message'
false
8
archive is in use: mounted on /srv/archive (ext4, /dev/mapper/archive); nothing was changed
`,
    },
  ],
  examples: [
    {
      session: `
# vdoctl status backups
backups
  stack          dm
  state          stopped
  on disk        dirty: it was not shut down cleanly, and will recover when it is started
  storage        /dev/disk/by-id/virtio-S5YBNX0R1004 on /dev/vde
  logical size   300 GiB
  physical size  100 GiB
  slab size      32.0 MiB
  used           unknown while stopped
  recoveries     0 completed, 0 read-only (forced rebuilds)
  map cache      128 MiB
  map period     16380
  threads        ack 1, bio 4, cpu 1, hash zone 0, logical 0, physical 0
  bio rotation   64
  max discard    4 KiB
  configured     compression off, deduplication on
  remembered     yes
  warning: will-recover: it crashed, and will recover when it is started
      next: vdoctl recover backups
`,
    },
  ],
  seeAlso: ['vdoctl-list(8)', 'vdoctl-check(8)', 'vdoctl-recover(8)', 'vdoctl-explain(8)'],
};

const check: CommandManual = {
  data: [
    nothing,
    'It remembers in /run/vdoctl/progress.json how far a recovery was, so that the next call can see whether it has stalled; and in /var/lib/vdoctl/space.json the used space of each volume, every six hours for ten days, so that the date is known on which it is full.',
  ],
  exits: {
    0: 'OK.',
    1: 'Warning.',
    2: 'Critical.',
    3: 'Unknown: also for a wrong command line, without root, for a volume that does not exist, and when there is no answer in time.',
  },
  scripting: [
    'These are the codes of monitoring plugins, not those of the other commands. Every call prints one line on stdout; after the bar comes the performance data, with the same columns for a volume in every state.',
    'It needs root. For a monitoring agent that does not run as root, a line in sudoers(5):',
    { file: 'nagios ALL=(root) NOPASSWD: /usr/sbin/vdoctl check\n' },
  ],
  examples: [
    {
      session: `
# vdoctl check archive backups
VDO WARNING - backups: it crashed, and will recover when it is started|'archive used'=220834250752B;483183820800;510027366400;0;536870912000 'archive saved'=62% 'archive recovered'=100%;;;0;100 'backups used'=U;96636764160;102005473280;0;107374182400 'backups saved'=U 'backups recovered'=U;;;0;100
# echo $?
1
`,
    },
  ],
  seeAlso: ['vdoctl-status(8)', 'vdoctl.conf(5)', 'vdoctl-runbook(7)'],
};

const wait: CommandManual = {
  data: [
    'Nothing: it only looks, again and again. A recovery goes on by itself, whether anybody waits for it or not.',
  ],
  exits: {
    ...lookingExits,
    0: 'What you waited for is there, of each volume.',
    2: 'The command line is wrong: no volume named and no --all, or both.',
    3: 'There is no such volume.',
    4: 'Not root.',
    5: 'It timed out, and the work goes on by itself. Repeat the call to wait on.',
    6: 'The volume is read-only, or went read-only. Waiting does not change that: vdoctl-recover(8).',
    8: 'The volume is stopped or suspended, or its index is switched off or has failed: waiting does not change that. With `--for storage` it also waits for a stopped volume.',
  },
  scripting: [
    'It polls, since the kernel raises no event when the mode of a volume changes. It takes no lock, and any number of calls may wait at once.',
    'Of several volumes it waits for one after the other, with --all for all side by side, while the work in the kernel goes on for all; so the time limit is one for all of them. When it is over, each that was not reached yet is looked at once more.',
    '`--for statistics` returns when the statistics are numbers instead of N/A, and `--for index` when new data is deduplicated again. `--for storage` is for the boot: see vdoctl-start(8).',
  ],
  examples: [
    {
      session: `
# vdoctl wait vg/pool --for normal --quiet
vg/pool: ready
# vdoctl wait backups --for normal --quiet
vdoctl: backups: it is stopped; waiting does not change that; nothing was changed
  next: vdoctl recover backups
# echo $?
8
`,
    },
  ],
  seeAlso: ['vdoctl-recover(8)', 'vdoctl-start(8)'],
};

const start: CommandManual = {
  data: [
    'None is lost. If a volume was not shut down cleanly, the kernel replays its journal, and all flushed data is there. A volume that comes up read-only is left running, so that its data can be copied off.',
    'vdoctl does not start a volume whose disk says that the next start is a forced rebuild, since that can lose data: vdoctl-recover(8). Nor one whose storage is the wrong device, too small, suspended, or used by another running volume: two volumes on one storage destroy each other.',
  ],
  exits: {
    ...actingExits,
    0: 'It is running, and with --wait it is normal; of several volumes, each.',
    2: 'The command line is wrong: no volume named and no --all, or both.',
    3: 'There is no such volume, or its storage device is missing.',
    5: 'It timed out while the kernel was still starting it or, with --wait, recovering it. That goes on.',
    6: 'It came up read-only, and is left running for reading; or a forced rebuild is pending on its disk, and it was not started.',
    8: 'Refused before anything was changed: its storage is in use, suspended, too small, or does not hold this VDO.',
  },
  scripting: [
    'A volume that is already running is left alone, with exit code 0. Without --wait it returns as soon as the volume is up; the recovery goes on.',
    'What it came to is told with the mode, and how much of a recovery is done. With --json each volume of the result has `mode`, `recoveryPercent`, `devices` (the paths of what it offers: of a pool, of each logical volume that is active) and `uuid` (its own).',
    'Several volumes are started one after the other, in the order in which they are named; --timeout is for each. With --all they come in an order of their own, and with --wait they recover together. A volume that lies on another comes after it, and so one whose storage is missing comes last. The exit code is that of the worst (vdoctl-exit-codes(7)); with --json the result has each.',
    'At boot, systemd units do this: vdoctl@.service starts a volume before its filesystem is mounted, and vdoctl-recover@.service waits for its recovery without holding up the boot.',
  ],
  examples: [
    {
      session: `
# vdoctl start backups --wait --quiet
backups: started; normal
`,
    },
  ],
  seeAlso: ['vdoctl-stop(8)', 'vdoctl-recover(8)', 'vdoctl-wait(8)', 'vdoctl-adopt(8)'],
};

const stop: CommandManual = {
  data: [
    'None is lost: the kernel writes everything out and marks the volume clean. Stopping is safe during a recovery too; the volume recovers at its next start.',
    'A volume in use is refused, and what uses it is named: mounts (in any mount namespace), swap, devices on top, processes that have it open.',
  ],
  exits: {
    ...actingExits,
    0: 'It is stopped, or was already stopped; of several volumes, each.',
    2: 'The command line is wrong: no volume named and no --all, or both.',
    8: 'Refused before anything was changed: it is in use, or it or its storage is suspended.',
  },
  scripting: [
    'It does not ask, and it never unmounts. A volume that is already stopped is left alone, with exit code 0.',
    'Several volumes are stopped one after the other, in the order in which they are named. With --all a volume that lies on another is stopped before it; what is in use, or read-only, stays as it is and is named, and the others are stopped: exit code 8. With --dry-run nothing is stopped, so that the lower one of two is still in use by the upper one.',
  ],
  examples: [
    {
      session: `
# vdoctl stop archive
vdoctl: archive is in use: mounted on /srv/archive (ext4, /dev/mapper/archive); nothing was changed
  next: unmount or stop what uses it, then try again
# echo $?
8
`,
    },
  ],
  seeAlso: ['vdoctl-start(8)', 'umount(8)'],
};

/** Seeing volumes, and bringing them up and down. */
export const volumeManuals: Readonly<Record<string, CommandManual>> = {
  list,
  status,
  stats: statsManual,
  check,
  doctor: doctorManual,
  wait,
  start,
  stop,
  adopt: adoptManual,
  'repair-geometry': repairGeometryManual,
  reclaim: reclaimManual,
};
