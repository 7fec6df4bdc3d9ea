import { precedence } from '../../model/exit-code.ts';
import type { Explanation } from '../../prose/alert-explanations.ts';
import { explanationsOf } from '../../prose/explanations.ts';
import { commands } from '../../cli/commands.ts';
import type { Block, Page } from '../blocks.ts';
import { commandManuals } from './verb.ts';

/** vdoctl-exit-codes(7): every exit code, every alert and every reason. */
export function makeExitCodesPage(): Page {
  return {
    name: 'vdoctl-exit-codes',
    manual: 7,
    about: 'the exit codes, alerts and reasons of vdoctl, and what to do',
    sections: [
      { title: 'DESCRIPTION', blocks: description },
      { title: 'EXIT CODES', blocks: [{ list: explanationsOf.exitCodes.map(describeExit) }] },
      { title: 'SEVERAL VOLUMES', blocks: several },
      { title: 'MONITORING PLUGIN', blocks: plugin },
      {
        title: 'ALERT CODES',
        blocks: [
          '`vdoctl list` and `vdoctl status` show the alerts of a volume beside its state. With --json each has its code, for scripts to go by.',
          { list: explanationsOf.alerts.map(describeAlert) },
        ],
      },
      {
        title: 'FINDINGS OF DOCTOR',
        blocks: [
          'vdoctl-doctor(8) finds every alert, and these, for which it asks more of the host than a look does.',
          { list: explanationsOf.findings.map(describeAlert) },
        ],
      },
      {
        title: 'PROBLEMS',
        blocks: [
          'With --json a failed call says why: `problem` is one of these, `because` is a code within it, or null, and `facts` is what was seen: names, paths and numbers. A script goes by those, not by the words of `message` and `next`.',
          { list: explanationsOf.problems.map(describeAlert) },
        ],
      },
      {
        title: 'REFUSALS',
        blocks: [
          'If `problem` is `refused` (exit code 8), `because` is one of these, or the code of an alert that means the same.',
          { list: explanationsOf.refusals.map(describeAlert) },
        ],
      },
    ],
    seeAlso: ['vdoctl(8)', 'vdoctl-explain(8)', 'vdoctl-status(8)', 'vdoctl-check(8)', 'vdoctl-runbook(7)'],
  };
}

const description = [
  'A script goes by the exit code: no release changes its meaning. The page of each command says which codes it can return, and what they mean there. `vdoctl explain` says the same as this page.',
];

const several: readonly Block[] = [
  'A call for several volumes returns the first code in this order that occurred:',
  { commands: precedence.join(' ') },
  'An interruption (130, 143) ends the call, and comes before all others. With --json the result has the exit code of each volume.',
];

const plugin = [
  'vdoctl-check(8) has the codes of monitoring plugins instead: 0 ok, 1 warning, 2 critical, 3 unknown.',
];

function describeExit({ code, title, meaning, next }: Explanation): readonly [string, string] {
  const own = commands.filter(({ name }) => name !== 'check' && code in (commandManuals[name]?.exits ?? {}));
  const names = own.map(({ name }) => name);
  // A code that most commands can return needs no list of them.
  const of = own.length > commands.length / 2 ? '' : ` Returned by ${names.join(', ')}.`;
  return [`${code}, ${title}`, `${meaning} Next: ${next}${of}`];
}

function describeAlert({ code, title, meaning, next }: Explanation): readonly [string, string] {
  return [`${code}: ${title}`, `${meaning} Next: ${next}`];
}
