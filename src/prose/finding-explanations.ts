import type { findingCodes } from '../model/finding.ts';
import type { RefusalCode } from '../model/refusal.ts';
import type { Explanation } from './alert-explanations.ts';

/** What each finding of `doctor` means that is no alert, and not the reason of a refusal. */
export const findingExplanations: Readonly<
  Record<Exclude<(typeof findingCodes)[number], RefusalCode>, Omit<Explanation, 'code'>>
> = {
  'tools-differ': {
    title: 'the tools are of another generation than the kernel module',
    meaning:
      'vdoformat, vdostats and vdoforcerebuild come with a generation of VDO: vdo 6 with kvdo 6, vdo 8.2 with kvdo 8.2, vdo 8.3 with dm-vdo 9, which is part of Linux since 6.9. Others may misread what the kernel says, or write what it does not take.',
    next: 'Install the vdo package that belongs to the running kernel; after an upgrade of the distribution, reboot into its kernel.',
  },
  'fstab-not-started': {
    title: 'mounted at boot, and started by nothing',
    meaning:
      'A line in /etc/fstab mounts the volume at boot, but neither that line nor an enabled unit has it started: systemd waits 90 s for the device, gives up, and without nofail the boot ends in emergency mode. The kernel and dmsetup start no volume by themselves, unlike LVM.',
    next: 'Add to the options of that line: nofail,x-systemd.requires=vdoctl@NAME.service,x-systemd.device-timeout=45min. systemd-escape --template vdoctl@.service NAME says how the unit is spelled.',
  },
  'fstab-too-early': {
    title: 'mounted at boot without waiting for it',
    meaning:
      'Something starts the volume at boot, but its line in /etc/fstab does not wait for that. After a crash the device appears only when the kernel has replayed the journal, which can take minutes; systemd gives up after 90 s. Without x-systemd.requires, a shutdown may also try to stop the volume while it is still mounted.',
    next: 'Add to the options of that line: x-systemd.requires=vdoctl@NAME.service,x-systemd.device-timeout=45min. For LVM the time alone is enough.',
  },
  'autoextend-off': {
    title: 'LVM does not extend the pool',
    meaning:
      'LVM can extend a VDO pool by itself when it fills up, from the free space of its group. By default it does not: activation/vdo_pool_autoextend_threshold is 100. When the pool is full, writes fail, while df shows free space.',
    next: 'Set the threshold (80, say) in lvm.conf(5), or in a metadata profile for this pool alone; or have the fill level watched: vdoctl-check(8).',
  },
  'autoextend-not-monitored': {
    title: 'LVM would extend the pool, but nobody watches it',
    meaning:
      'A threshold for extending the pool is set, but only dmeventd acts on it, and dmeventd does not watch this pool. It fills up as if there were no threshold.',
    next: 'lvchange --monitor y VG/POOL; lvs -o seg_monitor VG/POOL then says monitored. With activation/monitoring = 0 in lvm.conf(5) LVM monitors nothing: set it to 1 first.',
  },
  'autoextend-no-room': {
    title: 'the extension of the pool would fail',
    meaning:
      'LVM extends the pool by a share of its size (vdo_pool_autoextend_percent), and that cannot be done: its group has less space left, or the share is smaller than one slab, and a VDO grows by whole slabs.',
    next: 'Add a disk to the group (vgextend), or set a share that fits.',
  },
  'no-discard': {
    title: 'deleted files go on taking space',
    meaning:
      'A VDO learns only from discards what the filesystem on it no longer uses. Without the mount option discard, and without a timer that runs fstrim, its used space never goes down, while df shows free space. fstrim.timer trims only what /etc/fstab lists.',
    next: 'systemctl enable --now fstrim.timer; for a mount that /etc/fstab does not list, run fstrim from a timer of your own. Once by hand: fstrim -v MOUNTPOINT.',
  },
  'no-backup': {
    title: 'no backup of it is known',
    meaning:
      'A filesystem on it is in use, and vdoctl has never backed it up. It cannot see what other programs back up. When metadata is damaged, a forced rebuild can lose data, and what one block held may be in many files.',
    next: 'vdoctl backup NAME --to PATH, and the timer that does it each night: vdoctl-backup(8). A program that takes the backups anyway (restic, borg) can be given a still filesystem: vdoctl backup NAME -- COMMAND {}.',
  },
  clone: {
    title: 'the same VDO is there twice',
    meaning:
      'Another device, or another volume, has the same UUID: a copy of the disk, a snapshot of it, or the same disk by another path. Two volumes on one storage destroy each other; and after a reboot, the wrong one of two copies may be taken. vdoctl refuses to start one while the other runs.',
    next: 'Detach the copy. If both are to be used, give the copy a UUID of its own while it is stopped: vdosetuuid DEVICE (of the vdo tools; not in every distribution).',
  },
  'hung-tasks': {
    title: 'the kernel found tasks that hung',
    meaning:
      'A thread of the volume, or of a filesystem on it, has waited for longer than kernel.hung_task_timeout_secs (120 s by default) since the boot. Its storage was slow, suspended or full, or still is. The kernel says so only ten times in a boot.',
    next: "dmesg | grep -A 30 'blocked for more than' shows each with its stack. Check the storage beneath (vdoctl status NAME names its disks), and whether a device is suspended.",
  },
  'memory-short': {
    title: 'too little memory for what is to be started',
    meaning:
      'The stopped volumes that are configured to start (by LVM, the classic manager, a unit, or /etc/fstab) need more memory together than is available. What each needs at the least is its block map cache, its index, and a byte for each physical block.',
    next: 'Stop what uses the memory (free -m), add memory or swap, or have fewer volumes started at boot.',
  },
};
