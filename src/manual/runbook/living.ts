import type { Section } from '../blocks.ts';

const failedCreate: Section = {
  title: 'A CREATE FAILED',
  blocks: [
    "A create of vdoctl that fails undoes itself, and says so. `vdoctl list` names a create that was cut off: vdoctl's own (unfinished-operation), or one of the classic manager (create-incomplete). Clean up either:",
    { commands: 'vdoctl cleanup my-vdo --dry-run\nvdoctl cleanup my-vdo' },
    'If the volume may have been used since, the create is finished, never undone.',
    'import-incomplete is different: the manager was cut off while it took over a volume that may be full of data, and it suggests `vdo remove --force`, which would zero the metadata. Never do that. `vdoctl cleanup` removes the volume from the configuration of the manager and leaves the data alone; `vdoctl cleanup my-vdo --complete-import` completes the import instead.',
  ],
};

const cutOff: Section = {
  title: 'AN OPERATION WAS CUT OFF',
  blocks: [
    'vdoctl was killed, the terminal closed, or the power failed during an operation. Every other command on the volume exits with 7 until that is settled. See what was going on, and what cleanup would do about it:',
    { commands: 'vdoctl history my-vdo\nvdoctl cleanup my-vdo --dry-run' },
    'It finishes the operation if there is no way back (a forced rebuild was ordered, data was erased), else it undoes it. It says which of the two, and why, and asks before it loses data.',
    { commands: 'vdoctl cleanup my-vdo' },
    'If you have settled it by hand, say so: this changes nothing on the host.',
    { commands: 'vdoctl cleanup my-vdo --dismiss' },
    'Exit code 12 instead of 7 means that the process is still running. Look for it before you lose patience:',
    { commands: 'pgrep --list-full vdoctl' },
  ],
};

const suspended: Section = {
  title: 'A DEVICE IS SUSPENDED BENEATH',
  blocks: [
    'Somebody suspended the storage of the volume, for a snapshot, a mirror or a table change, and did not resume it. Reads and writes wait; so do umount, sync, lvs and dd, and not even SIGKILL ends those before the device is resumed. Do not start more of them. These always answer at once:',
    { commands: 'vdoctl status my-vdo\ndmsetup info -c -o name,suspended\ndmsetup table' },
    'The alert storage-suspended names the device. Find out what suspended it (a pvmove, an lvconvert, a backup with snapshots), and let that resume it. If it is no longer running, resume the device yourself:',
    { commands: 'dmsetup resume my-disk' },
    'Then everything that hung goes on, and so does the volume. Until then vdoctl refuses to start or stop the volume (exit code 8), since that would hang too.',
  ],
};

const growing: Section = {
  title: 'GROWING',
  blocks: [
    'The logical size is what the volume offers, the physical size what it stores on. Each grows separately, while the volume is in use, and neither can shrink. To offer more, grow the volume, then the filesystem:',
    {
      commands:
        'vdoctl grow archive --logical 2T\nresize2fs /dev/mapper/archive      # ext4\nxfs_growfs /srv/archive            # XFS',
    },
    'To store more, first make the storage larger (the disk, the partition, or the volume group with `vgextend`), then grow the volume:',
    { commands: 'vdoctl grow archive --physical' },
    'Only a volume in normal mode can grow; wait for one that is recovering:',
    { commands: 'vdoctl wait archive --for normal && vdoctl grow archive --logical 2T' },
  ],
};

const space: Section = {
  title: 'SPACE IS RUNNING OUT',
  blocks: [
    'The filesystem does not know how full the volume is: df(1) can show free space on a full volume. Ask vdoctl, and have your monitoring ask it (vdoctl-check(8)):',
    {
      session: `
# vdoctl list media -o name,used,free,alerts
NAME   USED   FREE  ALERTS
media   93%  13.7G  nearly-full
`,
    },
    'Before it is full, give back what the filesystem no longer uses, or grow it:',
    { commands: 'vdoctl reclaim media\nvdoctl grow media --physical' },
    'Deleting files frees nothing by itself: the deleted blocks must be discarded, by fstrim(8), which vdoctl-reclaim(8) calls, or by mounting with discard.',
    'When it is full (out-of-space), the mode stays normal, and new writes fail. The filesystem may have failed, too: ext4 aborts its journal, XFS shuts down. Do not trim it then, and do not run xfs_repair -L: either loses files. Its journal has to be replayed, which needs space; reclaim makes that from what the filesystem does not use:',
    { commands: 'vdoctl reclaim media' },
    'If it says that this is too little, enlarge the storage first:',
    { commands: 'vdoctl grow media --physical\nvdoctl reclaim media' },
  ],
};

const scripting: Section = {
  title: 'SCRIPTING',
  blocks: [
    'Go by exit codes; vdoctl-exit-codes(7) has them all, and the page of each command those that it can return. There are three kinds: after 0, go on; after 5 and 12, call again later; everything else needs a person, who needs what the call printed.',
    {
      file: `
#!/bin/sh
# recover-patiently: tries again what needs only time.
for try in 1 2 3; do
    vdoctl recover "$1" --quiet --timeout 1h
    code=$?
    case $code in
    5|12) sleep 60 ;;
    *) exit $code ;;
    esac
done
exit $code
`,
    },
    {
      session: `
# sh recover-patiently backups
backups: normal again
# sh recover-patiently mail >/dev/null 2>&1
# vdoctl explain $? | head -n 1
6: read-only
`,
    },
    'Log how long it was tried, and what was printed: a script that retries in silence hides the fault. To know more of a volume, use --json, never the text.',
    'Safe to run unattended: list, status, check, metrics, wait, start, stop, `recover --all`, `recover --all --yes`, `cleanup --all`. Not safe: --force-rebuild, remove, and --wipe, with --yes.',
  ],
};

/** Procedures for everything else in the life of a volume. */
export const livingProcedures: readonly Section[] = [
  failedCreate,
  cutOff,
  suspended,
  growing,
  space,
  scripting,
];
