import { usuallyKept } from '../../model/backup-names.ts';
import { oneVolume, type CommandSpec } from './spec.ts';

/** Getting the data off a volume. */
export const savingCommands: readonly CommandSpec[] = [
  {
    name: 'salvage',
    called: ['rescue', 'ddrescue', 'copy', 'cp', 'export'],
    summary: 'Copy the data off a running volume, first of all off a read-only one',
    description: [
      'A volume that went read-only while it ran shows everything as long as it runs: copy before you stop it. salvage ' +
        'never stops it. It mounts each filesystem read-only, without a replay of its journal, copies it with rsync, ' +
        'and compares the copy by checksum.',
      'To a file or a block device it copies the whole device with GNU ddrescue, which reads around what fails, and ' +
        'names the files that lie there. What could not be read is listed, with exit code 9; all the rest is copied.',
      'A read-only volume that is stopped, or came up so, shows old data at best: rehearse its forced rebuild with --keep, ' +
        'and copy off that with --from-rehearsal.',
      'A call that was stopped, or killed, is gone on with by the next one.',
    ],
    positional: oneVolume,
    options: [
      {
        name: 'to',
        type: 'text',
        value: 'PATH',
        required: true,
        completes: 'files',
        description:
          'Where to, an absolute path: a directory, empty or of an earlier salvage of this volume; or, for an image, a ' +
          'block device or a file. A path that does not exist is a file if it ends in .img or .raw.',
      },
      { name: 'image', type: 'flag', description: 'The path is that of an image, whatever its name.' },
      {
        name: 'from-rehearsal',
        type: 'flag',
        description:
          'Copy off the rehearsal of its forced rebuild that vdoctl rehearse --keep left up, whether the volume runs or not.',
      },
      {
        name: 'despite',
        type: 'text',
        value: 'REASON',
        choices: ['unreplayed-journal'],
        description:
          'unreplayed-journal: copy what a volume shows that came up read-only, although what was written since its ' +
          'last clean stop may be zeros or the data of other files.',
      },
    ],
    examples: [
      'vdoctl salvage my-vdo --to /backup/my-vdo --dry-run',
      'vdoctl salvage my-vdo --to /backup/my-vdo',
      'vdoctl salvage vg/home --to /backup/home.img',
      'vdoctl salvage my-vdo --from-rehearsal --to /backup/my-vdo',
    ],
    json: 'events',
    effect: 'acts',
  },
  {
    name: 'backup',
    summary: 'Copy a running volume from a snapshot, as a new generation',
    description: [
      'Copies every filesystem of a running volume to PATH/NAME/TIME, with rsync. What is mounted is copied from a ' +
        'snapshot, so every file is as it was in one moment; that takes a logical volume, and free space in its ' +
        'volume group. What is not mounted is mounted read-only for the time of the copy.',
      'What did not change is a hard link to the generation before. Each generation has the checksums of all its files. ' +
        'Old generations are removed once the new one is whole; one that is not whole is removed itself.',
      'The filesystem is checked before it is copied, and what the check finds is said.',
      'backup list tells the generations below a PATH. backup verify reads every file of them and compares it with its ' +
        'checksum. A volume that is called list or verify is named by its path.',
    ],
    positional: { ...oneVolume, description: `${oneVolume.description} Or: list, verify.` },
    program:
      'Instead of --to: a program, with its words, that is run for each filesystem. {} in a word stands for the directory ' +
      'where that is mounted read-only.',
    options: [
      {
        name: 'to',
        type: 'text',
        value: 'PATH',
        completes: 'files',
        description: 'The absolute path of a directory on other storage, one for all volumes.',
      },
      {
        name: 'keep',
        type: 'text',
        value: 'N',
        default: String(usuallyKept),
        description: 'How many generations stay.',
      },
      {
        name: 'snapshot-size',
        type: 'text',
        value: 'SIZE|N%USED|N%FREE',
        description:
          'Room for what is overwritten while it is copied: a size, or a share of what the filesystem uses or of what ' +
          'is free in the volume group. Default: 20%USED, at least 256M, at most what is free.',
      },
      {
        name: 'freeze',
        type: 'text',
        value: 'TIME',
        description:
          'What is mounted and can have no snapshot (a VDO that is mounted as it is) is copied while it is in use, and ' +
          'then frozen for this long at most, 60s for example, to copy what has changed meanwhile. Whoever writes there waits.',
      },
      {
        name: 'from',
        type: 'text',
        value: 'PATH',
        completes: 'files',
        description: '(list, verify) The directory that was given with --to.',
      },
      {
        name: 'volume',
        type: 'text',
        value: 'NAME',
        description: '(list, verify) Only the generations of this volume. It need not exist any more.',
      },
      {
        name: 'generation',
        type: 'text',
        value: 'TIME',
        description: '(list, verify) Only this generation.',
      },
    ],
    examples: [
      'vdoctl backup vg/pool --to /backup --dry-run',
      'vdoctl backup vg/pool --to /backup --keep 14',
      'vdoctl backup vg/home --to /backup --snapshot-size 50%FREE',
      'vdoctl backup my-vdo --to /backup --freeze 30s',
      'vdoctl backup vg/home -- tar --xattrs -cf /backup/home.tar -C {} .',
      'vdoctl backup list --from /backup',
      'vdoctl backup verify --from /backup --volume vg/pool',
    ],
    json: 'events',
    effect: 'acts',
  },
  {
    name: 'restore',
    summary: 'Copy a generation of a backup to a directory',
    description: [
      'Copies the newest generation of a volume, or the one that is named, with rsync to a directory that is empty or ' +
        'does not exist, and compares every file there with its checksum. The volume need not exist any more.',
      'To bring a volume back, make it anew with a filesystem, mount that, and restore to the mount point.',
    ],
    positional: {
      ...oneVolume,
      description:
        'The volume that was backed up, by the NAME that it had, or the directory of its generations.',
    },
    options: [
      {
        name: 'from',
        type: 'text',
        value: 'PATH',
        required: true,
        completes: 'files',
        description: 'The directory that was given to backup with --to.',
      },
      {
        name: 'to',
        type: 'text',
        value: 'PATH',
        required: true,
        completes: 'files',
        description: 'The absolute path of the directory to copy to.',
      },
      {
        name: 'generation',
        type: 'text',
        value: 'TIME',
        description: 'This generation. Default: the newest.',
      },
    ],
    examples: [
      'vdoctl restore vg/pool --from /backup --to /srv/home',
      'vdoctl restore vg/pool --from /backup --generation 2026-11-30T210500Z --to /tmp/old',
    ],
    json: 'events',
    effect: 'acts',
  },
];
