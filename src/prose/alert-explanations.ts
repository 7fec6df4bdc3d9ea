import type { AlertCode } from '../model/volume.ts';

/** What a code means at length: what is so, what it means for the data, what to do. */
export interface Explanation {
  readonly code: string;
  readonly title: string;
  readonly meaning: string;
  readonly next: string;
}

/** What each alert means. */
export const alertExplanations: Readonly<Record<AlertCode, Omit<Explanation, 'code'>>> = {
  'unfinished-operation': {
    title: 'an operation of vdoctl was cut off',
    meaning:
      'A kill, a crash or a power cut ended it between two steps. Its journal in /var/lib/vdoctl/operations says how far it got. ' +
      'vdoctl does nothing else to the volume until that is settled (exit code 7).',
    next: 'vdoctl cleanup NAME finishes or undoes it; with --dry-run it only shows which of the two, and the steps.',
  },
  'operation-under-way': {
    title: 'vdoctl is working on the volume right now',
    meaning: 'Another process has begun an operation on it and has not finished.',
    next: 'Wait until it has finished; vdoctl history NAME shows how it went.',
  },
  'read-only': {
    title: 'the volume is read-only',
    meaning:
      'Its metadata is damaged or could not be written, and its disk has recorded that. Data can be read. Every write fails, even on a filesystem that is still mounted rw.',
    next: 'Copy the data off before anything stops it: vdoctl salvage NAME --to PATH. Then unmount it, and vdoctl recover NAME --force-rebuild.',
  },
  'restart-recovers': {
    title: 'read-only in memory, but not on disk',
    meaning:
      'Its storage failed while it ran, so it could not even record that it went read-only. All acknowledged data is in its journal.',
    next: 'Repair the storage and unmount the volume; then vdoctl recover NAME stops and starts it, and it recovers. It needs no forced rebuild.',
  },
  'rebuild-pending': {
    title: 'a forced rebuild is pending',
    meaning:
      'The super block says that the next start is a forced rebuild: somebody ran vdoforcerebuild and did not start the volume.',
    next: 'vdoctl recover NAME --force-rebuild runs and verifies it. It can lose data.',
  },
  'will-be-read-only': {
    title: 'stopped, and read-only on disk',
    meaning:
      'It will start read-only, without a replay of its journal: what was written since its last clean stop then reads as zeros or as the data of other files, and no read fails.',
    next: 'Image its storage (ddrescue); then vdoctl recover NAME --force-rebuild, which replays the journal.',
  },
  'will-recover': {
    title: 'it crashed',
    meaning:
      'It was not shut down cleanly, because of a power cut, for example. Its start replays the journal; no acknowledged data is lost.',
    next: 'vdoctl recover NAME.',
  },
  'recovery-stalled': {
    title: 'its recovery makes no progress',
    meaning:
      'For the time in the setting stalled-after, neither its percentage nor the metadata blocks that it reads and writes have changed. A slow recovery still moves; one whose storage does not answer stands still.',
    next: 'Check the kernel log (dmesg) for errors of the storage, and repair it. An interrupted recovery starts again.',
  },
  recovering: {
    title: 'it is recovering',
    meaning:
      'After a crash the kernel rebuilds its reference counts online. It can be used meanwhile, but not grown, and its used space is unknown.',
    next: 'vdoctl wait NAME --for normal. Stopping it is safe: it recovers at the next start.',
  },
  starting: {
    title: 'it is being started',
    meaning:
      'The kernel is replaying its journal inside the command that starts it; until then nothing else is known of it. The start finishes by itself, whoever began it.',
    next: 'vdoctl wait NAME --for normal.',
  },
  'interrupted-start': {
    title: 'a start was cut off',
    meaning:
      'The device name exists without a table: a start is under way, or the process that began it has died.',
    next: 'vdoctl recover NAME waits for the start, or removes the empty name and starts the volume; vdoctl cleanup NAME only removes the name.',
  },
  'leftover-devices': {
    title: 'a device of work by hand is left',
    meaning:
      'The volume is stopped, and a device lies over its storage all the same: the data of a pool that was put up to rebuild it by hand, a snapshot over the storage. Or a device for the changes of a snapshot of it (its name ends with -cow) has no snapshot any more. LVM cannot start a pool whose data is up by hand, and what writes through such a device changes the volume behind its back.',
    next: 'Find out who made it: dmsetup table NAME shows it. If nobody is at work on it, remove it with the command that the alert names.',
  },
  'name-taken': {
    title: 'another device has its name',
    meaning:
      'Device-mapper has a device of that name that is not a VDO. The volume is stopped, and cannot start beside it; vdoctl does nothing by that name, since it would hit the other device.',
    next: 'dmsetup table NAME shows what it is. Rename that device (dmsetup rename) or remove it (dmsetup remove).',
  },
  'rehearsal-kept': {
    title: 'a rehearsal of its forced rebuild is up, or has left something',
    meaning:
      'Somebody rehearsed the forced rebuild and kept the result (--keep): it shows what a rebuild would give, and the volume cannot be changed meanwhile. If only its changes are left, after a reboot for example, they are worth nothing and take room.',
    next: 'Copy from it what you need: vdoctl salvage NAME --from-rehearsal --to PATH. Then: vdoctl rehearse NAME --discard. vdoctl cleanup NAME does the same.',
  },
  suspended: {
    title: 'the volume is suspended',
    meaning: 'Somebody suspended it, for a snapshot or a table change: every read and write waits.',
    next: 'Find out who suspended it; then dmsetup resume NAME.',
  },
  'storage-suspended': {
    title: 'a device beneath is suspended',
    meaning: 'Reads and writes of the volume wait for it, and commands that touch it hang in the kernel.',
    next: 'dmsetup resume DEVICE, when whoever suspended it is done.',
  },
  'storage-missing': {
    title: 'the storage is missing',
    meaning:
      'The device that holds the volume, or one beneath it, does not exist on this host now. If the volume is running, its storage was removed under it: reads and writes fail, although the kernel may still call it normal. To the kernel a disk that comes back under the same name is a new one: the volume stays on the one that is gone.',
    next: 'Attach the storage; nothing on it has changed. If the volume is running, then stop it and run vdoctl recover NAME.',
  },
  'storage-moved': {
    title: 'it runs on another device than it will start from',
    meaning:
      'The volume works on the device that it was started with. But the path that vdoctl remembers (dm), or that /etc/vdoconf.yml has (manager), now leads to another device, or nowhere (then a warning); or the target of a pool does not lie on the data LV of the pool (lvm). The next start, after a reboot for example, takes the other device: an old copy of the data, or something else entirely.',
    next: 'The alert names both devices: find out which is the right one. If it is the one that the volume runs on: vdoctl adopt NAME (dm), or correct its device in /etc/vdoconf.yml (manager). If not, stop the volume and make the path lead to the right device.',
  },
  'storage-degraded': {
    title: 'a RAID beneath it has lost a leg',
    meaning:
      'The volume works, but the next disk that fails takes its data with it. vdoctl starts an LVM pool whose RAID lacks a leg with --activationmode partial, since LVM refuses it otherwise.',
    next: 'Replace the disk in the RAID: lvconvert --repair, or mdadm --add.',
  },
  'storage-unreadable': {
    title: 'the storage cannot be read',
    meaning: 'Reading the metadata failed or timed out.',
    next: 'Check the kernel log (dmesg) for media errors, and repair the storage before anything else.',
  },
  'first-block-wiped': {
    title: 'the first block of the storage was wiped',
    meaning:
      'The first 4096 bytes of its storage, where its geometry block was, are zeros; the rest may be intact. Or it is another, empty device that took its name. From Linux 7.1 on (dm-vdo 9.2; some distributions have it in older kernels) a start formats a device that begins with zeros: dmsetup create with the old table, lvchange -ay and vdo start exit 0, and everything on the volume is gone. No option prevents it.',
    next: 'Do not start it by any means, and keep LVM from activating it (lvchange --setautoactivation n; do not reboot). Check that it is the right device. vdoctl repair-geometry NAME writes the block back from the copy that vdoctl keeps; then the volume can be started. vdoctl starts nothing on it before.',
  },
  'first-block-changed': {
    title: 'the first block was changed while it runs',
    meaning:
      'The volume is running, but the first 4096 bytes of its storage are no longer the geometry block that it was started with: something else was written there (a partition table, a filesystem, an LVM label), the block is damaged, or the storage was formatted anew under it. The kernel does not read that block while the volume runs, so the volume works on; once stopped, it could not be started. Whatever wrote there may have written elsewhere on the storage, too.',
    next: 'Do not stop the volume. Find out what uses its storage, and end that. vdoctl repair-geometry NAME writes the block back while the volume runs, as long as its super block is still its own. If the storage was formatted anew, copy the data off now: vdoctl salvage NAME --to PATH.',
  },
  'another-volume': {
    title: 'the storage holds another VDO than it should',
    meaning:
      'The UUID on its storage is not the one that vdoctl remembers (dm), that the kernel or /etc/vdoconf.yml has (manager), or that is in the copy of its first block (lvm). Somebody formatted the storage anew, or another disk took its name. On the dm stack the volume can still be used and stopped, but what is used is the other VDO. vdoctl does not grow, set, rebuild, start or remove it, and keeps remembering the old one.',
    next: 'If the other VDO is the one you want: vdoctl adopt NAME (dm; with --device DEVICE while it is stopped), or remove the copy that the alert names (lvm). If not, stop the volume and find the disk with the right VDO; if it was formatted while it ran, copy its data off first.',
  },
  'not-a-vdo': {
    title: 'no VDO on the storage',
    meaning:
      'The device does not hold VDO metadata that vdoctl understands: another device took its name, or the metadata was overwritten.',
    next: 'Check that it is the right device. vdoctl starts nothing on it.',
  },
  'half-converted': {
    title: 'a conversion for LVM was cut off',
    meaning:
      'vdoprepareforlvm (run by vdo convert and lvm_import_vdo) has moved the metadata of the VDO about 2 MiB into the device and zeroed the first block, but LVM has not taken it over. The data is intact, but nothing can start the volume in this state: a kernel with dm-vdo 9.2 or later would even take the zeros for an empty device, and format it.',
    next: 'lvm_import_vdo DEVICE finishes the conversion, as long as the manager still has the volume. If not, create the physical volume, the group and the pool by hand, as lvm_import_vdo(8) does. vdoctl starts and formats nothing there.',
  },
  'storage-too-small': {
    title: 'the storage is too small',
    meaning:
      'The device has shrunk below the size of the VDO on it, or another device took its path; or a disk, a partition or a path beneath it has become smaller than what is mapped of it. vdoctl starts nothing on it. A running volume works until it touches what lies beyond the end: then it fails, and goes read-only.',
    next: 'Check that it is the right device, and give it its old size back; nothing on it has changed. Do not stop a running volume before that.',
  },
  'storage-shared': {
    title: 'its storage is used by others',
    meaning:
      'Critical, for a running volume: something besides its own target uses its storage: another device-mapper device, a loop device, a mount, swap, LVM. Each overwrites what the other has written. A warning, for a stopped volume: its storage is in use by a running volume, perhaps the same VDO under another name; its on-disk state is that of the running one. Two volumes on one storage would destroy each other, so vdoctl does not start it.',
    next: 'If the volume is running, end the other use at once. If it is the same volume under another name: vdoctl remove NAME forgets this name, and does nothing else (dm).',
  },
  'index-error': {
    title: 'the deduplication index failed',
    meaning: 'Data is safe; new data is no longer deduplicated.',
    next: 'Stop and start the volume: that rebuilds the index.',
  },
  'switched-off': {
    title: 'deduplication or compression is off in the kernel',
    meaning:
      'The volume is configured to deduplicate or to compress, but the kernel does not: somebody switched it off, or a command of the classic manager lost it. vdo growLogical, growPhysical and changeWritePolicy reload a table without it, and exit 0. Data is safe, but what is written now takes more space than it should.',
    next: 'vdoctl set NAME compression=on deduplication=on. vdo enableCompression and lvchange --compression y do nothing here: in their configuration it is already on.',
  },
  'out-of-space': {
    title: 'physical space is exhausted',
    meaning:
      'The mode stays normal and reads work, but new writes fail (ENOSPC or EIO), and overwrites can fail too. A filesystem can fail over this while df shows free space: ext4 aborts its journal, XFS shuts down. Do not trim it then (what it takes for free may belong to files that its replay brings back), and never run xfs_repair -L.',
    next: 'vdoctl reclaim NAME: it trims, replays what failed, and says when the volume has to grow first.',
  },
  'nearly-full': {
    title: 'physical space is running out',
    meaning:
      'The used physical space has passed the setting space-warning (90 % by default), or space-critical (95 %).',
    next: 'vdoctl reclaim NAME gives back what its filesystems do not use; or grow the storage, before it is full.',
  },
  'space-runs-out': {
    title: 'its space is used up before long',
    meaning:
      'At the rate of the last days its physical space is used up within 30 days (critical: within 3). The used space is kept every six hours, by vdoctl check, in /var/lib/vdoctl/space.json: so this needs vdoctl-check.timer, or a monitoring system that calls check, for a day at least.',
    next: 'Delete files, then vdoctl reclaim NAME; or enlarge its storage, then vdoctl grow NAME --physical. What the filesystem says (df) means little: deduplication and compression decide.',
  },
  'backup-old': {
    title: 'its last backup is old',
    meaning:
      'vdoctl has backed it up before, but not for longer than the setting backup-older-than (7 days by default): the timer is off, or the backups fail. Read-only volumes and forced rebuilds can lose what no backup has.',
    next: 'vdoctl history NAME shows why the last ones failed; then vdoctl backup NAME --to PATH. If something else backs it up now, remove its file from /var/lib/vdoctl/backups.',
  },
  'not-remembered': {
    title: 'nothing remembers its table',
    meaning:
      'A volume of the dm stack has no configuration anywhere. After a reboot nothing knows how to start it.',
    next: 'vdoctl adopt NAME.',
  },
  'create-incomplete': {
    title: 'a create of the classic manager was cut off',
    meaning:
      'Its configuration says that the create began, but not that it ended. The manager refuses every command for the volume except a forced removal. The create never reported success, so the volume should hold no data; vdoctl cleanup checks before it removes anything.',
    next: 'vdoctl cleanup NAME.',
  },
  'import-incomplete': {
    title: 'an import into the classic manager was cut off',
    meaning:
      'Its configuration says that the import began, but not that it ended. The manager calls it a failed create and tells you to remove it by force: that would zero the metadata of a volume that may be full of data.',
    next: 'vdoctl cleanup NAME keeps the data. Never vdo remove --force.',
  },
  'change-incomplete': {
    title: 'a change by the classic manager was cut off',
    meaning:
      'A growth or a change of the write policy began and did not end, and may have left the volume suspended. The manager finishes it in its next command, even in vdo status.',
    next: 'vdoctl cleanup NAME.',
  },
  'sizes-differ': {
    title: "the manager's file has another size",
    meaning:
      'The logical or physical size in /etc/vdoconf.yml differs from the running table or the super block. A growth that was cut off leaves it so: then even vdo status calls it finished and records the old size. The volume keeps running, but after the next stop the manager starts it with the wrong logical size, which the kernel refuses (the physical size it reads from the disk). Data is safe.',
    next: 'vdoctl cleanup NAME writes the sizes in the super block to the file, and touches no device. It refuses if the device may hold another VDO.',
  },
  'other-manager-file': {
    title: 'it is in another file of the classic manager',
    meaning:
      'A unit in /etc/systemd/system starts it with vdo --confFile FILE (-f): its entry is in that file, not in /etc/vdoconf.yml. vdoctl shows the volume, but refuses to change it (exit code 8). Do not adopt it: the manager remembers it.',
    next: 'Use the manager: vdo start --name=NAME --confFile=FILE, and so on.',
  },
  'write-policy-unsafe': {
    title: 'the write policy does not fit the disk',
    meaning:
      'With the policy sync the volume acknowledges a write as soon as its storage does, but this storage has a volatile write cache: a power cut loses acknowledged writes.',
    next: 'vdo changeWritePolicy --name=NAME --writePolicy=auto, or use a disk without a volatile cache (write through).',
  },
};
