import { writePolicies } from '../../model/vdoconf.ts';
import { createCommand } from './create.ts';
import { anyVolumes, oneVolume, sizeNote, type CommandSpec } from './spec.ts';
import { tunableSettings } from './tunables.ts';

const entryOnly = {
  name: 'entry-only',
  type: 'flag',
  description:
    "(manager) Remove only the volume's entry from the manager's configuration, and write to no device.",
} as const;

/** Making volumes, changing them, and taking them away. */
export const lifecycleCommands: readonly CommandSpec[] = [
  createCommand,
  {
    name: 'remove',
    called: ['rm', 'delete', 'del', 'destroy', 'erase', 'lvremove'],
    summary: 'Remove a volume for good, with its data',
    description: [
      'Asks first: all data on the volume is lost. Refuses a volume in use, and names what uses it. ' +
        'On LVM the volume group stays, for its other volumes.',
      'The classic manager zeroes the first 4096 bytes of whatever device it has configured: vdoctl lets it do so only ' +
        'if the device holds this very VDO. If the device is missing or empty, only the entry is removed; if it holds ' +
        'anything else, vdoctl refuses and says what it is: --entry-only then removes only the entry.',
    ],
    positional: oneVolume,
    options: [entryOnly],
    examples: [
      'vdoctl remove my-vdo --dry-run',
      'vdoctl remove vg/pool --yes',
      'vdoctl remove my-vdo --entry-only --yes',
    ],
    json: 'document',
    effect: 'acts',
  },
  {
    name: 'grow',
    called: ['resize', 'extend', 'expand', 'enlarge', 'growlogical', 'growphysical', 'lvextend', 'lvresize'],
    summary: 'Make a volume larger while it is in use',
    description: [
      'The logical size is what the volume offers; grow the filesystem on it afterwards (resize2fs, xfs_growfs). ' +
        'The physical size grows to all of its storage, in whole slabs. A VDO cannot shrink.',
      sizeNote,
    ],
    positional: oneVolume,
    options: [
      {
        name: 'logical',
        also: 'logical-size',
        type: 'size',
        value: 'SIZE',
        mayAdd: true,
        description:
          'The new logical size; or, with a plus (+100G), how much is added to what it is. Also taken as --logical-size.',
      },
      {
        name: 'physical',
        type: 'flag',
        description: 'Grow to all of the storage device, or of the volume group.',
      },
    ],
    examples: [
      'vdoctl grow my-vdo --logical 20T',
      'vdoctl grow my-vdo --logical +500G',
      'vdoctl grow vg/pool --physical',
    ],
    json: 'document',
    effect: 'acts',
  },
  {
    name: 'set',
    called: [
      'modify',
      'change',
      'changewritepolicy',
      'enablecompression',
      'disablecompression',
      'enablededuplication',
      'disablededuplication',
      'lvchange',
    ],
    summary: 'Change settings of a volume',
    description: [
      'compression=on|off, deduplication=on|off, and on the manager stack write-policy=sync|async|async-unsafe|auto. ' +
        'It says what a write policy means for the data, and warns if it does not fit the storage. On the other ' +
        'stacks the kernel target has no write policy, and honours flushes.',
      "These apply from the volume's next start on, and it says so: block-map-cache=SIZE, block-map-period=N, " +
        'max-discard=SIZE, ack-threads=N, bio-threads=N, bio-rotation=N, cpu-threads=N, hash-zone-threads=N, ' +
        'logical-threads=N, physical-threads=N. LVM changes them only while the pool is stopped. status shows ' +
        'what is configured beside what runs.',
      'Fixed for ever when a volume is created: slab size, memory and kind of the index, size of the logical blocks.',
    ],
    positional: {
      name: 'NAME',
      count: 'one-and-settings',
      description: 'A volume, and what to set.',
      completes: 'volumes',
      settings: [
        { key: 'compression', values: ['on', 'off'] },
        { key: 'deduplication', values: ['on', 'off'] },
        { key: 'write-policy', values: writePolicies },
        ...tunableSettings,
      ],
    },
    options: [],
    examples: [
      'vdoctl set my-vdo compression=on deduplication=off',
      'vdoctl set my-vdo block-map-cache=512M bio-threads=8',
    ],
    json: 'document',
    effect: 'acts',
  },
  {
    name: 'rename',
    called: ['mv', 'move', 'lvrename'],
    summary: 'Give a volume of the dm or lvm stack another name, also while it is used',
    description: [
      'It stays as it is, and what uses it goes on. What still has the old name is said: lines of /etc/fstab, and units ' +
        'of systemd. What is mounted keeps the old name as its source until it is mounted again.',
      'A volume of the classic manager has no other name.',
    ],
    positional: {
      name: 'NAME',
      count: 'one-and-new-name',
      description: 'A volume, and its new name: of a pool vg/new, or new.',
      completes: 'volumes',
    },
    options: [],
    examples: ['vdoctl rename my-vdo backups', 'vdoctl rename vg/pool vg/store --dry-run'],
    json: 'document',
    effect: 'acts',
  },
  {
    name: 'cleanup',
    called: ['clean', 'settle', 'undo'],
    summary: 'Finish or undo what was cut off, and remove what a failed create left',
    description: [
      'An operation of vdoctl that a kill, a crash or a power cut ended is finished if there is no way back, else ' +
        'undone. cleanup says which of the two, and why. It asks first if data may be lost.',
      "What the stacks' own tools left is removed if there is no doubt about it: an unfinished create of the classic " +
        'manager, an LVM pool without volume and without VDO, the name without a table that a killed start leaves. ' +
        'An import of the manager that was cut off is removed from its configuration; its data is left alone.',
      'If a restart, a forced rebuild or a cleanup of vdoctl should have left a volume running, and left it down, ' +
        'cleanup names the volume and exits with 11, although nothing needs cleanup: recover starts it. It no longer ' +
        'does so once the volume was stopped, or the host rebooted.',
      'A create of the manager is removed, with what it formatted, only if nothing has run on it yet; a create that had ' +
        'started its volume is marked finished. If its device holds anything else, vdoctl refuses.',
    ],
    positional: { ...anyVolumes, description: 'Volumes to clean up.' },
    options: [
      { name: 'all', type: 'flag', description: 'Every volume of this host that needs it.' },
      {
        name: 'dismiss',
        type: 'flag',
        description:
          'Change nothing, and take the operation as settled: you have settled it by hand. Asks first.',
      },
      {
        name: 'complete-import',
        type: 'flag',
        description: '(manager) Complete an import that was cut off, instead of removing its entry.',
      },
      entryOnly,
    ],
    examples: ['vdoctl cleanup my-vdo --dry-run', 'vdoctl cleanup --all --yes'],
    json: 'document',
    effect: 'acts',
  },
  {
    name: 'history',
    called: ['log', 'logs', 'journal', 'journalctl', 'events'],
    summary: 'Every operation that changed something: when, who, each command, how it ended',
    description: [
      'Lists the oldest first, from the journal in /var/lib/vdoctl/operations. Times are local, with their distance from UTC.',
      'A time to start or end at is a date (2026-11-30), a date with a time (2026-11-30 18:29, local unless a zone ' +
        'follows), a time of today (18:29), today or yesterday (their midnight), now, or so long ago: 2h ago, -2h, 1d.',
    ],
    positional: { ...oneVolume, count: 'at-most-one', description: 'Only the operations on this volume.' },
    options: [
      {
        name: 'number',
        alias: 'n',
        type: 'text',
        value: 'N',
        description: 'Only the latest N operations.',
      },
      {
        name: 'since',
        type: 'text',
        value: 'TIME',
        description: 'Only operations that began then or later.',
      },
      {
        name: 'until',
        type: 'text',
        value: 'TIME',
        description: 'Only operations that began then or earlier.',
      },
      { name: 'reverse', type: 'flag', description: 'The newest first.' },
      { name: 'utc', type: 'flag', description: 'Print times in UTC. In JSON they always are.' },
    ],
    examples: [
      'vdoctl history my-vdo -n 5',
      'vdoctl history --since yesterday --reverse',
      'vdoctl history --since "2h ago" --json',
    ],
    json: 'document',
    effect: 'looks',
  },
];
