import type { Section } from '../blocks.ts';

const powerCut: Section = {
  title: 'AFTER A POWER CUT',
  blocks: [
    'See what is there, and in what state:',
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
    'Recover everything that recovers without losing data. This starts what is stopped, and waits:',
    {
      session: `
# vdoctl recover --all --quiet
archive: already normal; nothing to do
media: already normal; nothing to do
vdoctl: mail is read-only: its disk says so too, so a restart does not help; it needs a forced rebuild, which can lose data. Reads still work
  next: copy the data off before it is stopped: vdoctl salvage mail --to PATH; then: vdoctl recover mail --force-rebuild
backups: normal again
vg/pool: normal again
# echo $?
6
`,
    },
    'Then mount what is normal: the filesystem replays its own journal. A recovering volume can be used, so only what grows a volume or reads its used space has to wait for exit code 0.',
    'Every volume that is not normal has its own line above, with what to do next. For a read-only one, see the next section.',
  ],
};

const readOnly: Section = {
  title: 'READ-ONLY AT THREE IN THE MORNING',
  blocks: [
    'Waiting until somebody is awake makes nothing worse: a read-only volume can be read, and no longer changes. What makes it worse is a forced rebuild in a hurry.',
    'First see why it is read-only:',
    {
      session: `
# vdoctl status mail | grep next
      next: before it is stopped: vdoctl salvage mail --to PATH; then: vdoctl recover mail --force-rebuild
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
          'The storage is failing now. Repair it first; a rebuild on failing storage loses what could have been read. Then look again.',
        ],
      ],
    },
    'Then stop the programs that write: on a filesystem that is still mounted rw every write fails, and some programs retry for ever. Look in the kernel log for the reason, before it scrolls away:',
    { commands: "dmesg --level=emerg,alert,crit,err,warn\njournalctl --dmesg --since '2 hours ago'" },
    'If a disk below has errors, replace it, or copy it to another one, before a rebuild. A line that says "Recovery journal is in the old format" means that a forced rebuild would destroy mappings: boot the kernel that ran before, stop the volume cleanly there, and come back.',
  ],
};

const copyOff: Section = {
  title: 'COPY THE DATA OFF FIRST',
  blocks: [
    'A volume that went read-only while it ran shows everything as long as it runs. Do not stop it, do not unmount it, do not reboot: copy first. salvage mounts without a replay, copies, compares by checksum, and names what it could not read:',
    {
      session: `
# vdoctl salvage mail --to /elsewhere/mail --quiet
mail: all that it shows is copied
`,
    },
    'What a filesystem had only in its journal is missing from such a copy, unless it is still mounted. An image of the device has it; it takes as much space as the volume stores before any saving:',
    { commands: 'vdoctl salvage mail --to /elsewhere/mail.img' },
    'If the volume is stopped already, do not start it to copy: it comes up without a replay of its journal, and what was written since its last clean stop reads as zeros or as the data of other files, without any error. A forced rebuild replays the journal. Have it done on an overlay of the storage, where nothing of the volume is written, and copy off that:',
    {
      commands:
        'vdoctl rehearse mail --keep\nvdoctl salvage mail --from-rehearsal --to /elsewhere/mail\nvdoctl rehearse mail --discard',
    },
    'Look at the copy before you go on.',
  ],
};

const rebuild: Section = {
  title: 'A FORCED REBUILD',
  blocks: [
    'Only for a volume whose disk says read-only, and whose data is copied off or not needed. See what it will do:',
    { commands: 'vdoctl recover mail --force-rebuild --dry-run' },
    'The plan also tells what was found of its storage, of which a sample is read. Where a disk is suspected, read all of it first; that can take hours, and Ctrl-C ends it with nothing changed. A bad disk, and a thin pool beneath that is out of space, refuse the rebuild: put the storage on a good disk (`ddrescue`), or extend the pool (`lvextend`), and call again.',
    { commands: 'vdoctl recover mail --force-rebuild --scan full --dry-run' },
    'Do it on a terminal, where it asks you to type the name of the volume:',
    { commands: 'vdoctl recover mail --force-rebuild' },
    {
      session: `
# vdoctl recover mail --force-rebuild --yes --quiet
mail: rebuilt and normal again; check its filesystem before you use it (e2fsck -fn, xfs_repair -n)
# vdoctl history mail --json | jq -r '.operations[-1].outcome'
done
`,
    },
    'Only the filesystem shows what was lost. Check it without changing anything, before you mount it:',
    { commands: 'e2fsck -fn /dev/mapper/mail        # ext4\nxfs_repair -n /dev/mapper/mail     # XFS' },
    'If that finds much damage, it is safer to make a new filesystem and copy the data back. If it finds little, repair it (`e2fsck -f`, `xfs_repair`), mount it, and compare it with the copy: a file can have lost a block without any complaint of the filesystem.',
    'If a kill or a power cut cuts the rebuild off, that loses no further data: see AN OPERATION WAS CUT OFF.',
  ],
};

const storageFailed: Section = {
  title: 'STORAGE FAILED FOR A WHILE',
  blocks: [
    'A path was pulled, a controller restarted, a target was gone for a minute: the volume went read-only in memory, and could not even record that on its disk. The alert is restart-recovers. It needs no forced rebuild, and vdoctl does none, even if asked to.',
    'Repair the storage. Unmount the filesystem; if that hangs, the storage still fails. Then:',
    { commands: 'vdoctl recover my-vdo' },
    'It says that a restart is enough, asks, stops and starts the volume, and waits for its recovery. The filesystem may have shut itself down: mounting it replays its journal; check it if the kernel log says so.',
  ],
};

/** Procedures that bring a volume back to normal. */
export const recoveringProcedures: readonly Section[] = [powerCut, readOnly, copyOff, rebuild, storageFailed];
