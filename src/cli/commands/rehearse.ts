import { oneVolume, type CommandSpec } from './spec.ts';

export const rehearseCommand: CommandSpec = {
  name: 'rehearse',
  summary: 'Show what a forced rebuild of a read-only volume would give, without writing to it',
  description: [
    'The rebuild is done on an overlay of the storage, whose changes go elsewhere: its filesystems are checked, every ' +
      'file is read and, if the volume still runs, compared with what that shows. Then the overlay is thrown away. ' +
      'The volume may run on, mounted or not: nothing of it is written to, and its metadata is compared before and after.',
    'The changes go to a sparse file in /var/lib/vdoctl, else to free space of the volume group, or to a device of your ' +
      'choice. If they find no room, the rehearsal ends, and nothing else.',
  ],
  positional: oneVolume,
  options: [
    {
      name: 'keep',
      type: 'flag',
      description: 'Leave it up, mounted read-only, to copy from it. The volume cannot be changed meanwhile.',
    },
    {
      name: 'discard',
      type: 'flag',
      description: 'Throw away a rehearsal that was kept, or what is left of one.',
    },
    {
      name: 'changes',
      type: 'text',
      value: 'DEVICE',
      completes: 'devices',
      description: 'The empty device that takes the changes. Its content is overwritten.',
    },
    {
      name: 'changes-size',
      type: 'size',
      value: 'SIZE',
      description:
        'The room for the changes. Default: the most that a rebuild of such a volume writes, which is more than it takes as a rule.',
    },
  ],
  examples: ['vdoctl rehearse my-vdo', 'vdoctl rehearse vg/pool --keep', 'vdoctl rehearse vg/pool --discard'],
  json: 'events',
  effect: 'acts',
};
