import type { CommandManual } from '../blocks.ts';
import { actingExits, lookingExits, tellingExits } from './exits.ts';

const rename: CommandManual = {
  data: [
    'None is touched. Of a running volume the kernel changes the name; LVM suspends the pool for a moment, and no filesystem on it may be frozen then.',
    'A rename that was cut off is settled by vdoctl-cleanup(8), under the old name: undone while the volume has that, finished once it has the new one.',
  ],
  exits: {
    ...actingExits,
    0: 'It has the new name, or had it already.',
    2: 'The command line is wrong: no new name, one that no volume of this stack can have, or one in another volume group.',
    8: 'Refused before anything was changed: the new name is taken; the volume belongs to the classic manager; or it, or its storage, is suspended.',
  },
  scripting: [
    'The journal and the history keep the old name. The copy of the first block and the last backup go by the UUID, and stay known.',
    'The notices, with --json under `notices`, tell what is to be changed by hand before the next boot.',
  ],
  files: [
    [
      '/etc/vdoctl/volumes/NAME.json',
      '(dm) What vdoctl remembers: written for the new name, then removed for the old one.',
    ],
  ],
  examples: [
    {
      session: `
# vdoctl rename archive vault --dry-run
Plan: rename archive
  1. Remember the table of vault, so that it can be started again
       write /etc/vdoctl/volumes/vault.json
  2. Rename archive to vault in the kernel
       dmsetup rename archive vault
  3. Forget the table of archive
       remove /etc/vdoctl/volumes/archive.json
# vdoctl rename archive media
vdoctl: media: a volume of that name already exists (dm, running); nothing was changed
  next: choose another name
`,
    },
  ],
  seeAlso: ['vdoctl-list(8)', 'lvrename(8)', 'dmsetup(8)', 'fstab(5)'],
};

