import type { CommandManual } from '../blocks.ts';
import { actingExits } from './exits.ts';

/** What vdoctl remembers of a volume that others started. */
export const adoptManual: CommandManual = {
  data: [
    'None is touched. vdoctl writes the table of the volume to a file in /etc/vdoctl/volumes; it only reads the volume and its storage.',
  ],
  exits: {
    ...actingExits,
    0: 'It is remembered now, or was already.',
    3: 'There is no such volume and no --device was given, or there is no such device.',
    8: 'Refused before anything was changed: the volume belongs to LVM or to the classic manager, which remember their own volumes; it runs on another device; or the device does not hold a VDO, or cannot be read.',
  },
  scripting: ['It can be called again: if nothing has changed, it changes nothing.'],
  files: [['/etc/vdoctl/volumes/NAME.json', 'What vdoctl remembers of a volume, one file for each.']],
  examples: [
    {
      session: `
# vdoctl adopt archive
archive: already as requested; nothing to do
`,
    },
  ],
  seeAlso: ['vdoctl-start(8)', 'vdoctl-create(8)', 'vdoctl-schema(8)'],
};
