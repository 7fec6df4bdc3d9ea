import type { LvmRefusals, ManagerRefusals } from '../model/refusal.ts';
import type { AlertCode } from '../model/volume.ts';
import type { Explanation } from './alert-explanations.ts';

/** What the refusals mean that come from LVM and from the classic manager. */
export const stackExplanations: Readonly<
  Record<Exclude<keyof (LvmRefusals & ManagerRefusals), AlertCode>, Omit<Explanation, 'code'>>
> = {
  'not-in-lvm': {
    title: 'LVM does not know the pool',
    meaning: 'LVM has no such pool, or it could not be asked: facts.missing says why.',
    next: 'vdoctl status NAME.',
  },
  'no-logical-volume': {
    title: 'the pool has no logical volume',
    meaning: 'LVM cannot activate a pool without one, and what it grows is an LV of the pool.',
    next: 'lvcreate --type vdo --vdopool POOL, or vdoctl remove NAME.',
  },
  'pool-is-up': {
    title: 'the pool is active',
    meaning:
      'LVM records new threads, caches and discards only for a pool that is not active, with all of its LVs: they apply from its next start on.',
    next: 'vdoctl stop NAME, then vdoctl set, then vdoctl start NAME.',
  },
  'which-logical-volume': {
    title: 'the pool has several logical volumes',
    meaning: 'The name of the pool does not say which of them to grow.',
    next: 'Name the logical volume to grow.',
  },
  'one-of-several': {
    title: 'one of several logical volumes was named',
    meaning: 'Removing the pool would remove them all, and you named only one.',
    next: 'lvremove removes only that one; vdoctl remove with the name of the pool removes all.',
  },
  'has-snapshots': {
    title: 'the logical volume has snapshots',
    meaning: 'LVM cannot grow a VDO LV that has snapshots.',
    next: 'When it is no longer needed, remove the snapshot with lvremove.',
  },
  'thin-pool-data': {
    title: 'the logical volume is the data of a thin pool',
    meaning: 'It grows only together with the thin pool.',
    next: 'Grow the thin pool with lvextend.',
  },
  'physical-volume-missing': {
    title: 'a physical volume of the group is missing',
    meaning:
      'LVM changes nothing in an incomplete group. A physical volume that came back may still count as missing.',
    next: 'Attach the disk. Once it is back: vgextend --restoremissing. If it is gone for good: vgreduce --removemissing.',
  },
  'manager-at-work': {
    title: 'a vdo command is working on it',
    meaning: 'The command is still running: what it has begun is not cut off.',
    next: 'Wait until it has finished.',
  },
  'manager-locked': {
    title: "another program holds the manager's lock",
    meaning: 'Every vdo command holds the lock while it works. It was not released within 20 s.',
    next: 'Wait until that program has finished, then try again.',
  },
  'manager-refused': {
    title: 'the classic manager refused it',
    meaning: 'facts.line has its words.',
    next: 'Follow them.',
  },
  'manager-finds-users': {
    title: 'the classic manager finds it in use',
    meaning: 'It is mounted, or another device lies on it, or the kernel calls it busy.',
    next: 'Unmount or stop what uses it, then try again.',
  },
  'not-the-managers': {
    title: 'the classic manager has no such entry',
    meaning:
      '--entry-only removes an entry from the configuration of the classic manager, and there is none.',
    next: 'vdoctl status NAME shows whose it is.',
  },
  'not-in-manager-file': {
    title: 'the classic manager made it, but has no entry for it',
    meaning: 'It is running, but /etc/vdoconf.yml has no entry for it: the manager cannot manage it.',
    next: 'Put its entry back.',
  },
  'manager-entry-unread': {
    title: "its entry in the manager's file cannot be read",
    meaning: 'The file could not be read, or the entry is not understood.',
    next: 'Repair the file; vdoctl status shows the line.',
  },
  'manager-entry-in-doubt': {
    title: 'its entry and its disk may belong to different VDOs',
    meaning:
      'The sizes in /etc/vdoconf.yml differ from those on the disk, and a growth that was cut off does not explain it.',
    next: 'Find out which VDO the device should hold.',
  },
  deactivated: {
    title: 'it is deactivated',
    meaning: 'The classic manager does not start a deactivated volume: it says so, and exits 0.',
    next: 'vdo activate --name=NAME.',
  },
  'device-holds-other': {
    title: 'the device holds something other than this volume',
    meaning:
      'vdo remove would zero the first 4096 bytes of whatever the device holds: facts.holds says what.',
    next: '--entry-only removes only the entry from the configuration, and leaves the device alone.',
  },
  'change-needs-storage': {
    title: 'the storage of a change that was cut off is gone',
    meaning: 'Without the storage the classic manager cannot finish the change.',
    next: 'Attach it. If it is gone for good: vdoctl cleanup NAME --entry-only.',
  },
  'would-run-unknown': {
    title: 'it is still running',
    meaning: 'Without its entry it would keep running, and the manager would no longer know it.',
    next: 'Stop it first, or let cleanup finish the change.',
  },
};