const create: CommandManual = {
  data: [
    'Everything on the device is lost: the volume takes the whole device. vdoctl refuses a device on which it finds a filesystem, a partition table, a physical volume of LVM or another VDO, unless --wipe is given; then it says what it found, and you must type the name of the volume. It cannot see data without a signature, such as that of a database on a bare device: check that it is the right device.',
    'A device that is mounted, used as swap, held by another device or opened by a process is always refused, and so is the storage of a stopped volume.',
    'A create that fails is undone: the volume is removed again, and is not remembered. What was wiped stays lost. A create that was cut off is left to vdoctl-cleanup(8).',
  ],
  exits: {
    ...actingExits,
    0: 'The volume exists and is running. It is empty: make a filesystem on it.',
    2: 'The command line is wrong: no device, a size without a unit or one that no VDO can have, threads or a cache that the kernel does not take, by themselves or together, or an invalid name.',
    3: 'There is no such device.',
    7: 'An earlier operation on a volume of this name was cut off, and is not settled.',
    8: 'Refused before anything was changed: the name is taken; the device is in use, holds something, is too small, read-only or suspended; or there is too little memory.',
    10: 'The device holds something, --wipe was given, and nobody confirmed it. Nothing was changed.',
  },
  scripting: [
    'A second call for the same name is refused with exit code 8: look first, with `vdoctl status NAME --json`. `vdoctl create … --dry-run` makes every check that changes nothing, and prints the exact commands.',
    'On stderr, unless --quiet is given, and with --json under `notices`, it says what comes next: the command that makes a filesystem without discarding (`mkfs.xfs -K`, `mkfs.ext4 -E nodiscard`), and the line for fstab(5) with the options that vdoctl-doctor(8) wants there.',
    'Name the device by a path that survives a reboot, such as those in /dev/disk/by-id. vdoctl remembers such a path anyway, if udev made one.',
  ],
  files: [
    ['/etc/vdoctl/volumes/NAME.json', '(dm) What vdoctl remembers of the volume, since nothing else does.'],
  ],
  examples: [
    {
      session: `
# vdoctl create new --device /dev/vdg --logical-size 1T --quiet
new: created
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
    'All of it is lost, and nothing brings it back. vdoctl asks first, and you must type the name of the volume.',
    'The VDO signature on the storage is erased, so that nothing takes it for a VDO; the blocks themselves are not overwritten. To destroy the data, discard or overwrite the device afterwards (blkdiscard(8)).',
    'A volume in use is refused. On LVM the pool is removed with every logical volume in it. If you name one of several logical volumes, vdoctl refuses, since it would remove them all. The volume group stays.',
  ],
  exits: {
    ...actingExits,
    0: 'It is gone.',
    3: 'There is no such volume; also when it is already removed.',
    8: "Refused before anything was changed: it is in use or suspended, it was named by one of several logical volumes in its pool, or the device in its entry in the classic manager's configuration does not hold this very volume.",
    10: 'Nobody confirmed it. Nothing was changed.',
  },
  scripting: [
    "Without a terminal, and with --json, it needs --yes. A volume whose storage is gone for good can be removed too: this removes what vdoctl remembers of it, or its entry in the manager's configuration.",
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
  ! No copy of it is known: the journal has no backup, salvage or rehearsal of it.
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
    'None is lost, and the volume stays in use; while the new table is loaded, reads and writes wait for a moment. A VDO cannot shrink: a smaller size is refused.',
    'The filesystem on it keeps its size. Grow it afterwards, with resize2fs(8) or xfs_growfs(8).',
    'A larger logical size promises more space than there is: if new data deduplicates or compresses less well, physical space runs out while the filesystem still shows free space. Watch it with vdoctl-check(8).',
  ],
  exits: {
    ...actingExits,
    0: 'It has the requested size, or already had it.',
    2: 'The command line is wrong: neither or both of --logical and --physical, or a size without a unit.',
    8: 'Refused before anything was changed: the volume is not running in normal mode (recover it first), it would shrink, or it is suspended.',
  },
  scripting: [
    'A volume that already has the size is left alone, with exit code 0. For --physical, first make the storage larger: the disk, or the volume group.',
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
    'None is lost, and the volume stays in use. Compression and deduplication apply to what is written from now on: existing data stays as it is until it is written again.',
    'Threads, caches and discards are recorded for the next start, and a volume that runs goes on as it is until then: the kernel takes no others while it runs. vdoctl says which of them are not in effect yet, and vdoctl-status(8) shows both. LVM records them only for a pool that is stopped. What vdoctl has recorded of a volume of the stack dm stays so if the volume is started by hand with others; vdoctl-adopt(8) takes what runs.',
    'What is fixed when a volume is created is refused with that reason: the size of its slabs, the memory and the kind of its index, the size of its logical blocks.',
    'The write policy of the classic manager decides what a crash can lose. With sync the volume acknowledges what its storage has acknowledged: on storage with a volatile cache, a power cut loses that. With async-unsafe a crash can leave old and new data mixed. auto chooses by what the storage reports. vdoctl says what the policy means for this volume, and warns if it does not fit.',
  ],
  exits: {
    ...actingExits,
    0: 'It is set, or was already set: switches and the write policy now and for later starts, the rest from the next start on.',
    2: 'The command line is wrong: no setting, an unknown one, one that is fixed when a volume is created, or a value that it does not take, by itself or beside the others.',
    8: 'Refused before anything was changed: this stack has no write policy, LVM would change it only of a stopped pool, there are fewer slabs than physical threads, or the volume is suspended.',
  },
  scripting: [
    'A setting that already has the value is left alone, with exit code 0. Several settings are set in one operation.',
    'With --json, `fromNextStart` lists the keys that are recorded and not in effect yet; it is absent where none of that kind was set.',
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
    'That depends on what was cut off; vdoctl says so before it does anything, and --dry-run only shows it. An operation is finished if there is no way back, else undone.',
    {
      list: [
        ['a start, a stop, a change', 'Finished or undone; none is lost.'],
        [
          'a forced rebuild',
          'Finished, once it was ordered on the disk: any start then runs it. It loses what the rebuild loses. Asks first.',
        ],
        [
          'a create',
          'Undone, unless the volume may have been used since: then finished. Asks first, since a half-made volume is removed with whatever is on it.',
        ],
        [
          "a create of the classic manager's own",
          'What it had formatted is removed if nothing has run on it yet; a volume that it had started is marked finished; if the device is empty or missing, only the entry is removed. If the device holds anything else, which `vdo remove --force` would destroy, vdoctl refuses (8): --entry-only then removes only the entry.',
        ],
        ['a removal', 'Finished, once the data cannot be brought back. Asks first.'],
        [
          'an import of the classic manager',
          'Removed from its configuration, and the data is left alone; or completed, with --complete-import. `vdo remove --force`, which the manager suggests, would zero the metadata of a volume full of data.',
        ],
      ],
    },
    'With --dismiss nothing on the host is changed: what is left stays as it is, and no longer counts as unfinished.',
  ],
  exits: {
    ...lookingExits,
    0: 'What was cut off is settled, or nothing was cut off. It prints which of the two, and what it did.',
    2: 'The command line is wrong: no volume named and no --all, or both.',
    3: 'There is no such volume, or a device that is needed is missing.',
    4: 'Not root. Nothing was touched.',
    5: 'A command of the operation that was cut off is still running: vdoctl timed out waiting for its end.',
    6: 'A rebuild or a start was finished, and the volume is read-only.',
    8: "Refused before anything was changed: the volume is in use, its storage is suspended, or the device of a create of the manager's holds something else.",
    10: 'It can lose data, and nobody confirmed it. Nothing was changed.',
    11: 'Every step went through, and yet the volume is not as promised; or nothing needs cleanup, but the volume has been down since an operation of vdoctl that should have left it running: `vdoctl recover` starts it, --dismiss leaves it down.',
    12: 'Another vdoctl is working on this volume; perhaps nothing was cut off at all.',
  },
  scripting: [
    'It can be called any number of times; if it is itself cut off, call it again. Exit code 7 of any other command means: run cleanup first.',
    'Unattended, `vdoctl cleanup --all` without --yes settles what can be settled without loss, and exits with 10 for the rest.',
  ],
  files: [
    ['/var/lib/vdoctl/operations', 'The journal of every operation, from which it is finished or undone.'],
  ],
  examples: [
    {
      session: `
# vdoctl cleanup --all
Nothing was cut off; nothing to do.
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
    3: 'No volume has that name, and no operation on one that had it is recorded.',
    4: 'Not root: only root may read the journal.',
    9: 'A program that was asked which volume a name means failed, or printed what vdoctl does not understand.',
  },
  scripting: [
    'With --json each operation has its plan, each step with its time, and each command with its exit code and the end of its output. Settings say how long operations are kept, and how many: vdoctl.conf(5).',
    'The beginning and the end of each operation are also in the system log: `journalctl -t vdoctl`, with the fields VDOCTL_OPERATION, VDOCTL_VOLUME, VDOCTL_STACK, VDOCTL_OUTCOME (begun, then as in --json), VDOCTL_EXIT_CODE, VDOCTL_WHY, VDOCTL_USER and VDOCTL_ID; without journald, in syslog.',
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
  rename,
  cleanup,
  history,
};
