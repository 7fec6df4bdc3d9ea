import type { CommandManual } from '../blocks.ts';

/** The page that is read at 3 a.m. */
export const recoverManual: CommandManual = {
  data: [
    'Without --force-rebuild no data is lost that was flushed to the volume before it stopped or failed. What vdoctl does depends on the state of the volume:',
    {
      list: [
        ['normal', 'Nothing.'],
        [
          'recovering',
          'vdoctl waits. The kernel rebuilds the reference counts; the volume can be used meanwhile, but not grown.',
        ],
        [
          'stopped, and not shut down cleanly',
          'vdoctl starts it. The kernel replays its journal, which takes seconds to minutes, and then recovers it as above.',
        ],
        [
          'read-only, and its disk does not say so',
          'Its storage failed for a while. vdoctl stops and starts the volume, which then recovers; a forced rebuild would lose data for nothing. It asks first, since that interrupts a running volume, and refuses while anything uses it.',
        ],
        [
          'read-only, and its disk says so too',
          'Nothing, with exit code 6, unless --force-rebuild is given. Neither a restart nor waiting helps. The data can still be read.',
        ],
      ],
    },
    'With --force-rebuild a volume that needs it is rebuilt: the kernel counts anew what is used, and discards what the damaged metadata no longer accounts for. Blocks, files or whole directories can be lost, and nothing brings them back. A volume that does not need it is recovered without a rebuild.',
    'Before a forced rebuild vdoctl looks for what would make it lose more than it has to. It reads the storage for errors past the page cache, as a sample (the geometry block, the super block with the roots of the block map, the recovery journal, the slab summary, and 256 pieces of the rest) or, with --scan full, in whole; each leg of a RAID by itself, since a RAID hides what one leg cannot read. It looks for errors of the disks in the kernel log and reads those sectors again, asks `smartctl` where it is installed, and the lists of bad blocks of software RAIDs (md). A device that does not answer is named, and not waited for.',
    'A bad disk refuses the rebuild (media-errors): a sector of the storage that cannot be read, a medium error in the kernel log, a disk that fails by its own account. So does a lack of room beneath (no-room-below): a thin pool that is out of space, a snapshot that would overflow, a file with holes behind a loop device whose filesystem is full. The message names the disk, the leg and the sectors, or the command that makes room; --despite goes on all the same, and is written down in the journal. What only deserves a warning, such as a degraded RAID or sectors that a disk waits to remap, stands in the plan, beside the copies of the volume that the journal knows.',
    'So copy the data off first, before the volume is stopped: `vdoctl salvage NAME --to PATH`. Stopped and started again, it may show old data as if it were good. After the rebuild check the filesystem before anything uses it (`e2fsck -fn`, `xfs_repair -n`).',
    'It never mounts, unmounts or repairs a filesystem, and never touches a volume that is in use. If it times out, or is interrupted or killed, a recovery goes on in the kernel, and `vdoctl cleanup` settles a half-done rebuild.',
  ],
  exits: {
    0: 'Every named volume is normal now, or was already. Go on; but check the filesystem of a rebuilt one.',
    1: 'A defect of vdoctl itself. What it printed names the place.',
    2: 'The command line is wrong (no volume named and no --all, an unknown option, a time without a unit), or a setting in /etc/vdoctl/vdoctl.conf is. Nothing was touched.',
    3: 'There is no such volume, or the device that holds it is missing. Nothing was touched.',
    4: 'Not root. Nothing was touched.',
    5: 'It timed out, and the recovery goes on in the kernel. Repeat the call, or use `vdoctl wait`. This is not a failure.',
    6: 'Read-only. Only a forced rebuild is left, and it was not asked for; or the storage fails, and not even a rebuild would help yet. The message says which of the two it is. A person has to decide.',
    7: 'An earlier operation of vdoctl, or of the classic manager, was cut off. `vdoctl cleanup` settles it; then call again.',
    8: 'Refused before anything was changed: the volume is in use (the message names the mount, device or process), it or its storage is suspended, or its storage is too small, does not hold this VDO, or is used by another volume; or a forced rebuild would read from a bad disk, or run out of room beneath (`vdoctl explain media-errors`, `no-room-below`). With --all also: something could not be asked, so there may be volumes that were not seen.',
    9: 'A program that vdoctl called failed, or printed what vdoctl does not understand. The message has its words, and says what was undone and what is left.',
    10: 'A forced rebuild or a restart needs confirmation, and nobody confirmed it. Nothing was changed.',
    11: 'Every step went through, and yet the kernel or the disk does not say that the volume is normal, or that it was rebuilt. Look before you do anything else to it.',
    12: 'Another vdoctl is working on this volume. Nothing was done; try later.',
    130: 'Interrupted (Ctrl-C). A recovery goes on in the kernel; the steps already taken were undone, or the message says what is left.',
    143: 'Ended by SIGTERM, as with 130.',
  },
  scripting: [
    'Go by the exit code: its meaning does not change from release to release, while the text does. 0 means go on; 5 and 12 mean try again later; 6, 7, 8 and 10 need a person; everything else is worth an alarm.',
    'It can be called any number of times. It looks first, does what is still missing, and leaves a normal volume alone; so it continues whatever an earlier call, a crash or another administrator left.',
    'With --all volumes are brought back side by side: they are looked at, checked and started one after the other, and recover together. Each result is printed when it is there; the events of --json come in the order in which things happen. What runs read-only comes first, since it may have to be confirmed. --timeout is for each volume, and counts from its turn on.',
    'Without a terminal, and with --json, what needs confirmation is refused with exit code 10 unless --yes is given. `vdoctl recover --all --yes` loses no data, whatever it finds: it agrees at most to a restart. With --force-rebuild it agrees to lose data on every volume that is read-only on its disk: never run that unattended.',
    'With --json, the last line has an exit code for each volume:',
    {
      session: `
# vdoctl recover --all --json | jq -c 'select(.kind == "result") | .volumes[] | [.name, .exitCode]'
["archive",0]
["backups",0]
["mail",6]
["media",0]
["vg/pool",0]
`,
    },
  ],
  examples: [
    'Five volumes after a power cut: backups is not started, mail is read-only, and the LVM pool is recovering by itself. (`vdoctl --simulate` plays the same on any machine.)',
    {
      session: `
# vdoctl recover archive backups mail --quiet
archive: already normal; nothing to do
backups: normal again
vdoctl: mail is read-only: its disk says so too, so a restart does not help; it needs a forced rebuild, which can lose data. Reads still work
  next: copy the data off before it is stopped: vdoctl salvage mail --to PATH; then: vdoctl recover mail --force-rebuild
# echo $?
6
`,
    },
    'Once the data of mail is copied off, see what a forced rebuild would do, then do it.',
    {
      session: `
# vdoctl recover mail --force-rebuild --dry-run
Plan: force-rebuild mail
  1. Let udev finish with the devices
       udevadm settle --timeout=30
  2. Stop mail
       dmsetup remove --retry mail
  3. Order the forced rebuild in the super block
       vdoforcerebuild /dev/disk/by-id/virtio-S5YBNX0R1003
  4. Start mail
       dmsetup create mail --table '0 209715200 vdo V4 /dev/disk/by-id/virtio-S5YBNX0R1003 10485760 4096 32768 16380'
  ! A forced rebuild discards what the metadata no longer accounts for: blocks, files or whole directories can be lost.
  ! See first what it would give: vdoctl rehearse mail does it on a throw-away overlay, and writes nothing to the volume.
  ! Copy the data off first, while it runs: vdoctl salvage mail --to PATH.
  ! Afterwards check the filesystem before you use it (e2fsck -fn, xfs_repair -n).
  ! No copy of it is known: the journal has no backup, salvage or rehearsal of it.
    A sample of its storage was read: no error (144 MiB; --scan full reads all 40.0 GiB).
# vdoctl recover mail --force-rebuild --yes --quiet
mail: rebuilt and normal again; check its filesystem before you use it (e2fsck -fn, xfs_repair -n)
`,
    },
    'A script that recovers each volume that it is given, and says in one line what is left to do:',
    {
      file: `
#!/bin/sh
# recover-each: recovers volumes, and never loses data by itself.
worst=0
for volume in "$@"; do
    vdoctl recover "$volume" --quiet --timeout 30m >/dev/null
    code=$?
    case $code in
    0)  echo "$volume: normal"; continue ;;
    5)  echo "$volume: still recovering, try again later" ;;
    6)  echo "$volume: read-only, copy its data off first" ;;
    7)  echo "$volume: cut off, see vdoctl cleanup $volume --dry-run" ;;
    8)  echo "$volume: refused, see the message above" ;;
    12) echo "$volume: another vdoctl is working on it" ;;
    *)  echo "$volume: failed, see vdoctl explain $code" ;;
    esac
    worst=1
done
exit $worst
`,
    },
    {
      session: `
# sh recover-each archive backups mail tape
archive: normal
backups: normal
vdoctl: mail is read-only: its disk says so too, so a restart does not help; it needs a forced rebuild, which can lose data. Reads still work
  next: copy the data off before it is stopped: vdoctl salvage mail --to PATH; then: vdoctl recover mail --force-rebuild
mail: read-only, copy its data off first
vdoctl: there is no volume tape (there are: archive, backups, mail, media, vg/pool)
  next: to take over a stopped volume from its storage device: vdoctl adopt tape --device DEVICE
tape: failed, see vdoctl explain 3
# echo $?
1
`,
    },
  ],
  seeAlso: [
    'vdoctl-wait(8)',
    'vdoctl-start(8)',
    'vdoctl-status(8)',
    'vdoctl-cleanup(8)',
    'vdoctl-runbook(7)',
  ],
};
