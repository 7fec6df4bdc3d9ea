import type { RefusalCode } from '../model/refusal.ts';
import type { AlertCode } from '../model/volume.ts';
import type { Explanation } from './alert-explanations.ts';
import { savingExplanations } from './saving-explanations.ts';
import { rehearsalExplanations } from './rehearsal-explanations.ts';
import { stackExplanations } from './stack-explanations.ts';
import { stateExplanations } from './state-explanations.ts';

/** What each refusal means, except those that share their code with an alert. Each exits 8, and nothing was changed. */
export const refusalExplanations: Readonly<
  Record<Exclude<RefusalCode, AlertCode>, Omit<Explanation, 'code'>>
> = {
  ...stateExplanations,
  ...savingExplanations,
  ...rehearsalExplanations,
  'twin-runs': {
    title: 'the same VDO is already running',
    meaning:
      'A running volume has the same UUID and nonce: one is a clone of the other, or both lie on the same storage by different paths. Two volumes on one storage destroy each other.',
    next: 'Use the running volume, or stop it first.',
  },
  'twin-not-ruled-out': {
    title: 'a volume on the same disk cannot be told apart',
    meaning: 'The other volume is running, and its storage cannot be read; it may be the same VDO.',
    next: 'vdoctl status of that volume says why its storage cannot be read; remove that cause.',
  },
  'beyond-limits': {
    title: 'more than a VDO can have',
    meaning:
      'A VDO has at most 8192 slabs and 256 TiB of storage, and its slab size can never be changed. The kernel says so only in its log.',
    next: 'Grow as far as the message says, or make a volume with larger slabs.',
  },
  'uuid-unknown': {
    title: 'which VDO it is cannot be read',
    meaning:
      'Its UUID is on its disk, which cannot be read now. Without the UUID vdoctl could later start the volume on another VDO.',
    next: 'Try again when the disk can be read.',
  },
  'division-unknown': {
    title: 'the layout of its storage is unknown',
    meaning: 'The kernel does not report it, and the storage cannot be read.',
    next: 'Check the kernel log (dmesg) for why it cannot be read.',
  },
  'no-geometry-copy': {
    title: 'no copy of its first block is kept',
    meaning:
      'vdoctl, run as root, keeps a copy for every volume that it has seen healthy. Without a copy the block can be derived from the super block; none, or more than one, was found.',
    next: 'Restore from a backup. Write nothing to the device before that.',
  },
  'super-block-gone': {
    title: 'the super block that belongs to the copy is missing',
    meaning:
      'The device was formatted anew, or is another one: the copy of the first block does not belong to it.',
    next: 'Check that it is the right device. Only a backup brings back what was formatted.',
  },
  'formatted-anew': {
    title: 'its storage holds another, intact VDO',
    meaning:
      'The first block is not damaged: it belongs to another VDO. Writing the old block back would destroy both.',
    next: 'Check that it is the right device. Only a backup brings back what was formatted.',
  },
  'first-block-not-found': {
    title: 'the place of its first block is unknown',
    meaning: 'Only LVM can assemble its data LV, or the device that the volume begins on is not known.',
    next: 'vdoctl status NAME shows its storage.',
  },
  'media-errors': {
    title: 'its storage lies on a bad disk',
    meaning:
      'Before a forced rebuild vdoctl reads the storage, each leg of a RAID by itself, and asks the kernel log and, where it is installed, smartctl. A rebuild that meets a sector which it cannot read loses what it would have found there, and leaves the volume read-only.',
    next: 'Copy the data off, then the storage to a good disk, and rebuild there. To rebuild from the bad disk all the same: --despite media-errors.',
  },
  'no-room-below': {
    title: 'what lies beneath has no room for a forced rebuild',
    meaning:
      'A forced rebuild writes its journal and all reference counts. On a thin pool, a snapshot or a file with holes that is full it fails halfway, and afterwards what is on the volume may no longer be found. With the room made first, the same rebuild works.',
    next: 'Make room with the command that the message names, then repeat the call. To try all the same: --despite no-room-below.',
  },
  'data-is-up': {
    title: 'the data of the pool is active without its pool',
    meaning: 'Somebody, or an operation that was cut off, activated it alone.',
    next: 'vdoctl cleanup NAME, or deactivate the data LV (lvchange -an).',
  },
  'nothing-to-trim': {
    title: 'nothing on the volume can be trimmed',
    meaning:
      'Space comes back when a filesystem that can be written says what it does not use. facts.holds says what lies on the volume instead.',
    next: 'Mount a filesystem so that it can be written. LVM inside, swap and LUKS have their own ways to discard (lvchange, swapon --discard, cryptsetup --allow-discards).',
  },
  'cannot-be-frozen': {
    title: 'a filesystem on it has failed, and cannot be frozen',
    meaning:
      'A volume is paused for a moment when it grows, and for that the kernel freezes the filesystems that are mounted on it. One that has aborted its journal or shut down cannot be frozen: the kernel then fails the change, with an I/O error.',
    next: 'Unmount it, repeat the call, and then: vdoctl reclaim NAME, which replays its journal.',
  },
  'too-little-unused': {
    title: 'nothing more can be given back without a write',
    meaning:
      'The journal of the filesystem was replayed on an overlay, which showed what the filesystem does not use; all of that was discarded on the volume, which is safe whatever comes next. It was not enough for the replay on the volume itself: what is left is data.',
    next: 'Enlarge the storage, vdoctl grow NAME --physical, then vdoctl reclaim NAME.',
  },
  'no-room-to-replay': {
    title: 'no room to replay the journal of a filesystem',
    meaning:
      'On a full volume ext4 aborts its journal and XFS shuts down. Either comes back, with everything that was synced, once its journal is replayed; the replay writes, and so needs room. xfs_repair -n before that reports damage that the log would repair, and xfs_repair -L throws the log away with what was written last: do not use it. As a rule vdoctl reclaim makes the room itself: it replays the journal on an overlay, and discards what the filesystem then does not use. Here that is not possible: /var/lib has no room for the changes of an overlay, or the filesystem does not tell what it uses, or has its journal on another device, where a replay on an overlay would use it up.',
    next: 'Unmount what has failed, grow the volume (vdoctl grow NAME --physical), then vdoctl reclaim NAME.',
  },
  'device-read-only': {
    title: 'the device is read-only',
    meaning: 'The kernel accepts no writes to it: the disk is write-protected, or was set read-only.',
    next: 'Find out why; then blockdev --setrw DEV.',
  },
  'on-a-vdo': {
    title: 'a VDO on a VDO',
    meaning: 'The second VDO finds nothing more to save, and each costs its own memory and journal.',
    next: 'Take another device.',
  },
  'device-holds-data': {
    title: 'the device is not empty',
    meaning:
      'It holds a filesystem, an LVM physical volume, a partition table or another VDO: facts.holds says which.',
    next: 'Check that it is the right device; --wipe erases it.',
  },
  'device-too-small': {
    title: 'the device is too small',
    meaning: 'A VDO needs room for its index, its journals and one slab.',
    next: 'Take a larger device, or a smaller --slab-size.',
  },
  'device-too-large': {
    title: 'the device is larger than a VDO can be',
    meaning: 'A VDO has at most 256 TiB of storage.',
    next: 'Take a partition or LV of that size.',
  },
  'slabs-too-small': {
    title: 'slabs of that size cannot cover the device',
    meaning: 'A VDO has at most 8192 slabs, and their size can never be changed.',
    next: 'Take a larger --slab-size.',
  },
  'lv-exists': {
    title: 'LVM already has that name',
    meaning: 'A new pool or LV never replaces another.',
    next: 'Choose another name.',
  },
  'not-in-group': {
    title: 'the device does not belong to the volume group',
    meaning: 'A pool in an existing group is made only on a device that already belongs to the group.',
    next: 'vgextend GROUP DEV.',
  },
  ...stackExplanations,
  'simulated-host-homeless': {
    title: 'the simulated host has no directory to be kept in',
    meaning:
      'HOME is not set, and XDG_STATE_HOME is not an absolute path. vdoctl uses no directory that users share.',
    next: 'Set XDG_STATE_HOME to a directory of your own.',
  },
  'simulated-host-unwritable': {
    title: 'the simulated host cannot be kept',
    meaning:
      'With --simulate the host is kept in a file between calls. That file cannot be written: facts.why says why.',
    next: 'Set XDG_STATE_HOME to a writable directory of your own.',
  },
  'simulated-host-not-own': {
    title: "the file of the simulated host may be another user's",
    meaning: 'Others could have written it, so vdoctl does not read it.',
    next: 'Make the file your own, as the message says, or set XDG_STATE_HOME to another directory.',
  },
  'simulated-host-damaged': {
    title: 'the file of the simulated host is not understood',
    meaning: 'It is cut off, damaged, or was kept by another version.',
    next: 'Remove it: the simulated host starts afresh.',
  },
  'file-unwritable': {
    title: 'a file cannot be written or removed',
    meaning:
      'Before the first step of a plan vdoctl proves that every file can be written, and has room. facts.path has the file.',
    next: 'Free space there, or make it writable.',
  },
  'lock-unwritable': {
    title: 'a lock cannot be taken',
    meaning: 'Its file cannot be written. Without the lock two programs could change one volume at once.',
    next: 'Free space there, and let only root write there.',
  },
  'file-unreadable': {
    title: 'a file cannot be read',
    meaning: 'facts.path has the file, facts.why what the system says.',
    next: 'Remove that cause.',
  },
  'file-changed-meanwhile': {
    title: 'somebody else changed a file meanwhile',
    meaning: 'The file is not what it was when the plan was made, so vdoctl does not overwrite it.',
    next: 'Check what changed, then try again.',
  },
  'journal-unwritable': {
    title: 'the operation cannot be recorded',
    meaning:
      'vdoctl records each step in /var/lib/vdoctl/operations before it begins, and does nothing unrecorded.',
    next: 'Free space there, and let only root write there.',
  },
  'journal-not-understood': {
    title: 'an unfinished operation is not understood',
    meaning:
      'Its journal is torn, was written by a newer vdoctl, or could have been written by others than root.',
    next: 'vdoctl history NAME names the file. Settle the operation by hand, then remove that file.',
  },
  'memory-unreadable': {
    title: 'what vdoctl remembers of it cannot be used',
    meaning:
      'Its file in /etc/vdoctl/volumes is torn, belongs to another volume, or could have been written by others than root. vdoctl neither uses nor overwrites it.',
    next: 'Repair that file; or move it away, then vdoctl adopt NAME.',
  },
};
