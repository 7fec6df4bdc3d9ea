import type { CommandManual } from '../blocks.ts';
import { actingExits, lookingExits, tellingExits } from './exits.ts';

const create: CommandManual = {
  data: [
    'Whatever the device holds is lost, all of it: the volume takes the whole device. A device that holds anything that is known (a filesystem, a partition table, a physical volume of LVM, another VDO) is refused, unless --wipe is given; then it says what was found, and wants the name of the volume typed. Data without any mark, such as that of a database on a bare device, nobody can see: check that it is the right device.',
    'A device that is mounted, used as swap, held by another device or opened by a process is refused in any case, and so is the storage of a volume that is stopped.',
    'A create that fails is undone: the volume is taken away again, and nothing is remembered. What was wiped is gone all the same. One that was cut off is found by vdoctl-cleanup(8).',
  ],
  exits: {
    ...actingExits,
    0: 'The volume is there and runs. It is empty: make a filesystem on it.',
    2: 'The words of the call are off: no device, a size without a unit or one that no VDO can have, or a name that is no name.',
    3: 'There is no such device.',
    7: 'An earlier operation on a volume of this name was cut off, and is not settled.',
    8: 'Refused before anything was changed: the name is taken, or the device is in use, holds something, is too small, read-only or suspended, or the memory does not suffice.',
    10: 'The device holds something, --wipe was given, and nobody confirmed it. Nothing was changed.',
  },
  scripting: [
    'A second call for the same name is refused with exit code 8: look first, with `vdoctl status NAME --json`. `vdoctl create … --dry-run` makes all checks that make no change, and prints the exact commands.',
    'Give the device by a name that outlasts a reboot, as those in /dev/disk/by-id do. What is remembered of the volume holds such a name anyway, where udev made one.',
  ],
  files: [
    [
      '/etc/vdoctl/volumes/NAME.json',
      '(dm) What is remembered of the volume, since nothing else remembers it.',
    ],
  ],
  examples: [
    {
      session: `
# vdoctl create new --device /dev/vdg --logical-size 1T --quiet
new: done
# vdoctl create other --device /dev/vdg
vdoctl: /dev/vdg is in use: held by new; nothing was changed
  next: unmount or stop what uses it, then try again
# echo $?
8
`,
    },
  ],
  seeAlso: ['vdoctl-remove(8)', 'vdoctl-grow(8)', 'vdoctl-set(8)', 'vdoctl-cleanup(8)', 'mkfs(8)'],
};

const remove: CommandManual = {
  data: [
    'All of it is lost, and nothing brings it back. It asks first, and wants the name of the volume typed.',
    'What marks the storage as a VDO is erased, so that nobody takes it for one; the blocks themselves are not overwritten. Who has to destroy them discards or overwrites the device afterwards (blkdiscard(8)).',
    'A volume in use is refused. Of LVM the pool goes, with every logical volume in it; named by one of several, it is refused, since that is not what is meant. The volume group stays.',
  ],
  exits: {
    ...actingExits,
    0: 'It is gone.',
    3: 'There is no such volume: also when it is gone already.',
    8: "Refused before anything was changed: it is in use or suspended, it was named by one of several logical volumes in its pool, or the device in its entry in the classic manager's configuration does not hold this very volume.",
    10: 'Nobody confirmed it. Nothing was changed.',
  },
  scripting: [
    "Without a terminal, and with --json, it needs --yes. A volume whose storage is gone for good can be removed too: only what is remembered of it, or its entry in the manager's configuration, is left to go.",
  ],
  examples: [
    {
      session: `
# vdoctl remove backups
Plan: remove backups
  1. Erase the VDO on /dev/disk/by-id/virtio-S5YBNX0R1004: its data is lost
       wipefs --all --types vdo /dev/disk/by-id/virtio-S5YBNX0R1004
  2. Forget the table of backups
       remove /etc/vdoctl/volumes/backups.json
  ! All data on backups is lost.
vdoctl: not confirmed: the removal of backups needs confirmation; nothing was changed
  next: run it on a terminal and type the volume's name, or give --yes
# echo $?
10
`,
    },
  ],
  seeAlso: ['vdoctl-create(8)', 'vdoctl-stop(8)'],
};

const grow: CommandManual = {
  data: [
    'None is lost, and the volume can be used meanwhile; while the new table is swapped in, reads and writes wait for a moment. A VDO never gets smaller: what asks for that is refused.',
    'The filesystem on it stays as large as it was. Grow it afterwards, with resize2fs(8) or xfs_growfs(8).',
    'A larger logical size promises more than there is: when the data stops being so alike or so compressible, the physical space is full while the filesystem has room. Watch it with vdoctl-check(8).',
  ],
  exits: {
    ...actingExits,
    0: 'It has the size that was asked for, or had it.',
    2: 'The words of the call are off: neither or both of --logical and --physical, or a size without a unit.',
    8: 'Refused before anything was changed: the volume does not run in mode normal (recover it first), it would get smaller, or it is suspended.',
  },
  scripting: [
    'A volume that is as large already is left alone, with exit code 0. For --physical, make the storage larger first: the disk, or the volume group.',
  ],
  examples: [
    {
      session: `
# vdoctl grow archive --logical 2T --quiet
archive: done
# vdoctl grow archive --logical 1T
vdoctl: archive: a VDO cannot shrink: its logical size is 2.00 TiB, and 1.00 TiB was requested; nothing was changed
# echo $?
8
`,
    },
  ],
  seeAlso: ['vdoctl-status(8)', 'vdoctl-check(8)', 'vdoctl-runbook(7)'],
};

