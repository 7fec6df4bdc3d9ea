import type { CommandManual } from '../blocks.ts';
import { actingExits } from './exits.ts';

/** The way back for a volume that has run full. */
export const reclaimManual: CommandManual = {
  data: [
    'When the physical space of a volume runs out, it stays in normal mode and can be read, but writes fail. A filesystem on it still shows free space, and fails at the first write that it cannot do without: ext4 aborts its journal and stays mounted, XFS shuts down. What was synced before that is safe; what was written after it never reached the disk.',
    'vdoctl looks first how each filesystem is. One that is well is trimmed: blocks that it does not use go back to the volume. One that has failed is never trimmed as it is: it takes blocks for free that belong to files which the replay of its journal brings back, so trimming would destroy these. It is unmounted, mounted in a directory that only root can enter, which replays its journal, then trimmed, checked without a write, and mounted again where it was, with its options. Programs that work there must end first; they are named.',
    'A replay writes, and so needs room. Where less than 64 MiB are left, no other filesystem can be trimmed first, and it is ext2, ext3, ext4 or XFS, the room is made without a write: the journal is replayed on an overlay (dm-snapshot), whose changes go to a sparse file in /var/lib/vdoctl that may take 2 GiB. There it is checked, and tells what it does not use. What it did not use before the replay either, so that the replay on the volume cannot need it, is discarded there, as much as is needed; and the overlay is thrown away. Nothing has to grow for that. A filesystem with its journal on another device is left alone: a replay on an overlay would use that up.',
    'If what the filesystem does not use is too little, or the overlay finds no room, the commands are told that grow the volume. What has failed has to be unmounted for the growth: the kernel cannot freeze it for the moment in which the volume changes over. After that, the same call goes on.',
    'Never run xfs_repair -L on such a filesystem: it throws the log away, and with it what was written last. xfs_repair -n before the replay reports damage that is none.',
    "What was really freed is told by the kernel's count of used blocks; what fstrim says counts what held nothing, too. A filesystem that is mounted read-only is left alone. One that is not mounted is mounted for this, if it is ext2, ext3, ext4, XFS or btrfs, and unmounted again.",
  ],
  exits: {
    ...actingExits,
    0: 'The volume takes writes. What was freed is told.',
    8: 'Refused before anything was changed: there is no room to replay a journal, nor for an overlay (facts tell whether it can grow), nothing on it can be trimmed, a program works in what has to be unmounted, or the volume is not running in normal mode.',
    9: 'A command failed, or a filesystem uses nearly all that the volume holds: what was put up was taken down again, and the volume has to grow.',
    10: 'A filesystem has to be unmounted, and nobody confirmed it. Nothing was changed.',
    11: 'Every step went through, and no physical space is left all the same: delete files, or grow it.',
  },
  scripting: [
    'With --json, `progress` events of the phase `trimming` tell in bytesDone what the kernel counts as freed so far; the result has `reclaimed` with usedBeforeBytes, usedBytes, availableBytes and trimmedBytes.',
    'To free space in time, let fstrim.timer of util-linux trim every week, or call this before vdoctl-check(8) warns.',
  ],
  examples: [
    {
      session: `
# vdoctl reclaim media --quiet
media: done
# vdoctl check media
VDO OK - media: normal, 81 % used|'media used'=174283603968B;193273528320;204010946560;0;214748364800 'media saved'=37% 'media recovered'=100%;;;0;100
`,
    },
  ],
  seeAlso: ['vdoctl-grow(8)', 'vdoctl-check(8)', 'fstrim(8)', 'e2fsck(8)'],
};
