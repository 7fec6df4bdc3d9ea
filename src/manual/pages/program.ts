import { explanations } from '../../prose/explanations.ts';
import { commands, globalOptions } from '../../cli/commands.ts';
import type { Page } from '../blocks.ts';

/** vdoctl(8): the page that leads to all others. */
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
      { title: 'THE SCREEN', blocks: screen },
      {
        title: 'OPTIONS',
        blocks: ['Every command takes these, before or after its words:', { options: globalOptions }],
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
  'VDO (dm-vdo) gives block devices deduplication and compression. vdoctl works on every VDO volume of a host, running or not, whichever stack has made it: the device-mapper target alone (dm), LVM pools (lvm), or the classic manager (manager).',
  'After a power cut a volume recovers online, by itself; after damage to its metadata it is read-only, and only a forced rebuild, which can lose data, brings it back. vdoctl tells the two apart, does what is safe, and asks before anything else. It never touches a device that is in use.',
  'Without a command it opens the interactive screen on a terminal; elsewhere it prints its help, with exit code 2.',
  'vdoctl-runbook(7) has procedures for volumes in trouble.',
];

const names = [
  'NAME is a volume: the name of its device (my-vdo), its LVM pool (vg/pool), any logical volume of the pool (vg/lv), or a path (/dev/mapper/my-vdo).',
  'A size has a unit, in powers of 1024, in either case: 10G, 1.5T, 10g, 512MiB, 4096B. A bare number is refused. A ' +
    'fraction counts in whole blocks of 4096 bytes, rounded down. A time is 90s, 15min, 1h30m or 1d; a bare number ' +
    'counts seconds.',
];

const questions = [
  'Whatever can lose data, or interrupts a running volume, asks first: it shows the plan and what may be lost, and you must type the name of the volume. Without a terminal, or with --json, it refuses with exit code 10 unless --yes is given. With --dry-run any command shows its plan, with the exact commands, and changes nothing.',
  'vdoctl records each operation before and after each step. If a kill or a power cut cuts an operation off, `vdoctl list` names it, every other command on its volume is refused (exit code 7), and vdoctl-cleanup(8) finishes or undoes it.',
];

const output = [
  String.raw`Names, mount points, and what other programs and files say, stay on their line: a line break, any other control character, and a character that reverses the direction of text are written out, as \n, \u001b or \u202e. With --json the values are exact, and escaped the same way. Every command shown can be pasted into bash, whatever its words contain.`,
];

const screen = [
  'Every action is a key; ? lists the keys, with the reason where one cannot be used now. Each operation shows its plan, and begins when a person agrees to it.',
  'Esc leaves an operation that runs: it goes on, its progress stands in the row of its volume, and Enter shows it again. Several can run at once, each on a volume of its own; a second one on the same volume is refused. What ended while nobody watched is told until somebody looks at it. Quitting while operations run asks whether to stop each after its current step (exit code 130), to wait for them, or to stay.',
  ': finds an action by its name and does it. O sorts the volumes by need, name, used, free or saved space, or state, one after the other; I turns the order round.',
  'h shows what was done, as vdoctl-history(8) does: Enter opens an operation with its steps and the commands, each with its exit code and what it printed. l shows the commands of this screen that changed something; a shows those that only look, too. y gives the chosen command to the clipboard of the terminal, where that takes it (OSC 52).',
  'A text is edited with the keys of readline: Ctrl-A, Ctrl-E, Ctrl-B, Ctrl-F, Alt-B and Alt-F move in it, Ctrl-D, Ctrl-K, Ctrl-U, Ctrl-W and Alt-D delete, Ctrl-Y puts in what was deleted last. What is pasted is text, and never keys.',
];

const environment = [
  ['VDOCTL_KEY', 'A setting, such as VDOCTL_TIMEOUT: see vdoctl.conf(5).'],
  ['NO_COLOR', 'If set, and not empty: no colours.'],
  ['NODE_DISABLE_COMPILE_CACHE', 'If set, and not empty: compiled code is neither kept nor used; see FILES.'],
  [
    'XDG_STATE_HOME',
    'The directory in which --simulate keeps its host, under vdoctl. If unset or relative: ~/.local/state.',
  ],
] as const;

const files = [
  ['/etc/vdoctl/vdoctl.conf', 'The settings of this host.'],
  ['/etc/vdoctl/volumes', 'What vdoctl remembers of the volumes of the dm stack.'],
  ['/var/lib/vdoctl/operations', 'The journal of every operation.'],
  ['/run/vdoctl', 'What vdoctl remembers until the next boot.'],
  [
    '/run/vdoctl/code',
    'The compiled program, kept by calls of root, so that the next ones start faster. It can be removed at any time.',
  ],
] as const;

function makeExits(): Page['sections'][number]['blocks'] {
  const codes = explanations.filter(({ code }) => /^\d+$/.test(code));
  return [
    'vdoctl-exit-codes(7) explains each, and what a call for several volumes returns. `vdoctl check` has the codes of monitoring plugins instead.',
    { list: codes.map(({ code, title }) => [code, `${title.charAt(0).toUpperCase()}${title.slice(1)}.`]) },
  ];
}

const examples = [
  'After a power cut, do everything that is safe:',
  { commands: 'vdoctl recover --all' },
  'Try it without a VDO, on a simulated host that is kept between calls:',
  { commands: 'vdoctl --simulate list\nvdoctl --simulate recover backups' },
];
