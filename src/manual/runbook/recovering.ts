import type { Section } from '../blocks.ts';

const powerCut: Section = {
  title: 'AFTER A POWER CUT',
  blocks: [
    'What is there, and what did it come through with?',
    {
      session: `
# vdoctl list
NAME     STACK  STATE    MODE            USED  SAVED  INDEX    USED BY       ALERTS
archive  dm     running  normal          41%   62%    online   /srv/archive  -
backups  dm     stopped  (dirty)         -     -      -        -             will-recover
mail     dm     running  read-only       -     -      closed   -             read-only
media    dm     running  normal          93%   28%    online   /srv/media    nearly-full
vg/pool  lvm    running  recovering 30%  -     -      opening  -             recovering
`,
    },
    'Bring back everything that comes back without losing data. This starts what is stopped, and waits:',
    {
      session: `
# vdoctl recover --all --quiet
archive: already normal; nothing to do
backups: normal again
vdoctl: mail is read-only: its disk says so too, so a restart does not help; it needs a forced rebuild, which can lose data. Reads still work
  next: copy the data off first (mount -o ro,noload for ext4, -o ro,norecovery for XFS), then: vdoctl recover mail --force-rebuild
media: already normal; nothing to do
vg/pool: normal again
# echo $?
6
`,
    },
    'Then mount what is normal: its filesystem replays its own journal. A volume that recovers can be used meanwhile, so nothing has to wait for exit code 0 but what grows a volume or reads its space.',
    'Every volume that is left has its own line above, with what to do next. A read-only one: see the next section.',
  ],
};

const readOnly: Section = {
  title: 'READ-ONLY AT THREE IN THE MORNING',
  blocks: [
    'Nothing gets worse by waiting until somebody is awake: a read-only volume can be read, and changes no more. What makes it worse is a forced rebuild in a hurry.',
    'First see which of the two it is:',
    {
      session: `
# vdoctl status mail | grep next
      next: copy the data off, then: vdoctl recover mail --force-rebuild
# vdoctl status mail --json | jq -r '.volumes[].alerts[].code'
read-only
`,
    },
    {
      list: [
        [
          'restart-recovers',
          'Its storage failed for a while, and the disk does not say read-only. No data is lost: see STORAGE FAILED FOR A WHILE.',
        ],
        [
          'read-only, or will-be-read-only',
          'The disk says so. Only a forced rebuild brings it back, and that can lose data. See COPY THE DATA OFF FIRST, then A FORCED REBUILD.',
        ],
        [
          'storage-unreadable',
          'The storage fails now. Mend it first; a rebuild from failing storage loses what could have been read. Then look again.',
        ],
      ],
    },
    'Then stop what writes: programs on a filesystem that is still mounted rw get errors for every write, and some retry for ever. Look in the kernel log for the reason, before it scrolls away:',
    { commands: "dmesg --level=emerg,alert,crit,err,warn\njournalctl --dmesg --since '2 hours ago'" },
    'Errors of a disk below mean that the disk has to be replaced, or copied to another one, before a rebuild. A line that says "Recovery journal is in the old format" means that a forced rebuild would destroy mappings: boot the kernel that ran before, stop the volume cleanly there, and come back.',
  ],
};

const copyOff: Section = {
  title: 'COPY THE DATA OFF FIRST',
  blocks: [
    'A read-only volume gives back all data that its metadata still finds. Take it while it is there, before a forced rebuild, to storage that is not the same:',
    'Start the volume, if it is stopped. It comes up read-only, which is exit code 6, and is left running for this:',
    { commands: 'vdoctl start mail' },
    'Unmount its filesystem, and mount it again without journal replay: a replay would have to write.',
    {
      commands: `
umount /srv/mail
mount -o ro,noload /dev/mapper/mail /mnt                # ext4
mount -o ro,norecovery,nouuid /dev/mapper/mail /mnt     # XFS
`,
    },
    'What the filesystem had only in its journal is missing from this view; the rest is as it was. Copy with what goes on after a read error and tells of it:',
    { commands: 'rsync --archive --hard-links --acls --xattrs /mnt/ /elsewhere/mail/' },
    'For a filesystem that does not mount, or without one, copy the device. The copy takes as much as the volume offers, not as much as it stores:',
    { commands: 'ddrescue --sparse /dev/mapper/mail /elsewhere/mail.img /elsewhere/mail.map' },
    'Look into the copy before you go on, and unmount:',
    { commands: 'umount /mnt' },
  ],
};

const rebuild: Section = {
  title: 'A FORCED REBUILD',
  blocks: [
    'Only for a volume whose disk says read-only, with its data copied off, or with data that nobody needs. See what will be done:',
    { commands: 'vdoctl recover mail --force-rebuild --dry-run' },
    'Do it, on a terminal, where it asks; type the name of the volume:',
    { commands: 'vdoctl recover mail --force-rebuild' },
    {
      session: `
# vdoctl recover mail --force-rebuild --yes --quiet
mail: rebuilt and normal again; check its filesystem before you use it (e2fsck -fn, xfs_repair -n)
# vdoctl history mail --json | jq -r '.operations[-1].outcome'
done
`,
    },
    'What was lost shows in the filesystem, not in the volume. Check it without changing anything, before it is mounted:',
    { commands: 'e2fsck -fn /dev/mapper/mail        # ext4\nxfs_repair -n /dev/mapper/mail     # XFS' },
    'If that finds much, it is safer to make a new filesystem and to copy the data back. If it finds little, repair it (`e2fsck -f`, `xfs_repair`), mount it, and compare with the copy: a block can be lost within a file without any complaint of the filesystem.',
    'If the rebuild is cut off, by a kill or a power cut, nothing more is lost by that: see AN OPERATION WAS CUT OFF.',
  ],
};

const storageFailed: Section = {
  title: 'STORAGE FAILED FOR A WHILE',
  blocks: [
    'A path was pulled, a controller restarted, a target was gone for a minute: the volume went read-only in memory, and could not even write that down. The alert is restart-recovers. No forced rebuild is needed, and vdoctl does none, even if it is asked to.',
    'Mend the storage. Unmount the filesystem; if that hangs, the storage is not mended yet. Then:',
    { commands: 'vdoctl recover my-vdo' },
    'It says that a restart is enough, asks, stops and starts the volume, and waits for its recovery. The filesystem may have shut itself down meanwhile: mounting it replays its journal; check it if the kernel log says so.',
  ],
};

/** Procedures for volumes that are to be normal again. */
export const recoveringProcedures: readonly Section[] = [powerCut, readOnly, copyOff, rebuild, storageFailed];
