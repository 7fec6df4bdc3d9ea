import { stackNames } from '../../model/stack-names.ts';
import { writePolicies } from '../../model/vdoconf.ts';
import { sizeNote, type CommandSpec } from './spec.ts';
import { tunableOptions } from './tunables.ts';

export const createCommand: CommandSpec = {
  name: 'create',
  called: ['new', 'make', 'mk', 'add', 'format', 'vdoformat', 'lvcreate'],
  summary: 'Make a volume on a device',
  description: [
    'First checks that the device exists, is free and empty, is large enough for the index and one slab, and that ' +
      'there is enough memory. A create that fails is undone; one that is cut off is left to cleanup.',
    'If vdoformat is not installed, the stack dm lets the kernel format the device (dm-vdo 9.2, since Linux 7.1). ' +
      'A step of its own, which can be undone, first zeroes the first 4096 bytes.',
    'For the stack lvm NAME is VG/POOL, and a missing volume group is created; for the others it is a plain name. ' +
      sizeNote,
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
      description: 'The storage device. The volume takes all of it.',
    },
    {
      name: 'stack',
      type: 'text',
      value: 'STACK',
      choices: stackNames,
      description:
        'The stack of the new volume. Default: lvm for VG/POOL, else the classic manager if it is installed, else dm.',
    },
    {
      name: 'logical-size',
      also: 'logical',
      type: 'size',
      value: 'SIZE',
      description:
        "The size that the volume offers. Default: what fits without any saving, or the stack's own choice. " +
        'Also taken as --logical.',
    },
    {
      name: 'slab-size',
      type: 'size',
      value: 'SIZE',
      description:
        'The unit of growth: a power of two from 32M (128M for lvm and manager) to 32G. A VDO has at most 8192 ' +
        'slabs. Default: 2G, or larger if the device needs that.',
    },
    {
      name: 'index-memory',
      type: 'size',
      value: 'SIZE',
      description: 'Memory for the deduplication index: 256M, 512M, 768M, or whole gibibytes.',
    },
    {
      name: 'sparse-index',
      type: 'flag',
      description: 'Use a sparse index: ten times the deduplication window in the same memory.',
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
    ...tunableOptions,
    {
      name: 'emulate512',
      type: 'flag',
      description: 'Offer logical blocks of 512 bytes instead of 4096, for what can use no others.',
    },
    {
      name: 'write-policy',
      also: 'writePolicy',
      type: 'text',
      value: 'POLICY',
      choices: writePolicies,
      description: '(manager) What it acknowledges: see set. Default: auto.',
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
      description: 'Erase what the device holds. Asks first, and names what was found.',
    },
  ],
  examples: [
    'vdoctl create my-vdo --device /dev/disk/by-id/wwn-0x5000c500a1b2c3d4 --logical-size 10T',
    'vdoctl create vg/pool --device /dev/sdb --lv data --dry-run',
    'vdoctl create my-vdo --device /dev/sdb --block-map-cache 512M --bio-threads 8 --max-discard 4M',
  ],
  json: 'document',
  effect: 'acts',
};
