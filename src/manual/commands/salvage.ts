import type { CommandManual } from '../blocks.ts';
import { actingExits } from './exits.ts';

/** How to get the data off a volume that is at risk. */
export const salvageManual: CommandManual = {
  data: [
    'The volume is only read: it is not stopped, and nothing on it is changed. Each filesystem is mounted read-only, without a replay of its journal, in a directory below /run/vdoctl; one that is mounted already is read from there. Afterwards everything is unmounted, also when the call is stopped.',
    'Copy a read-only volume before its first stop. While it runs, a volume that went read-only shows everything: its map is in memory. Stopped and started again, it comes up read-only without a replay of its journal. What was written since its last clean stop then reads as zeros, or as the data of other files, and no read fails. vdoctl refuses such a volume unless --despite unreplayed-journal is given.',
    'What is stopped already, or came up read-only, is read best through a rehearsal: `vdoctl rehearse NAME --keep` does the forced rebuild on an overlay of the storage, where the journal is replayed, and --from-rehearsal copies off that. The rehearsal stays up.',
    {
      list: [
        [
          'to a directory',
          'ext2, ext3, ext4, XFS and btrfs. rsync copies files with their owners, hard links, ACLs, extended attributes and holes; then everything is read once more, and compared by checksum. One filesystem goes straight into PATH, each of several into PATH/LV. Of a file with an unreadable range, ddrescue keeps what can be read, as FILE.vdoctl-partial.',
        ],
        [
          'to a file or a block device',
          'The whole device, whatever is on it, with GNU ddrescue; what is all zeros takes no room in a file. PATH.map has what is copied. ext2, ext3, ext4 and XFS are asked which files lie in what could not be read.',
        ],
      ],
    },
    'What is not copied is named: LVM or LUKS inside the volume (copy it to an image), logical volumes that are not active, and a filesystem of which only a directory is mounted. Swap space is left out.',
    'What stands only in the journal of a filesystem is not in the copy, unless the filesystem is still mounted. An image has it: mount a copy of the image, and the journal is replayed there.',
  ],
  exits: {
    ...actingExits,
    0: 'All of its data is copied. To a directory: every file was compared, and is as the volume shows it.',
    2: 'The command line is wrong: --to is missing or is no absolute path, for example.',
    7: 'An earlier operation other than salvage was cut off. A salvage that was cut off is gone on with.',
    8: 'Refused before anything was changed: the volume is stopped, or came up read-only; --from-rehearsal, and no rehearsal is up; the directory is not empty; the image exists and was not begun from this volume; the path lies on the volume itself; or there is no room.',
    9: 'Something could not be read, or differs, or was not copied: the message names it, and the files with the whole lists. Everything else is copied. Also: a program failed.',
    130: 'Interrupted (Ctrl-C): unmounted. What was copied stays, and the same call goes on from there.',
    143: 'Ended by SIGTERM, as with 130.',
  },
  scripting: [
    'With --json the last line has, for a volume that could not be copied as a whole, `problem` not-whole and in `facts` the first names with their number, the bytes missing of an image, what was left, and the files with the whole lists.',
    'It can be called again at any time: what is copied is not read again before the comparison.',
  ],
  files: [
    ['PATH/.vdoctl-salvage', 'Shows that the copy in PATH is that of vdoctl, and holds the lists.'],
    ['PATH.map', 'The map file of an image: see ddrescue(1).'],
    ['/var/lib/vdoctl/salvage', 'The map files of images on block devices.'],
  ],
  examples: [
    'mail went read-only while it ran. See what would be done, then copy it off, before anything else:',
    { commands: 'vdoctl salvage mail --to /backup/mail --dry-run' },
    {
      session: `
# vdoctl salvage mail --to /backup/mail --quiet
mail: all that it shows is copied
# echo $?
0
# vdoctl salvage backups --to /backup/backups
vdoctl: backups: it is stopped, and was not stopped cleanly: its start replays its journal; nothing was changed
  next: vdoctl recover backups, then call again
`,
    },
    'An image of one logical volume. It can be mounted later, where the journal is replayed:',
    { commands: 'vdoctl salvage vg/home --to /backup/home.img\nmount -o loop /backup/home.img /mnt' },
  ],
  seeAlso: ['vdoctl-recover(8)', 'vdoctl-status(8)', 'rsync(1)', 'ddrescue(1)'],
};
