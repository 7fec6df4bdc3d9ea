import type { RefusalCode } from '../model/refusal.ts';
import type { AlertCode } from '../model/volume.ts';
import type { Explanation } from './alert-explanations.ts';
import { stateExplanations } from './state-explanations.ts';

/** What each refusal means that no alert has the code of. Each exits 8, and nothing was changed. */
export const refusalExplanations: Readonly<
  Record<Exclude<RefusalCode, AlertCode>, Omit<Explanation, 'code'>>
> = {
  ...stateExplanations,
  'twin-runs': {
    title: 'the same VDO runs already',
    meaning:
      'A running volume has the same UUID and nonce: it is a clone, or the same storage by another way. Two volumes on one storage destroy each other.',
    next: 'Use that one, or stop it first.',
  },
  'twin-not-ruled-out': {
    title: 'a volume on the same disk cannot be told apart',
    meaning: 'It runs there, and its storage cannot be read; it may be the same VDO.',
    next: 'vdoctl status of that one: mend what keeps its storage from being read.',
  },
  'beyond-limits': {
    title: 'more than a VDO can have',
    meaning:
      'A VDO has 8192 slabs and 256 TiB of storage at the most, and the size of its slabs is for life. The kernel says so only in its log.',
    next: 'Grow as far as the message says, or make a volume with larger slabs.',
  },
  'uuid-unknown': {
    title: 'which VDO it is cannot be read',
    meaning:
      'Its UUID is on its disk, and that cannot be read now. What is remembered without it would be started on any VDO.',
    next: 'Try again when the disk can be read.',
  },
  'division-unknown': {
    title: 'nobody tells how its storage is divided',
    meaning: 'The kernel has no message for it, and the storage cannot be read.',
    next: 'Look in the kernel log for why it cannot be read.',
  },
  'no-geometry-copy': {
    title: 'no copy of its first block is kept',
    meaning:
      'vdoctl keeps one of every volume that it has seen well as root. Without it the block is worked out from a super block; none, or more than one, was found.',
    next: 'Restore from a backup. Write nothing to the device meanwhile.',
  },
  'super-block-gone': {
    title: 'the super block of the copy is not there',
    meaning: 'The device was formatted anew, or is another one: the copy of the first block is not for it.',
    next: 'Check that it is the right device. What was formatted only a backup brings back.',
  },
  'formatted-anew': {
    title: 'its storage holds another VDO, whole',
    meaning:
      'The first block is not damaged: it is that of another VDO. Writing the old one would destroy both.',
    next: 'Check that it is the right device. What was formatted only a backup brings back.',
  },
  'first-block-not-found': {
    title: 'where its first block lies is not known',
    meaning: 'Only LVM can put its data together, or the device that it begins on is not known.',
    next: 'vdoctl status NAME shows its storage.',
  },
  'data-is-up': {
    title: 'the data of the pool is active by itself',
    meaning: 'Something that was cut off, or a person, put it up without its pool.',
    next: 'vdoctl cleanup NAME, or lvchange -an of the data LV.',
  },
  'device-read-only': {
    title: 'the device is read-only',
    meaning: 'The kernel takes no write to it: a write-protected disk, or one that was set so.',
    next: 'blockdev --setrw DEV, once it is known why.',
  },
  'on-a-vdo': {
    title: 'a VDO on a VDO',
    meaning:
      'What one saved the other does not find again, and each has its own memory and journal to pay for.',
    next: 'Take another device.',
  },
  'device-holds-data': {
    title: 'the device is not empty',
    meaning:
      'A filesystem, an LVM physical volume, a partition table or another VDO is on it: facts.holds has what.',
    next: 'Check that it is the right device; --wipe erases it.',
  },
  'device-too-small': {
    title: 'the device is too small',
    meaning: 'A VDO needs room for its index, its journals and one slab.',
    next: 'Take a larger device, or a smaller --slab-size.',
  },
  'device-too-large': {
    title: 'the device is larger than a VDO can be',
    meaning: 'A VDO has 256 TiB of storage at the most.',
    next: 'Take a partition or LV of that size.',
  },
  'slabs-too-small': {
    title: 'such slabs cannot cover the device',
    meaning: 'A VDO has 8192 slabs at the most, and their size is for life.',
    next: 'Take a larger --slab-size.',
  },
  'lv-exists': {
    title: 'LVM has that name already',
    meaning: 'Neither a pool nor an LV takes the place of another.',
    next: 'Choose another name.',
  },
  'not-in-group': {
    title: 'the device does not belong to the volume group',
    meaning: 'Into a group that is there only a device goes that is its already.',
    next: 'vgextend GROUP DEV.',
  },
  'not-in-lvm': {
    title: 'LVM does not know the pool',
    meaning: 'It was asked, and has no such pool; or it could not be asked: facts.missing has why.',
    next: 'vdoctl status NAME.',
  },
  'no-logical-volume': {
    title: 'the pool has no logical volume',
    meaning: 'LVM activates no pool by itself, and grows an LV of it.',
    next: 'lvcreate --type vdo --vdopool POOL, or vdoctl remove NAME.',
  },
  'which-logical-volume': {
    title: 'the pool has several logical volumes',
    meaning: 'By the name of the pool nobody knows which of them is to grow.',
    next: 'Name the one.',
  },
  'one-of-several': {
    title: 'one logical volume of several was named',
    meaning: 'Removing the pool removes them all, and by the name of one nobody means that.',
    next: 'lvremove removes the one; vdoctl remove with the name of the pool removes all.',
  },
  'has-snapshots': {
    title: 'the logical volume has snapshots',
    meaning: 'LVM grows no VDO LV that is the origin of one.',
    next: 'lvremove the snapshot once it is not needed any more.',
  },
  'thin-pool-data': {
    title: 'the logical volume is the data of a thin pool',
    meaning: 'It grows with that, and not by itself.',
    next: 'lvextend the thin pool.',
  },
  'physical-volume-missing': {
    title: 'a physical volume of the group is missing',
    meaning:
      'LVM changes nothing in such a group, whatever lies on it. One that came back may still be counted as missing.',
    next: 'Attach the disk; back again: vgextend --restoremissing; gone for good: vgreduce --removemissing.',
  },
  'manager-at-work': {
    title: 'a vdo command is at work on it',
    meaning: 'What it has begun it ends by itself, and is not cut off.',
    next: 'Wait for its end.',
  },
  'manager-locked': {
    title: "another program holds the manager's lock",
    meaning: 'Each vdo command holds it for as long as it works. It was waited for, 20 s.',
    next: 'Wait for its end, then again.',
  },
  'manager-refused': {
    title: 'the classic manager refused it',
    meaning: 'facts.line has its words.',
    next: 'Do as they say.',
  },
  'manager-finds-users': {
    title: 'the classic manager finds it in use',
    meaning: 'It is mounted, or another device lies on it, or the kernel calls it busy.',
    next: 'Unmount or stop what uses it, then again.',
  },
  'not-the-managers': {
    title: 'the classic manager has no such entry',
    meaning:
      '--entry-only takes an entry out of the configuration of the classic manager, and there is none.',
    next: 'vdoctl status NAME shows whose it is.',
  },
  'not-in-manager-file': {
    title: 'the classic manager made it and has lost it',
    meaning: 'It runs, and /etc/vdoconf.yml has no entry for it: the manager cannot drive it.',
    next: 'Put its entry back.',
  },
  'manager-entry-unread': {
    title: 'what the manager has of it is not known',
    meaning: 'The file could not be read, or the entry is not understood.',
    next: 'Mend the file; vdoctl status shows the line.',
  },
  'manager-entry-in-doubt': {
    title: 'its entry and its disk may be of two VDOs',
    meaning:
      'The sizes in /etc/vdoconf.yml are not those of the disk, and that is not just a growth that was cut off.',
    next: 'Find out which VDO the device is to hold.',
  },
  deactivated: {
    title: 'it is deactivated',
    meaning: 'The classic manager starts no such volume: it says so and exits 0.',
    next: 'vdo activate --name=NAME.',
  },
  'device-holds-other': {
    title: 'the device holds what is not this volume',
    meaning: 'vdo remove would zero the first 4096 bytes of whatever the device holds: facts.holds has what.',
    next: '--entry-only takes only the entry out of the configuration; the device is left alone.',
  },
  'change-needs-storage': {
    title: 'the storage of a change that was cut off is gone',
    meaning: 'The classic manager cannot finish what it began without it.',
    next: 'Attach it; gone for good: vdoctl cleanup NAME --entry-only.',
  },
  'would-run-unknown': {
    title: 'it still runs',
    meaning: 'Without its entry the manager would not know it any more, and it would run on.',
    next: 'Stop it first, or let cleanup finish the change.',
  },
  'simulated-host-homeless': {
    title: 'nothing says where to keep the simulated host',
    meaning:
      "HOME is not set, and XDG_STATE_HOME is no absolute path. A place that all share is nobody's own.",
    next: 'Set XDG_STATE_HOME to a directory of your own.',
  },
  'simulated-host-unwritable': {
    title: 'the simulated host cannot be kept',
    meaning:
      'With --simulate it is kept in a file between calls, and that cannot be written: facts.why says why.',
    next: 'Set XDG_STATE_HOME to a directory of your own that can be written.',
  },
  'simulated-host-not-own': {
    title: "the file of the simulated host may be another user's",
    meaning: 'Others could have written it, so it is not read.',
    next: 'Make it your own as the message says, or set XDG_STATE_HOME to another directory.',
  },
  'simulated-host-damaged': {
    title: 'the file of the simulated host is not understood',
    meaning: 'It is cut off, damaged, or was kept by another version.',
    next: 'Remove it: the simulated host begins anew.',
  },
  'file-unwritable': {
    title: 'a file that has to be written cannot be',
    meaning:
      'Everything that a plan writes is proved writable, with room, before its first step. facts.path has the file.',
    next: 'Make room there, or make it writable.',
  },
  'lock-unwritable': {
    title: 'a lock cannot be taken',
    meaning: 'Its file cannot be written: without the lock two programs could change one volume.',
    next: 'Make room there, and let root alone write there.',
  },
  'file-unreadable': {
    title: 'a file cannot be read',
    meaning: 'facts.path has the file, facts.why what the system says.',
    next: 'Mend that.',
  },
  'file-changed-meanwhile': {
    title: 'somebody else changed a file meanwhile',
    meaning: 'It is not what it was when the plan was made, and is not written over.',
    next: 'Look what changed, then again.',
  },
  'journal-unwritable': {
    title: 'the operation cannot be written down',
    meaning: 'Each step is in /var/lib/vdoctl/operations before it begins; without that nothing is done.',
    next: 'Make room there, and let root alone write there.',
  },
  'journal-not-understood': {
    title: 'an operation that is not over is not understood',
    meaning:
      'Its journal is torn, was written by a newer vdoctl, or could have been written by others than root.',
    next: 'vdoctl history NAME names it. Settle it by hand, then remove that file.',
  },
  'memory-unreadable': {
    title: 'what is remembered of it cannot be gone by',
    meaning:
      'Its file in /etc/vdoctl/volumes is torn, of another volume, or could have been written by others than root. It is neither used nor written over.',
    next: 'Mend it; or move it away, then vdoctl adopt NAME.',
  },
};
