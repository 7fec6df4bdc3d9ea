import { explanations } from '../../prose/explanations.ts';
import { commands, globalOptions } from '../../cli/commands.ts';
import type { Page } from '../blocks.ts';

/** vdoctl(8): the page from which all others are found. */
export function makeProgramPage(): Page {
  return {
    name: 'vdoctl',
    manual: 8,
    about: 'see, recover and rebuild VDO volumes, with the data kept safe first',
    synopsis: ['.Nm vdoctl', '.Nm vdoctl Ar COMMAND', '.Op Ar OPTION ...', '.Op Ar NAME ...'],
    sections: [
      { title: 'DESCRIPTION', blocks: description },
      {
        title: 'COMMANDS',
        blocks: [{ list: commands.map(({ name, summary }) => [`vdoctl-${name}(8)`, `${summary}.`]) }],
      },
      { title: 'NAMES AND SIZES', blocks: names },
      { title: 'WHAT IT ASKS', blocks: questions },
      { title: 'WHAT IT PRINTS', blocks: output },
      {
        title: 'OPTIONS',
        blocks: ['Every command takes these, before its words or behind them:', { options: globalOptions }],
      },
      { title: 'ENVIRONMENT', blocks: [{ list: environment }] },
      { title: 'FILES', blocks: [{ list: files }] },
      { title: 'EXIT STATUS', blocks: makeExits() },
      { title: 'EXAMPLES', blocks: examples },
    ],
    seeAlso: [
      ...commands.map(({ name }) => `vdoctl-${name}(8)`),
      'vdoctl.conf(5)',
      'vdoctl-exit-codes(7)',
      'vdoctl-runbook(7)',
      'lvmvdo(7)',
      'dmsetup(8)',
      'vdostats(8)',
      'vdoforcerebuild(8)',
    ],
  };
}

const description = [
  'VDO (dm-vdo) gives block devices deduplication and compression. vdoctl works on every VDO volume of a host, whichever stack has made it: the device-mapper target alone (dm), pools of LVM (lvm), or the classic manager (manager); and whether it runs or not.',
  'After a power cut a volume recovers online, by itself; after damage to its metadata it is read-only, and only a forced rebuild, which can lose data, brings it back. vdoctl tells the two apart, does by itself what is safe, and asks before anything else. It never touches a device that is in use.',
  'Without a command it opens the interactive screen on a terminal; elsewhere it prints its help, with exit code 2.',
  'Procedures for the bad days stand in vdoctl-runbook(7).',
];

const names = [
  'NAME is a volume: the name of its device (my-vdo), its pool of LVM (vg/pool), any logical volume of the pool (vg/lv), or a path (/dev/mapper/my-vdo).',
  'A size has a unit, in powers of 1024: 10G, 512MiB, 4096B. A bare number is refused. A time has one too: 90s, 15m, 2h.',
];

const questions = [
  'Whatever can lose data, or takes a running volume away for a moment, asks first: it shows the plan and what may be lost, and wants the name of the volume typed. Without a terminal, or with --json, it refuses with exit code 10 unless --yes is given. With --dry-run any command shows its plan, with the exact commands, and changes nothing.',
  'Each operation is written down before and after each step. One that was cut off, by a kill or a power cut, is named by `vdoctl list`, keeps every other command off its volume (exit code 7), and is finished or undone by vdoctl-cleanup(8).',
];

const output = [
  String.raw`Names, mount points, and what other programs and files say, stay on their line: a line break, any other control character, and what turns a line around are written out, as \n, \u001b or \u202e. With --json the values are the true ones, and escaped the same way. A command that is shown can be pasted into bash, whatever its words hold.`,
];

const environment = [
  ['VDOCTL_KEY', 'A setting, such as VDOCTL_TIMEOUT: see vdoctl.conf(5).'],
  ['NO_COLOR', 'If it is set, and not empty, there are no colours.'],
  [
    'NODE_DISABLE_COMPILE_CACHE',
    'If it is set, and not empty, no compiled code is kept, nor used: see FILES.',
  ],
  [
    'XDG_STATE_HOME',
    'Where --simulate keeps its host, below vdoctl; without it, or with a relative one, ~/.local/state.',
  ],
] as const;

const files = [
  ['/etc/vdoctl/vdoctl.conf', 'The settings of this host.'],
  ['/etc/vdoctl/volumes', 'What is remembered of the volumes of the stack dm.'],
  ['/var/lib/vdoctl/operations', 'The journal of every operation.'],
  ['/run/vdoctl', 'What is remembered until the next boot.'],
  [
    '/run/vdoctl/code',
    "The program as it was compiled by root's last calls: the next ones start faster. It can be removed at any time.",
  ],
] as const;

function makeExits(): Page['sections'][number]['blocks'] {
  const codes = explanations.filter(({ code }) => /^\d+$/.test(code));
  return [
    'What each means in full, and of several volumes: vdoctl-exit-codes(7). Those of `vdoctl check` are the ones of monitoring plugins.',
    { list: codes.map(({ code, title }) => [code, `${title.charAt(0).toUpperCase()}${title.slice(1)}.`]) },
  ];
}

const examples = [
  'After a power cut, everything that is safe:',
  { commands: 'vdoctl recover --all' },
  'Try it without any VDO, on a simulated host that is kept between calls:',
  { commands: 'vdoctl --simulate list\nvdoctl --simulate recover backups' },
];