const set: CommandManual = {
  data: [
    'None is lost, and the volume can be used meanwhile. Compression and deduplication concern what is written from now on: data that is there stays as it is until it is written again.',
    'The write policy of the classic manager concerns the data very much: with sync the volume acknowledges what its storage has acknowledged, and on storage with a volatile cache that is lost in a power cut; with async-unsafe a crash can leave old and new data mixed. auto chooses by what the storage says of itself. What each means for this volume is told, with a warning where it does not fit.',
  ],
  exits: {
    ...actingExits,
    0: 'It is set, now and for later starts, or was so.',
    2: 'The words of the call are off: no setting, one that does not exist, or a value that it does not have.',
    8: 'Refused before anything was changed: there is no write policy on this stack, or the volume is suspended.',
  },
  scripting: [
    'What is so already is left alone, with exit code 0. Several settings are set in one operation.',
  ],
  examples: [
    {
      session: `
# vdoctl set archive write-policy=sync 2>/dev/null
# echo $?
8
`,
    },
  ],
  seeAlso: ['vdoctl-status(8)', 'vdoctl-create(8)'],
};

const cleanup: CommandManual = {
  data: [
    'That depends on what was cut off, and it is said before anything is done: --dry-run shows it. An operation is finished once there is no way back, and undone before.',
    {
      list: [
        ['a start, a stop, a change', 'Finished or undone; none is lost.'],
        [
          'a forced rebuild',
          'Finished, once it was ordered on the disk: it then happens at the next start, whoever does that. What is lost is what the rebuild loses. It asks first.',
        ],
        [
          'a create',
          'Undone, unless the volume may have been used since: then it is finished. It asks first, since a half-made volume is removed with whatever is on it.',
        ],
        [
          "a create of the classic manager's own",
          'What it had formatted is removed where nothing has run on it yet; a volume that it had started is called finished; where the device is empty or not there, only the entry goes. Where the device holds anything else, which `vdo remove --force` would destroy, nothing is done (8): --entry-only takes the entry out then.',
        ],
        ['a removal', 'Finished, once the data cannot be brought back. It asks first.'],
        [
          'an import of the classic manager',
          'Taken out of its configuration, and the data is left alone; or completed, with --complete-import. `vdo remove --force`, which the manager proposes, would zero the metadata of a volume full of data.',
        ],
      ],
    },
    'With --dismiss nothing on the host is changed: what is left stays as it is, and is known as unfinished no longer.',
  ],
  exits: {
    ...lookingExits,
    0: 'Nothing is left of what was cut off, or nothing was. Which of the two, and what was done, is printed.',
    2: 'The words of the call are off: no volume named and no --all, or both.',
    3: 'There is no such volume, or a device that is needed is not there.',
    4: 'Not root. Nothing was touched.',
    5: 'A command of the operation that was cut off still runs, and did not end by the time limit.',
    6: 'A rebuild or a start was finished, and the volume is read-only.',
    8: "Refused before anything was changed: the volume is in use, its storage is suspended, or the device of a create of the manager's holds something else.",
    10: 'It can lose data, and nobody confirmed it. Nothing was changed.',
    11: 'Every step went through, and what was promised is not so; or nothing is to be cleaned up, and the volume is down since an operation of vdoctl that was to leave it up: `vdoctl recover` next, or --dismiss where it is to stay down.',
    12: 'Another vdoctl is at work on this volume; perhaps nothing was cut off at all.',
  },
  scripting: [
    'It can be called any number of times, and can itself be cut off and called again. Exit code 7 of any other command means: this one first.',
    'Unattended, `vdoctl cleanup --all` without --yes settles what can be settled without losing anything, and answers 10 for the rest.',
  ],
  files: [
    ['/var/lib/vdoctl/operations', 'The journal of every operation, by which it is finished or undone.'],
  ],
  examples: [
    {
      session: `
# vdoctl cleanup --all
Nothing is left of anything that was cut off.
`,
    },
  ],
  seeAlso: ['vdoctl-history(8)', 'vdoctl-recover(8)', 'vdoctl-runbook(7)'],
};

const history: CommandManual = {
  data: ['Nothing: it reads the journal.'],
  exits: {
    ...tellingExits,
    0: 'What is known was printed.',
    4: 'Not root: the journal is for root alone.',
    9: 'A program failed that was asked which volume a name means, or printed what is not understood.',
  },
  scripting: [
    'With --json each operation has its plan, each step with its time, and each command with its exit code and the end of its output. How long operations are kept, and how many, are settings: vdoctl.conf(5).',
    'The beginning and the end of each operation are in the log of the system too, for whoever watches that: `journalctl -t vdoctl`, with the fields VDOCTL_OPERATION, VDOCTL_VOLUME, VDOCTL_STACK, VDOCTL_OUTCOME (begun, then as in --json), VDOCTL_EXIT_CODE, VDOCTL_WHY, VDOCTL_USER and VDOCTL_ID; where there is no journald, by syslog.',
  ],
  files: [['/var/lib/vdoctl/operations', 'The journal, one file for each operation.']],
  examples: [
    {
      session: `
# vdoctl set media compression=on --quiet
media: done
# vdoctl history media --json | jq -c '.operations[] | [.operation, .volume, .outcome]'
["set","media","done"]
`,
    },
  ],
  seeAlso: ['vdoctl-cleanup(8)', 'vdoctl.conf(5)'],
};

/** Making volumes, changing them, and taking them away. */
export const lifecycleManuals: Readonly<Record<string, CommandManual>> = {
  create,
  remove,
  grow,
  set,
  cleanup,
  history,
};
