import { asAlways, type CommandManual } from '../blocks.ts';
import { actingExits } from './exits.ts';

export const rehearseManual: CommandManual = {
  data: [
    'Nothing of the volume is written to. The kernel puts an overlay over its storage (dm-snapshot): whoever writes to the overlay writes to the changes, and whoever reads gets the storage, or what was changed. The forced rebuild is ordered and done there, under another name, without deduplication. The checksums of blocks of metadata all over the storage are compared before and after, read past the page cache.',
    'The volume may run on, mounted or not: read-only, it writes nothing. A volume that can write is refused, since the storage would change beneath the overlay. While a rehearsal is up, vdoctl refuses to start, stop, rebuild or change the volume.',
    'On the overlay the journal of the filesystem is replayed, as a mount after a real rebuild would do; then it is checked without writing (`e2fsck -fn`, `xfs_repair -n`, `btrfs check --readonly`), mounted read-only, and every file is read to its end. If the volume runs, each file is compared with what the volume shows: a mounted volume as it is mounted, any other without replaying either journal.',
    'What the volume holds in memory only, because it could not be written any more, no rebuild brings back: such files are told as different, or as only on the volume that runs.',
    'The two hold the same UUIDs. So that nothing takes one for the other, the devices have UUIDs of device-mapper that LVM leaves out, and a rule in /run/udev/rules.d keeps udev from making links to them, and other rules from using them. Look at them by their names in /dev/mapper only.',
    "The changes take room: in a sparse file in /var/lib/vdoctl, else in a logical volume of the pool's own group, or on a device that --changes names. If that is not enough, the overlay is worth nothing, and the rehearsal ends: no other harm is done.",
    'It is killed at any time without harm: `vdoctl cleanup` takes down what is left. After a reboot only the file with the changes is left; `status` says so.',
  ],
  exits: {
    ...actingExits,
    0: 'All files on it can be read, its filesystems are clean, and nothing is missing or different. The rehearsal is thrown away, or kept if you asked for that.',
    2: asAlways,
    3: 'There is no such volume, or the device that --changes names is missing.',
    8: 'Refused before anything was changed: the volume can write, or needs no forced rebuild; a rehearsal is up already; there is no room for the changes, or too little memory.',
    9: 'A forced rebuild would not give all of it: something cannot be read, is missing or different, or a filesystem has errors; what, was printed. Or the changes found no room, or a program failed: the message says which.',
    11: 'The kernel did not bring the rebuilt volume to normal mode: a real rebuild would fail alike.',
  },
  scripting: [
    'With --json, the result has the account: `.volumes[].account.isWhole`, and of each device the check, the number of files and bytes read, and the first names of what is unreadable, missing or different.',
    'What it shows is kept in the journal: `vdoctl history NAME`.',
  ],
  files: [
    ['/var/lib/vdoctl/rehearsal-NAME.changes', 'The changes, while a rehearsal is up.'],
    [
      '/run/udev/rules.d/09-vdoctl-rehearsal-NAME.rules',
      'Keeps udev from taking the rehearsal for the volume.',
    ],
    ['/run/vdoctl/mounts', 'Where it is mounted. Only root gets in.'],
  ],
  examples: [
    'Before mail is rebuilt by force, see what that would give:',
    {
      session: `
# vdoctl rehearse mail --quiet
mail: ext4; e2fsck finds nothing; 3 files (30.0 MiB) read; none unreadable; nothing missing and nothing different from what the volume shows
mail: a forced rebuild would give all of it; the rehearsal is thrown away, and the volume is as it was
`,
    },
    'Keep the rehearsal, copy what you need, and throw it away:',
    {
      session: `
# vdoctl rehearse mail --keep --quiet
mail: ext4; e2fsck finds nothing; 3 files (30.0 MiB) read; none unreadable; nothing missing and nothing different from what the volume shows
mail: a forced rebuild would give all of it; the rehearsal is kept, and the volume is as it was
# vdoctl recover mail --force-rebuild --yes
vdoctl: mail: a rehearsal of its forced rebuild is up (/dev/mapper/vdoctl-rehearsal-mail-vdo, /dev/mapper/vdoctl-rehearsal-mail-overlay), and its storage has to stay as it is; nothing was changed
  next: copy from it what you need (vdoctl salvage mail --from-rehearsal --to PATH), then: vdoctl rehearse mail --discard
# vdoctl salvage mail --from-rehearsal --to /backup/rehearsed --quiet
mail: all that it shows is copied
# vdoctl rehearse mail --discard --quiet
mail: threw away the rehearsal
`,
    },
  ],
  seeAlso: ['vdoctl-recover(8)', 'vdoctl-cleanup(8)', 'vdoctl-runbook(7)', 'dmsetup(8)'],
};
