import type { CommandManual } from '../blocks.ts';
import { actingExits } from './exits.ts';

/** How to get data back from a backup. */
export const restoreManual: CommandManual = {
  data: [
    'The generation is only read. Nothing is overwritten: the directory to copy to has to be empty (a lost+found counts for nothing), or is made.',
    'A generation is a directory like any other: cp, rsync or tar take single files out of it, without vdoctl.',
  ],
  exits: {
    ...actingExits,
    0: 'Every file is there, and as it was when it was backed up.',
    2: 'The command line is wrong, or there is no such generation.',
    8: 'Refused before anything was changed: the directory is not empty.',
    9: 'A program failed, or a file cannot be read, differs or is missing: the message names it. What was copied stays.',
  },
  scripting: ['It never asks.'],
  files: [['PATH/NAME/TIME', 'A generation: see vdoctl-backup(8).']],
  examples: [
    'Which generations there are; then the newest one, to an empty directory:',
    { commands: 'vdoctl backup list --from /backup\nvdoctl restore vg/pool --from /backup --to /srv/home' },
  ],
  seeAlso: ['vdoctl-backup(8)', 'vdoctl-create(8)', 'rsync(1)'],
};
