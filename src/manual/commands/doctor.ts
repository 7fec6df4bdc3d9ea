import type { CommandManual } from '../blocks.ts';
import { lookingExits } from './exits.ts';

export const doctorManual: CommandManual = {
  data: [
    'Nothing: it only looks. No command that it runs changes anything; it reads the metadata on the storage of volumes, and the first block of every other disk, past the page cache.',
  ],
  exits: {
    ...lookingExits,
    0: 'Everything was seen, whatever was found.',
    3: 'There is no such volume.',
    4: 'Not root.',
    8: 'A named volume was not found, but LVM or the configuration of the classic manager could not be read, so it may exist.',
    9: 'Something could not be seen, so it may be wrong all the same: stderr, or `missing` with --json, names it. What was found is printed.',
  },
  scripting: [
    'Findings do not change the exit code. For monitoring there is vdoctl-check(8), which raises the alerts among them; doctor asks more of the host, and is for a person, or for a call a day.',
    'With --json each finding has a code, a severity (critical, warning or info), a message and what to do next; `ofHost` has those that concern every volume. The codes are those of vdoctl-exit-codes(7).',
    {
      session: `
# vdoctl doctor --json | jq -r '.volumes[] | .name as $n | .findings[] | "\\($n) \\(.code)"'
mail read-only
archive no-discard
archive no-backup
backups will-recover
media nearly-full
media no-discard
media no-backup
vg/pool recovering
vg/pool autoextend-off
`,
    },
  ],
  sections: [
    {
      title: 'WHAT IT LOOKS FOR',
      blocks: [
        'Every alert of vdoctl-status(8): a volume that is read-only or will be, a pending rebuild, what was cut off, missing, moved, shared or failing storage, a first block that is not as it was, a failed index, deduplication or compression that is off unasked, a write policy that the disk does not keep, space that is nearly used up, or will be within 30 days at the present rate, devices that work by hand has left. And beside them:',
        {
          list: [
            [
              'no-vdo-target, tools-differ',
              'The kernel cannot run a VDO; its tools are of another generation.',
            ],
            [
              'fstab-not-started, fstab-too-early',
              'A line in /etc/fstab mounts it at boot, and nothing starts it before, or the mount does not wait long enough.',
            ],
            [
              'autoextend-off, autoextend-not-monitored, autoextend-no-room',
              '(lvm) The pool is not extended when it fills up: LVM is not told to, nobody watches it, or there is no room for it.',
            ],
            ['no-backup', 'It is in use, and vdoctl has never backed it up.'],
            ['no-discard', 'Neither the mount nor fstrim.timer tells it which files were deleted.'],
            [
              'hung-tasks',
              'The kernel found its threads, or those of a filesystem on it, waiting for minutes.',
            ],
            ['clone', 'Another device holds the same VDO.'],
            [
              'memory-short',
              'There is too little memory for the stopped volumes that are configured to start.',
            ],
          ],
        },
        'It does not read the data of a volume, and does not check filesystems.',
      ],
    },
  ],
  examples: [
    {
      session: `
# vdoctl doctor media
media
  warning: nearly-full: 93 % of its physical space is used
    → before it is full: vdoctl reclaim media, or grow its storage
  warning: no-discard: files deleted on /srv/media go on taking space: the mount
    has no discard option, and fstrim.timer is not enabled
    → systemctl enable --now fstrim.timer
  info: no-backup: no backup of /srv/media is known
    → a program that copies what is in use; or, unmounted: vdoctl backup media
      --to PATH
`,
    },
    'What a code means at length: `vdoctl explain no-discard`.',
  ],
  seeAlso: ['vdoctl-check(8)', 'vdoctl-status(8)', 'vdoctl-explain(8)', 'vdoctl-runbook(7)', 'fstrim(8)'],
};
