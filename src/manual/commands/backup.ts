import type { CommandManual } from '../blocks.ts';
import { actingExits } from './exits.ts';

/** How to keep copies of a volume that is in use. */
export const backupManual: CommandManual = {
  data: [
    'The volume is only read, and stays in use. What is mounted is copied from a snapshot: LVM suspends the logical volume for it, and the kernel has the filesystem write everything out first, which takes as long as the disk takes for it. While the snapshot is there, what is overwritten is first copied to it; if it has no room left, the backup fails, and the volume goes on.',
    'Filesystems are mounted read-only, without a replay of their journal, in a directory below /run/vdoctl. Snapshots are called LV_vdoctl. All of it is taken down again, also when the call is stopped; after a kill or a crash, by vdoctl cleanup.',
    'The logical volumes of a pool are frozen one after another: between two of them, a moment passes.',
    {
      list: [
        [
          'lvm',
          'Mounted or not: a snapshot needs free space in the volume group of the pool (see --snapshot-size).',
        ],
        [
          'dm, manager',
          'Not mounted; or, with --freeze, mounted. A VDO that is mounted as it is cannot have a snapshot: without --freeze it is refused, and salvage copies it while it is in use.',
        ],
      ],
    },
    'With --freeze what can have no snapshot is copied twice: all of it while it is in use, to TIME.live.partial; then it is frozen (fsfreeze), and copied to the generation, where what has not changed since is only linked. So it is frozen for as long as it takes to go through its files once more, and to copy what the first copy missed. A guard of its own thaws it when the time of --freeze is over, also when vdoctl is killed (in a systemd unit of your own, set KillMode=process, or the guard is killed, too); a copy that was not finished by then is thrown away, and the backup fails. What holds /var/lib/vdoctl, /run, /tmp, /etc or /var/log is never frozen. It is not checked: no check can be trusted while it is mounted.',
    'ext2, ext3, ext4, XFS and btrfs are backed up; what else is on the volume is named. rsync keeps owners, hard links, ACLs, extended attributes and holes. A file counts as unchanged if its size and its time are those of the generation before.',
    'With a COMMAND no generation is made: the program is run once for each filesystem, with its directory in place of {}, as root and without a shell, and the last lines that it prints are told. It may take 20 days. A program that fails fails the backup; whatever it has written itself stays. cleanup never runs it.',
    'NAME can be one logical volume of a pool with several: then only that one is backed up, to a directory of its own.',
    'backup list and backup verify read only the directory of the backups: volumes need not exist any more. verify reads every file of every generation, or of those that --volume and --generation choose.',
    'A generation is whole once it is called TIME; until then it is called TIME.partial. Only then old ones are removed.',
  ],
  exits: {
    ...actingExits,
    0: 'There is a new generation, and all that was put up for it is gone.',
    2: 'The command line is wrong: --to is missing or is no absolute path, for example.',
    8: 'Refused before anything was changed: the volume is not running in normal mode; it is mounted, can have no snapshot, and --freeze is not given; it holds what vdoctl writes to, and cannot be frozen; the volume group has no room for one; or the path lies on the volume itself.',
    9: '(verify) A file cannot be read, differs, or is missing: each is named. (backup) A program failed, a file cannot be read, the snapshot has filled up, or there is no room for the copy: there is no new generation, and those before are as they were. Or something that was put up could not be taken down, a snapshot that somebody has open, for example: the message says so, and vdoctl cleanup finishes it.',
  },
  scripting: [
    'With --json the result has `generation`, the path of the new generation; notices have what a check of the filesystem found.',
    'It never asks. After a kill, vdoctl cleanup has to be called first (exit code 7).',
    'vdoctl-backup@.timer calls it each night. Say where to, and that something must be mounted there, in a drop-in of the service; the instance is the name of the volume, escaped by systemd-escape(1):',
    {
      commands: `systemctl edit 'vdoctl-backup@my\\x2dvdo.service'
# [Unit]
# RequiresMountsFor=/srv/backup
# [Service]
# Environment=TO=/srv/backup KEEP=14
systemctl enable --now 'vdoctl-backup@my\\x2dvdo.timer'`,
    },
    'When the last one was whole is told by vdoctl status, vdoctl-metrics(8), and, once it is a week old (see backup-older-than in vdoctl.conf(5)), by the alert backup-old, which vdoctl check raises.',
  ],
  files: [
    [
      'PATH/NAME/TIME',
      'A generation, by its time in UTC: 2026-11-30T210500Z. NAME is the dm name of the volume.',
    ],
    [
      'PATH/NAME/.vdoctl-backup/TIME.sha256',
      'The checksums of its files: sha256sum --check takes it, called within the generation.',
    ],
    [
      'PATH/NAME/.vdoctl-backup/TIME.json',
      'The volume, its filesystems, and what the check of each came to.',
    ],
    ['/var/lib/vdoctl/backups/NAME.json', 'When the last one was whole.'],
  ],
  examples: [
    'By a program of your own, from a snapshot:',
    { commands: 'vdoctl backup vg/home -- restic -r /backup/repository backup {}' },
    'See what would be done, then back up every filesystem of a pool:',
    { commands: 'vdoctl backup vg/pool --to /backup --dry-run\nvdoctl backup vg/pool --to /backup' },
    {
      session: `
# vdoctl recover vg/pool --quiet
vg/pool: normal again
# vdoctl backup vg/pool --to /backup --quiet
/backup/vg-pool-vpool/2026-11-20T210000Z
vg/pool: backed up, as a new generation
`,
    },
  ],
  seeAlso: [
    'vdoctl-restore(8)',
    'vdoctl-salvage(8)',
    'vdoctl-cleanup(8)',
    'rsync(1)',
    'sha256sum(1)',
    'lvcreate(8)',
  ],
};
