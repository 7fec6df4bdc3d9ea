import type { CaseInput } from './case-host.ts';
import { playRows } from './play.ts';

type Tools = NonNullable<CaseInput['tools']>;

/** The input with other answers of some tools, which match before the input's own. */
const withTools =
  (more: Tools, files: CaseInput['files'] = {}) =>
  (input: CaseInput): CaseInput => ({
    ...input,
    files: { ...input.files, ...files },
    tools: {
      ...input.tools,
      ...Object.fromEntries(
        Object.entries(more).map(([tool, cases]) => [
          tool,
          [...(cases ?? []), ...(input.tools?.[tool] ?? [])],
        ]),
      ),
    },
  });

const notFound = (module: string, release = '6.6.1') =>
  `modprobe: FATAL: Module ${module} not found in directory /lib/modules/${release}\n`;
const noModule: Tools = {
  modprobe: [
    ['*dm-vdo', '', notFound('dm-vdo'), 1],
    ['*kvdo', '', notFound('kvdo'), 1],
  ],
};
const without: Tools = { dmsetup: [['targets', 'linear           v1.4.0\n']] };
const release = (text: string): CaseInput['files'] => ({ '/proc/sys/kernel/osrelease': `${text}\n` });
const ownLine = 'table: 253:1: vdo: unknown target type';

/**
 * On a kernel without the vdo target nothing is started. Where the target may be there, vdoctl tries, and tells the
 * kernel's own words.
 */
playRows([
  {
    input: '11-kernel-without-target',
    words: ['start', 'v'],
    code: 8,
    shows: ['dm-vdo', ownLine, 'nothing was changed'],
    hides: [/create v/],
  },
  { input: '11-kernel-without-target', words: ['recover', 'v'], code: 8, shows: ['dm-vdo', ownLine] },
  {
    input: '11-kernel-without-target',
    what: 'modprobe says so',
    change: withTools(noModule, { ...release('6.6.1'), '/proc/sys/kernel/modprobe': '/sbin/modprobe\n' }),
    words: ['start', 'v'],
    code: 8,
    shows: ['Module dm-vdo not found', 'Module kvdo not found', 'install the module kvdo for this kernel'],
  },
  {
    input: '11-kernel-without-target',
    what: 'of a kernel that should have it',
    change: withTools(noModule, release('6.12.9+deb13-amd64')),
    words: ['start', 'v', '--dry-run'],
    code: 8,
    shows: ['install the module dm-vdo for this kernel'],
  },
  {
    input: '11-kernel-without-target',
    what: 'its module loads itself',
    change: withTools({ modprobe: [['--dry-run dm-vdo', '']] }),
    words: ['start', 'v', '--dry-run'],
    code: 0,
    shows: ['dmsetup create v'],
    hides: ['modprobe'],
  },
  {
    input: '11-kernel-without-target',
    what: 'its module has to be loaded',
    change: withTools({
      modprobe: [
        ['--dry-run dm-vdo', '', notFound('dm-vdo'), 1],
        ['--dry-run kvdo', ''],
      ],
    }),
    words: ['start', 'v', '--dry-run'],
    code: 0,
    shows: [/modprobe kvdo\n[^]*dmsetup create v/],
  },
  ...[
    { what: 'targets prints nothing', change: withTools({ dmsetup: [['targets', '']] }) },
    {
      what: 'targets is not known',
      change: withTools({ dmsetup: [['targets', '', 'Unknown command\n', 97]] }),
    },
    { what: 'targets is not understood', change: withTools({ dmsetup: [['targets', 'linear\n']] }) },
    {
      what: 'modprobe fails otherwise',
      change: withTools({ modprobe: [['*', '', 'permission denied\n', 97]] }),
    },
    {
      what: 'modprobe lies elsewhere',
      change: withTools({}, { '/proc/sys/kernel/modprobe': '/sbin/modprobe\n' }),
    },
  ].map(({ what, change }) => ({
    input: '11-kernel-without-target',
    what: `what is not told is tried, ${what}`,
    change,
    words: ['start', 'v'],
    code: 9,
    shows: ['dmsetup create v', ownLine],
  })),
  ...['x', 'vg/p'].map((name) => ({
    input: '09-create-20TiB-manager',
    what: 'no module',
    change: withTools({ ...without, ...noModule }),
    words: ['create', name, '--device', '/dev/sdb', '--dry-run'],
    code: 8,
    shows: ['no vdo target', 'Module dm-vdo not found'],
  })),
]);
