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
      'A kill, a crash or a power cut ended it between two steps. Its journal in /var/lib/vdoctl/operations says how far it came. ' +
      'Nothing else is done to the volume until that is settled (exit code 7).',
    next: 'vdoctl cleanup NAME finishes or undoes it; --dry-run shows first which of the two, and its steps.',
  },
  'operation-under-way': {
    title: 'vdoctl works on the volume right now',
    meaning: 'Another process has begun an operation on it and is still at it.',
    next: 'Wait for its end; vdoctl history NAME shows how it went.',
  },
  'read-only': {
    title: 'the volume is read-only',
    meaning:
      'Its metadata is damaged, or an error struck while it was written, and its disk has recorded that. Data can be read. Every write fails, also those of a filesystem that is still mounted rw.',
    next: 'Unmount it; mount it again without journal replay and copy the data off; then vdoctl recover NAME --force-rebuild.',
  },
  'restart-recovers': {
    title: 'read-only in memory, but not on disk',
    meaning:
      'Its storage failed while it ran, so it could not even record that it went read-only. The data that was acknowledged is in its journal.',
    next: 'Mend the storage, unmount, then vdoctl recover NAME: it stops and starts the volume, which recovers. No forced rebuild is needed.',
  },
  'rebuild-pending': {
    title: 'a forced rebuild is ordered',
    meaning:
      'The super block says that the next start is a forced rebuild: somebody ran vdoforcerebuild and did not start the volume.',
    next: 'vdoctl recover NAME --force-rebuild carries it out and verifies it. It can lose data.',
  },
  'will-be-read-only': {
    title: 'stopped, and read-only on disk',
    meaning: 'The next start brings it up read-only.',
    next: 'vdoctl start NAME to copy the data off; then vdoctl recover NAME --force-rebuild.',
  },
  'will-recover': {
    title: 'it crashed',
    meaning:
      'It was not shut down cleanly: a power cut, say. Starting it replays its journal; nothing acknowledged is lost.',
    next: 'vdoctl recover NAME.',
  },
  'recovery-stalled': {
    title: 'its recovery makes no progress',
    meaning:
      'Neither its percentage nor the blocks of metadata that it has read and written have changed for as long as the setting stalled-after says. A slow recovery moves all the time; one whose storage does not answer does not.',
    next: 'Look in the kernel log (dmesg) for the storage, and mend it. A recovery that is interrupted starts again.',
  },
  recovering: {
    title: 'it is recovering',
    meaning:
      'After a crash its reference counts are rebuilt online. It can be used meanwhile; it cannot be grown, and its space figures are unknown.',
    next: 'vdoctl wait NAME --for normal. Stopping it is safe: it recovers again.',
  },
  starting: {
    title: 'it is being started',
    meaning:
      'The kernel replays its journal inside the command that starts it; until that is done nothing else can be told of it. It ends by itself, whoever began it.',
    next: 'vdoctl wait NAME --for normal',
  },
  'interrupted-start': {
    title: 'a start was cut off',
    meaning:
      'The device name exists without a table: a start is under way, or the process that started it died.',
    next: 'vdoctl recover NAME waits for it, or removes the empty name and starts the volume; vdoctl cleanup NAME only removes it.',
  },
  'name-taken': {
    title: 'another device has its name',
    meaning:
      'Device-mapper has a device of that name that is no VDO. The volume is stopped, and cannot be started beside it; nothing is done by the name, lest it strike the other.',
    next: 'dmsetup table NAME says what it is; dmsetup rename gives it another name, or dmsetup remove takes it away.',
  },
  suspended: {
    title: 'the volume is suspended',
    meaning: 'Somebody suspended it, for a snapshot or a table change: every read and write waits.',
    next: 'Find its owner; dmsetup resume NAME.',
  },
  'storage-suspended': {
    title: 'a device beneath is suspended',
    meaning: 'Reads and writes of the volume wait for it, and commands that touch it hang in the kernel.',
    next: 'dmsetup resume DEVICE when its owner is done with it.',
  },
  'storage-missing': {
    title: 'the storage is not there',
    meaning:
      'The device that holds the volume, or one beneath that, does not exist on this host now. Where the volume runs, it was taken away under it: reads and writes fail, and the kernel may still call it normal. A disk that comes back under its name is another to the kernel: the volume stays on the one that is gone.',
    next: 'Attach it. Nothing on it has changed. Where the volume runs, stop it then, and vdoctl recover NAME.',
  },
  'storage-moved': {
    title: 'it runs on another device than it is started from',
    meaning:
      'The kernel holds the device that it was given; the path that vdoctl remembers (dm), or that /etc/vdoconf.yml has (manager), leads to another device now, or nowhere (a warning), or the target of a pool does not lie on the data LV of its pool. The volume works. The next start, after a reboot, say, takes the other device: an old copy of the data, or something else entirely.',
    next: 'Find out which of the two devices, both are named, is its own. Stays it where it runs: vdoctl adopt NAME (dm), or correct its device in /etc/vdoconf.yml (manager). Else stop it, and see that the path leads to its own.',
  },
  'storage-degraded': {
    title: 'a RAID beneath it has lost a leg',
    meaning:
      'The volume works, and the next disk that fails takes its data. vdoctl starts a pool of LVM whose RAID lacks a leg with --activationmode partial, since LVM refuses it otherwise.',
    next: 'Give the RAID another disk: lvconvert --repair, or mdadm --add.',
  },
  'storage-unreadable': {
    title: 'the storage cannot be read',
    meaning: 'Reading the metadata failed or did not answer.',
    next: 'Look in the kernel log (dmesg) for media errors, and mend the storage before anything else.',
  },
  'first-block-wiped': {
    title: 'the first block of the storage was wiped',
    meaning:
      'The first 4096 bytes of its storage are zeros, where its geometry block was; the rest may be whole. From Linux 7.1 on (dm-vdo 9.2; some distributions have it in older kernels) a start formats what begins with zeros: dmsetup create with the old table, lvchange -ay and vdo start exit 0, and everything on the volume is gone. No option prevents it. Or it is another, empty device that took its name.',
    next: 'Start it by no means, and keep LVM from activating it (lvchange --setautoactivation n; do not reboot). Check that it is the right device. vdoctl repair-geometry NAME writes the block back, from the copy that vdoctl keeps; the same volume can be started then. vdoctl starts nothing on it before.',
  },
  'first-block-changed': {
    title: 'the first block was changed while it runs',
    meaning:
      'The volume runs, and the first 4096 bytes of its storage are no longer the geometry block that it was started with: something else was written there (a partition table, a filesystem, the label of LVM), the block is damaged, or the storage was formatted anew under it. The kernel does not look there while it runs, so it goes on as if nothing had happened; after a stop nothing could start it. Whoever wrote there may have written elsewhere on it, too.',
    next: 'Find out who uses its storage, and end that. vdoctl repair-geometry NAME writes the block back while it runs, as long as its super block is still its own; do not stop it before. Copy its data off where it was formatted anew.',
  },
  'another-volume': {
    title: 'the storage holds another VDO than it should',
    meaning:
      'The UUID on its storage is not that of the volume: as vdoctl remembers it (dm), as it runs or /etc/vdoconf.yml has it (manager), as the copy of its first block has it that vdoctl keeps (lvm). Somebody formatted it anew, or another disk took its name. On the dm stack it can be used while it runs, and stopped; it is the other VDO that is used. vdoctl grows, sets, rebuilds, starts and removes nothing there, and goes on remembering the old one.',
    next: 'If the other VDO is the one that is wanted: vdoctl adopt NAME (dm; with --device DEVICE while it is stopped), or remove the copy that the alert names (lvm). Else stop it, and find the disk that its own lies on; where it was formatted while it ran, copy its data off first.',
  },
  'not-a-vdo': {
    title: 'no VDO on the storage',
    meaning:
      'The device does not hold VDO metadata that vdoctl understands: another device took its name, or it was overwritten.',
    next: 'Check that it is the right device. vdoctl starts nothing on it.',
  },
  'half-converted': {
    title: 'a conversion for LVM was cut off',
    meaning:
      'vdoprepareforlvm (vdo convert, lvm_import_vdo) has moved the metadata of the VDO some 2 MiB into the device, and zeroed its first block; then LVM was to take it over, and has not. Its data is whole, and nothing can start it so: a kernel from dm-vdo 9.2 on would even take the zeros for an empty device, and format it.',
    next: 'lvm_import_vdo DEVICE finishes the conversion, as long as the manager still has the volume; else make the physical volume, the group and the pool by hand, as lvm_import_vdo(8) does. vdoctl starts and formats nothing there.',
  },
  'storage-too-small': {
    title: 'the storage is too small',
    meaning:
      'The device has become smaller than the VDO on it, or is another one with its path; or a disk, a partition or a path beneath it has become smaller than what is mapped of it. vdoctl starts nothing on it. Where the volume runs, it goes on until it touches what lies beyond the end: then it fails, and goes read-only.',
    next: 'Check that it is the right device, and whole; make it as large as it was. Nothing on it has changed. Where it runs, do not stop it before.',
  },
  'storage-shared': {
    title: 'its storage is used by others',
    meaning:
      'While a volume runs, only its own target may lie on its storage. A warning turns critical where something else does: another device of device-mapper, a loop device, a mount, swap, LVM. What one of them writes, the others take for their own. A volume that is stopped has for storage what a running one lies on: it was started under another name, say. What its disk says is of that one. Two volumes on one storage would destroy each other, so vdoctl does not start it.',
    next: 'Where it runs, end the other use at once. Where it is the same volume under another name, vdoctl remove NAME forgets this name, and nothing else (stack dm).',
  },
  'index-error': {
    title: 'the deduplication index failed',
    meaning: 'Data is safe; new data is no longer deduplicated.',
    next: 'Stop and start the volume; the index is rebuilt.',
  },
  'switched-off': {
    title: 'deduplication or compression is off in the kernel',
    meaning:
      'The volume is configured to deduplicate or to compress, and the kernel does not: somebody told it so, or a command of the classic manager lost it. vdo growLogical, growPhysical and changeWritePolicy reload a table that does not carry it, and exit 0. Data is safe; what is written meanwhile takes more space than it should.',
    next: 'vdoctl set NAME compression=on deduplication=on. vdo enableCompression and lvchange --compression y do nothing: by what they have written down it is on.',
  },
  'out-of-space': {
    title: 'physical space is exhausted',
    meaning:
      'The mode stays normal, new writes fail (ENOSPC or EIO), overwrites can fail too, reads work. A filesystem can abort its journal over it while df shows free space.',
    next: 'Grow the storage. Else fstrim where the filesystem lives, and check it before further use.',
  },
  'nearly-full': {
    title: 'physical space runs out',
    meaning:
      'As much of the physical space is used as the setting space-warning says (90 %), or space-critical (95 %).',
    next: 'Grow the storage, or fstrim, before it is full.',
  },
  'not-remembered': {
    title: 'nothing remembers its table',
    meaning: 'A dm-stack volume has no configuration anywhere. After a reboot nothing knows how to start it.',
    next: 'vdoctl adopt NAME.',
  },
  'create-incomplete': {
    title: 'a create of the classic manager was cut off',
    meaning:
      'Its configuration says that the create began, and not that it ended. The manager refuses every command for the volume but a forced removal. Nobody was told that the volume is ready, so it should hold no data; vdoctl cleanup looks before it removes anything.',
    next: 'vdoctl cleanup NAME.',
  },
  'import-incomplete': {
    title: 'an import into the classic manager was cut off',
    meaning:
      'Its configuration says that the import began, and not that it ended. The manager speaks of it as of a create that failed, and tells you to remove it by force: that would zero the metadata of a volume that may be full of data.',
    next: 'vdoctl cleanup NAME keeps the data. Never vdo remove --force.',
  },
  'change-incomplete': {
    title: 'a change by the classic manager was cut off',
    meaning:
      'A growth or a change of the write policy began and did not end. The volume may be suspended since. The manager finishes it by itself in its next command, even in vdo status.',
    next: 'vdoctl cleanup NAME.',
  },
  'sizes-differ': {
    title: "the manager's file has another size",
    meaning:
      'The logical or physical size in /etc/vdoconf.yml is not that of the running table or of the super block. A growth that was cut off leaves it so: even a vdo status then calls it finished, and writes the old size down. The volume runs on, but after the next stop the manager starts it with the wrong logical size, and the kernel refuses that (of the physical size it asks the disk). Data is safe.',
    next: 'vdoctl cleanup NAME writes the sizes of the super block into the file, and touches no device. It refuses where the device may hold another VDO.',
  },
  'other-manager-file': {
    title: 'it is in another file of the classic manager',
    meaning:
      'A unit in /etc/systemd/system starts it with vdo --confFile FILE (-f): its entry is there, and not in /etc/vdoconf.yml. vdoctl shows the volume, and refuses whatever changes it (8). It is not one for adopt: the manager remembers it.',
    next: 'Drive it with the manager: vdo start --name=NAME --confFile=FILE, and so on.',
  },
  'write-policy-unsafe': {
    title: 'the write policy does not fit the disk',
    meaning:
      'With the policy sync the volume acknowledges a write as soon as its storage does, and this storage has a volatile write cache: in a power cut, writes that were acknowledged are lost.',
    next: 'vdo changeWritePolicy --name=NAME --writePolicy=auto, or a disk whose cache survives (write through).',
  },
};
