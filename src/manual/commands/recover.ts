import type { CommandManual } from '../blocks.ts';

/** The page that is read at 3 a.m. */
export const recoverManual: CommandManual = {
  data: [
    'Without --force-rebuild nothing is lost that was flushed to the volume before it stopped or failed. What is done depends on how the volume is found:',
    {
      list: [
        ['normal', 'Nothing.'],
        [
          'recovering',
          'It is waited for. The kernel rebuilds the reference counts while the volume can be used; it cannot be grown meanwhile.',
        ],
        [
          'stopped, and not shut down cleanly',
          'It is started. The kernel replays the journal of the volume, which takes seconds to minutes, and then recovers it as above.',
        ],
        [
          'read-only, and its disk does not say so',
          'Its storage failed for a while. It is stopped and started, and recovers; a forced rebuild would throw data away for nothing. It asks first, since a running volume goes away for a moment, and is refused while anything uses the volume.',
        ],
        [
          'read-only, and its disk says so too',
          'Nothing, and exit code 6, unless --force-rebuild is given. No restart and no waiting helps. The data can still be read.',
        ],
      ],
    },
    'With --force-rebuild a volume that needs it is rebuilt: the kernel counts anew what is used, and throws away what the damaged metadata no longer accounts for. Blocks, files or whole directories can be lost, and nothing brings them back. A volume that does not need it is recovered without.',
    'So copy the data off first. A read-only volume can be read: mount it without journal replay (`mount -o ro,noload` for ext4, `mount -o ro,norecovery` for XFS) and copy what you need. After the rebuild check the filesystem before anything uses it (`e2fsck -fn`, `xfs_repair -n`).',
    'It never mounts, unmounts or repairs a filesystem, and never touches a volume that is in use. When it ends early, by its time limit, by an interruption or because it was killed, a recovery goes on in the kernel, and a rebuild that is half done is found by `vdoctl cleanup`.',
  ],
  exits: {
    0: 'Every volume that was named is normal now, or was before. Go on; but check the filesystem of one that was rebuilt.',
    1: 'A defect of vdoctl itself. What it printed names the place.',
    2: 'The words of the call are off (no volume named and no --all, an unknown option, a time without a unit), or a setting in /etc/vdoctl/vdoctl.conf is. Nothing was touched.',
    3: 'There is no such volume, or the device that holds it is not there. Nothing was touched.',
    4: 'Not root. Nothing was touched.',
    5: 'Not normal by the time limit, and still on its way: the recovery goes on in the kernel. The same call again, or `vdoctl wait`, picks it up. This is no failure.',
    6: 'Read-only. Only a forced rebuild is left, and it was not asked for; or the storage fails, so that not even that would help yet. A person has to decide: the message says which of the two it is.',
    7: 'An earlier operation of vdoctl, or of the classic manager, was cut off. `vdoctl cleanup` settles it; then call again.',
    8: 'Refused before anything was changed: the volume is in use (the message names the mount, device or process), it or its storage is suspended, or its storage is too small, does not hold this VDO, or is used by another volume. With --all also: something could not be asked, so that there may be volumes that were not seen.',
    9: 'A program that was called failed, or printed what is not understood. The message has its words, and says what was put back and what is left.',
    10: 'A forced rebuild or a restart was to be confirmed, and nobody did. Nothing was changed.',
    11: 'Every step went through, and yet the kernel or the disk does not say that the volume is normal, or that it was rebuilt. Look before anything else is done to it.',
    12: 'Another vdoctl is at work on this volume. Nothing was done; try later.',
    130: 'Interrupted (Ctrl-C). A recovery goes on in the kernel; a plan that was half done was put back, or the message says what is left.',
    143: 'Ended by SIGTERM, as with 130.',
  },
  scripting: [
    'Go by the exit code: its meaning does not change from release to release, and the text does. 0 means go on; 5 and 12 mean try again later; 6, 7, 8 and 10 need a person; everything else is worth an alarm.',
    'It can be called any number of times. It looks first, does what is still missing, and does nothing to a volume that is normal; so it picks up whatever an earlier call, a crash or another administrator left.',
    'Without a terminal, and with --json, what has to be confirmed is refused with exit code 10 unless --yes is given. `vdoctl recover --all --yes` loses no data, whatever it finds: it agrees to a restart at the most. Together with --force-rebuild it agrees to lose data on every volume that is read-only on its disk: keep that out of whatever runs unattended.',
    'Of several volumes each has an exit code of its own in the last line of what --json prints:',
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
    'Five volumes after a power cut. backups is not started, mail is read-only, and the pool of LVM recovers by itself. (Behind `vdoctl --simulate` the same can be played on any machine.)',
    {
      session: `
# vdoctl recover archive backups mail --quiet
archive: already normal; nothing to do
backups: normal again
vdoctl: mail is read-only: its disk says so too, so a restart does not help; it needs a forced rebuild, which can lose data. Reads still work
  next: copy the data off first (mount -o ro,noload for ext4, -o ro,norecovery for XFS), then: vdoctl recover mail --force-rebuild
# echo $?
6
`,
    },
    'Once the data of mail is copied off: see what a forced rebuild would do, then do it.',
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
  ! A forced rebuild throws away what the metadata no longer accounts for: blocks, files or whole directories can be lost.
  ! Copy the data off first: a read-only volume can still be read (mount without journal replay).
  ! Afterwards check the filesystem before it is used (e2fsck -fn, xfs_repair -n).
# vdoctl recover mail --force-rebuild --yes --quiet
mail: rebuilt and normal again; check its filesystem before you use it (e2fsck -fn, xfs_repair -n)
`,
    },
    'A script that recovers each volume that it is given, and says in a line what is left for whom:',
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
    8)  echo "$volume: in the way of it stands what is said above" ;;
    12) echo "$volume: somebody else is at it" ;;
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
  next: copy the data off first (mount -o ro,noload for ext4, -o ro,norecovery for XFS), then: vdoctl recover mail --force-rebuild
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
