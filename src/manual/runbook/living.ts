import type { Section } from '../blocks.ts';

const failedCreate: Section = {
  title: 'A CREATE FAILED',
  blocks: [
    'A create of vdoctl that fails undoes itself, and says so. One that was cut off is named by `vdoctl list` (unfinished-operation), and so is one of the classic manager (create-incomplete). Both are for cleanup:',
    { commands: 'vdoctl cleanup my-vdo --dry-run\nvdoctl cleanup my-vdo' },
    'A volume that may have been used since is never undone: then the create is finished.',
    'import-incomplete is another thing: the manager was cut off while it took over a volume that may be full of data, and it proposes `vdo remove --force`, which would zero the metadata. Never do that. `vdoctl cleanup` takes the volume out of the configuration of the manager and leaves the data alone; `vdoctl cleanup my-vdo --complete-import` completes the import instead.',
  ],
};

const cutOff: Section = {
  title: 'AN OPERATION WAS CUT OFF',
  blocks: [
    'vdoctl was killed, the terminal closed, or the power failed in the middle of something. Every other command on the volume ends with exit code 7 until that is settled. See what was going on, and what cleanup would do about it:',
    { commands: 'vdoctl history my-vdo\nvdoctl cleanup my-vdo --dry-run' },
    'It finishes the operation once there is no way back (a forced rebuild that was ordered, data that was erased), and undoes it before. Which of the two, and why, is said; what can lose data is asked.',
    { commands: 'vdoctl cleanup my-vdo' },
    'If you have settled it by hand, say so: this changes nothing on the host.',
    { commands: 'vdoctl cleanup my-vdo --dismiss' },
    'Exit code 12 instead of 7 means that the process is still there, and at work. Look for it before you lose patience:',
    { commands: 'pgrep --list-full vdoctl' },
  ],
};

const suspended: Section = {
  title: 'A DEVICE IS SUSPENDED BENEATH',
  blocks: [
    'Somebody suspended the storage of the volume, for a snapshot, a mirror or a table change, and did not resume it. Reads and writes wait; so do umount, sync, lvs and dd, and not even SIGKILL ends them before the device is resumed. Do not start more of them. These answer at once, whatever hangs:',
    { commands: 'vdoctl status my-vdo\ndmsetup info -c -o name,suspended\ndmsetup table' },
    'The alert storage-suspended names the device. Find who suspended it, and let that end it: a pvmove, an lvconvert, a backup with snapshots. If nobody is at work any more, resume it yourself:',
    { commands: 'dmsetup resume my-disk' },
    'What hung goes on then, and the volume with it. vdoctl refuses to start or stop a volume meanwhile (exit code 8), since that would hang too.',
  ],
};

const growing: Section = {
  title: 'GROWING',
  blocks: [
    'The logical size is what the volume offers, the physical size what it has. Each grows by itself, while the volume is used, and never gets smaller. More to offer, and then the filesystem:',
    {
      commands:
        'vdoctl grow archive --logical 2T\nresize2fs /dev/mapper/archive      # ext4\nxfs_growfs /srv/archive            # XFS',
    },
    'More to store on: make the storage larger first (the disk, the partition, or the volume group with `vgextend`), then give it to the volume:',
    { commands: 'vdoctl grow archive --physical' },
    'Only a volume in mode normal grows; wait for one that recovers:',
    { commands: 'vdoctl wait archive --for normal && vdoctl grow archive --logical 2T' },
  ],
};

const space: Section = {
  title: 'SPACE IS RUNNING OUT',
  blocks: [
    'The filesystem does not know how full the volume is: df(1) can show free space on a volume that is full. Ask vdoctl, and have it asked (vdoctl-check(8)):',
    {
      session: `
# vdoctl list | grep media
media    dm     running  normal          93%   28%    online   /srv/media    nearly-full
`,
    },
    'While it is not full yet, give back what the filesystem does not use any more, or give it more:',
    { commands: 'fstrim --verbose /srv/media\nvdoctl grow media --physical' },
    'Deleting files alone frees nothing: what was deleted has to be discarded, by fstrim(8) or by mounting with discard.',
    'When it is full (out-of-space), the mode stays normal, and new writes fail. A filesystem may have aborted its journal; then even rm and fstrim fail, and its repair would need space. Grow the storage and the volume first, where that is possible. Then unmount, check and repair the filesystem, mount it, and trim it:',
    {
      commands: `
vdoctl grow media --physical
umount /srv/media
e2fsck -f /dev/mapper/media
mount /srv/media
fstrim --verbose /srv/media
`,
    },
  ],
};

const scripting: Section = {
  title: 'SCRIPTING',
  blocks: [
    'Go by exit codes; vdoctl-exit-codes(7) has them all, and the page of each command those that it can return. Three kinds need three answers: 0 goes on; 5 and 12 come by themselves, so the call is made again; everything else is for a person, with what the call printed.',
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
    'Say how long it was tried, and do not hide what was printed: a script that retries in silence hides the fault. For what a script has to know of a volume there is --json, never the text.',
    'What is safe without anybody looking: list, status, check, metrics, wait, start, stop, `recover --all`, `recover --all --yes`, `cleanup --all`. What is not: --force-rebuild, remove, and --wipe, with --yes.',
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
