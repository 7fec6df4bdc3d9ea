import { writePolicies } from '../../model/vdoconf.ts';
import { anyVolumes, oneVolume, type CommandSpec } from './spec.ts';

const sizes = 'A size has a unit, in powers of 1024: 10G, 512MiB, 4096B.';

const entryOnly = {
  name: 'entry-only',
  type: 'flag',
  description:
    "(manager) Take only the volume's entry out of the manager's configuration: nothing is written to any device.",
} as const;

/** Making volumes, changing them, and taking them away. */
export const lifecycleCommands: readonly CommandSpec[] = [
  {
    name: 'create',
    summary: 'Make a volume on a device',
    description: [
      'Checks first that the device is there, free, large enough for the index and one slab, holds nothing, and that ' +
        'the memory suffices. What is cut off half-way is undone, or found by cleanup.',
      'Where vdoformat is not installed and the kernel formats by itself (dm-vdo 9.2, since Linux 7.1), the stack dm ' +
        'lets it: the first 4096 bytes are zeroed first, in a step of its own that can be undone.',
      'NAME is VG/POOL for the stack lvm, which makes the volume group where there is none, else a plain name. ' +
        sizes,
    ],
    positional: {
      name: 'NAME',
      count: 'one',
      description: 'The name of the new volume: a plain name, or VG/POOL.',
    },
    options: [
      {
        name: 'device',
        type: 'text',
        value: 'DEV',
        required: true,
        completes: 'devices',
        description: 'The storage device. All of it is used.',
      },
      {
        name: 'stack',
        type: 'text',
        value: 'STACK',
        choices: ['dm', 'lvm', 'manager'],
        description:
          'Who makes it. Without it: lvm for VG/POOL, else the classic manager where it is installed, else dm.',
      },
      {
        name: 'logical-size',
        type: 'size',
        value: 'SIZE',
        description:
          "What the volume offers; by default what fits without any saving, or the stack's own choice.",
      },
      {
        name: 'slab-size',
        type: 'size',
        value: 'SIZE',
        description:
          'The unit of growth: a power of two from 32M (128M for lvm and manager) to 32G. A VDO has 8192 slabs at ' +
          'the most; by default it is 2G, or larger where the device needs that.',
      },
      {
        name: 'index-memory',
        type: 'size',
        value: 'SIZE',
        description: 'Memory of the deduplication index: 256M, 512M, 768M, or whole gibibytes.',
      },
      {
        name: 'sparse-index',
        type: 'flag',
        description: 'A sparse index: ten times the window for the same memory.',
      },
      {
        name: 'compression',
        type: 'text',
        value: 'on|off',
        choices: ['on', 'off'],
        default: 'on',
        description: 'Compress data.',
      },
      {
        name: 'deduplication',
        type: 'text',
        value: 'on|off',
        choices: ['on', 'off'],
        default: 'on',
        description: 'Deduplicate data.',
      },
      {
        name: 'lv',
        type: 'text',
        value: 'LV',
        default: 'lvol0',
        description: '(lvm) The name of the volume in the pool.',
      },
      {
        name: 'wipe',
        type: 'flag',
        description: 'Erase what the device holds. It asks first, naming what was found.',
      },
    ],
    examples: [
      'vdoctl create my-vdo --device /dev/disk/by-id/wwn-0x5000c500a1b2c3d4 --logical-size 10T',
      'vdoctl create vg/pool --device /dev/sdb --lv data --dry-run',
    ],
    json: 'document',
    effect: 'acts',
  },
  {
    name: 'remove',
    summary: 'Remove a volume for good, with its data',
    description: [
      'Refuses a volume in use and names who uses it. It asks first: all data on the volume is lost. ' +
        'A volume group of LVM stays, for its other volumes.',
      'The classic manager zeroes the first 4096 bytes of whatever device it has configured: vdoctl lets it only where ' +
        'that holds this very VDO. Where it is not there, or holds nothing any more, the entry goes and nothing else; ' +
        'where it holds anything else, what that is is said, and --entry-only is the way.',
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
    summary: 'Make a volume larger, while it is used',
    description: [
      'A logical size is what the volume offers; the filesystem on it is grown afterwards (resize2fs, xfs_growfs). ' +
        'The physical size grows to all that the storage has, in whole slabs. A VDO never gets smaller.',
      sizes,
    ],
    positional: oneVolume,
    options: [
      { name: 'logical', type: 'size', value: 'SIZE', description: 'The new logical size.' },
      {
        name: 'physical',
        type: 'flag',
        description: 'Take all that the storage device, or the volume group, has.',
      },
    ],
    examples: ['vdoctl grow my-vdo --logical 20T', 'vdoctl grow vg/pool --physical'],
    json: 'document',
    effect: 'acts',
  },
  {
    name: 'set',
    summary: 'Change settings of a volume, now and for later starts',
    description: [
      'compression=on|off, deduplication=on|off, and on the manager stack write-policy=sync|async|async-unsafe|auto: ' +
        'what each means for the data is told, with a warning where it does not fit the storage. On the other stacks ' +
        'the kernel target has no write policy, and honours flushes.',
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
      ],
    },
    options: [],
    examples: ['vdoctl set my-vdo compression=on deduplication=off'],
    json: 'document',
    effect: 'acts',
  },
  {
    name: 'cleanup',
    summary: 'Finish or undo what was cut off, and remove what a failed create left',
    description: [
      'An operation of vdoctl that a kill, a crash or a power cut ended is finished once there is no way back, and ' +
        'undone before; which of the two, and why, is said. It asks first where data may be lost.',
      "What the stacks' own tools left is removed where it is unmistakable: a create of the classic manager's, an LVM " +
        'pool without volume and without VDO, the name without a table that a killed start leaves. An import of the ' +
        'manager that was cut off is taken out of its configuration, and its data is left alone.',
      'A volume that a restart, a forced rebuild or a cleanup of vdoctl was to leave up, and left down, is named, with exit ' +
        '11, although nothing is to be cleaned up: recover brings it up. Not so once it was stopped, or the host booted.',
      'A create of the manager is removed with what it formatted only where nothing has run on that yet; one that had ' +
        'started its volume is called finished. Where its device holds anything else, that is refused.',
    ],
    positional: { ...anyVolumes, description: 'Volumes to clean up.' },
    options: [
      { name: 'all', type: 'flag', description: 'Every volume of this host that needs it.' },
      {
        name: 'dismiss',
        type: 'flag',
        description:
          'Change nothing, and take the operation for settled: you have seen to it by hand. It asks first.',
      },
      {
        name: 'complete-import',
        type: 'flag',
        description: '(manager) Complete an import that was cut off, instead of forgetting it.',
      },
      entryOnly,
    ],
    examples: ['vdoctl cleanup my-vdo --dry-run', 'vdoctl cleanup --all --yes'],
    json: 'document',
    effect: 'acts',
  },
  {
    name: 'history',
    summary: 'Every operation that changed something: when, who, each command, how it ended',
    description: ['Oldest first, from the journal in /var/lib/vdoctl/operations.'],
    positional: { ...oneVolume, count: 'at-most-one', description: 'Only the operations on this volume.' },
    options: [],
    examples: ['vdoctl history my-vdo', 'vdoctl history --json'],
    json: 'document',
    effect: 'looks',
  },
];
