import type { CommandManual } from '../blocks.ts';
import { countedSection } from '../statistics.ts';
import { lookingExits } from './exits.ts';

export const statsManual: CommandManual = {
  data: ['Nothing: it only asks the kernel.'],
  exits: {
    ...lookingExits,
    0: 'The statistics were printed.',
    3: 'There is no such volume.',
    4: 'Not root.',
    8: 'The volume is stopped, or was stopped while it was watched: the kernel counts only while it runs.',
  },
  scripting: [
    'The first look prints everything, each later one of --watch what has changed, and of a counter how much it went up a second. A counter begins at nothing with each start of the volume; where it did so meanwhile, there is no rate.',
    'With --json each look is a document of the kind `stats`, a line each, with every statistic: `name` is that of vdostats, `field` that of `vdoctl status --json`, `value` and `perSecond` are numbers or null. For what is collected for long there is vdoctl-metrics(8).',
  ],
  sections: [countedSection],
  examples: [
    {
      session: `
# vdoctl stats archive | grep 'bios in read'
  bios in read                                    163
# vdoctl stats archive --json | jq -c '.statistics[] | select(.field == "slabCount")'
{"name":"slab count","field":"slabCount","value":248,"perSecond":null}
# vdoctl stats backups
vdoctl: backups: it is stopped, and the kernel counts only while it runs; nothing was changed
  next: vdoctl status backups
# echo $?
8
`,
    },
  ],
  seeAlso: ['vdoctl-status(8)', 'vdoctl-metrics(8)'],
};
