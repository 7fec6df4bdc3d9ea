import { anyVolumes, type CommandSpec, type OptionSpec, watchOption } from './spec.ts';

const listOptions: readonly OptionSpec[] = [
  {
    name: 'columns',
    alias: 'o',
    type: 'text',
    value: 'COLUMNS',
    completes: 'columns',
    description:
      'Show these columns, with commas between; +COLUMNS shows these, too. -o help names every column.',
  },
  {
    name: 'sort',
    type: 'text',
    value: 'COLUMN',
    completes: 'columns',
    mayDescend: true,
    description: 'Sort by this column, shown or not; -COLUMN descends. What is not known comes last.',
  },
  {
    name: 'noheadings',
    alias: 'H',
    type: 'flag',
    description: 'For scripts: no titles and no colours, a tab between the fields.',
  },
  {
    name: 'units',
    type: 'text',
    value: 'UNIT',
    description:
      'Tell every size in this unit, B, K, M, G or T, in powers of 1024; h, which is the default, in one that is easy to read.',
  },
  { name: 'bytes', type: 'flag', description: 'Tell every size as a plain number of bytes.' },
  watchOption('print the list anew; on a terminal in its place'),
];

/** Every volume, as a table or as fields for a script. */
export const listCommand: CommandSpec = {
  name: 'list',
  called: ['ls', 'lvs', 'dir', 'volumes'],
  summary: 'Every volume of every stack, running or not, a line each',
  description: [
    'Also shows volumes that vdoctl did not make. Without root it shows what it can see, and says what is missing.',
    'Every field is one word, and - where nothing is known. On a terminal that is too narrow some columns are left out; ' +
      'stderr names them.',
  ],
  positional: anyVolumes,
  options: listOptions,
  examples: [
    'vdoctl list',
    'vdoctl list --sort free -o name,free,alerts',
    'vdoctl list vg/pool -o +logical,storage --units G',
    'vdoctl list --watch 5 --sort -used',
    'vdoctl list -H --bytes -o name,free',
    'vdoctl list --json | jq \'.volumes[] | select(.mode != "normal") | .name\'',
  ],
  json: 'document',
  effect: 'looks',
};
