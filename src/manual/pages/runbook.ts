import type { Page } from '../blocks.ts';
import { livingProcedures } from '../runbook/living.ts';
import { recoveringProcedures } from '../runbook/recovering.ts';

/** vdoctl-runbook(7): what to do, by what has happened. */
export function makeRunbookPage(): Page {
  return {
    name: 'vdoctl-runbook',
    manual: 7,
    about: 'procedures for VDO volumes in trouble',
    sections: [
      {
        title: 'DESCRIPTION',
        blocks: [
          'Each procedure can be followed on its own. All of them need root. The volumes archive, backups, mail, media and vg/pool are those of the simulated host, on which you can try the procedures: `vdoctl --simulate list`. To reset it, remove simulated-host.json from ~/.local/state/vdoctl.',
        ],
      },
      ...recoveringProcedures,
      ...livingProcedures,
    ],
    seeAlso: [
      'vdoctl(8)',
      'vdoctl-recover(8)',
      'vdoctl-cleanup(8)',
      'vdoctl-explain(8)',
      'vdoctl-exit-codes(7)',
      'dmsetup(8)',
      'fstrim(8)',
      'mount(8)',
    ],
  };
}
