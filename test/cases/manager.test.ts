import type { CaseInput } from './case-host.ts';
import { playRows, type Row } from './play.ts';

/** Entries of the manager's configuration whose device does not match them, or no longer does. */

const configPath = '/etc/vdoconf.yml';
const foreign = '03-remove-foreign-ext4';

/** What the device holds (for blkid, and byte by byte), and what its entry says. */
interface Variant {
  readonly blkid?: string;
  readonly image?: string;
  readonly entry?: readonly (readonly [from: string, to: string])[];
}

function vary({ blkid, image, entry = [] }: Variant): (input: CaseInput) => CaseInput {
  return (input) => {
    let text = input.files?.[configPath] ?? '';
    for (const [from, to] of entry) text = text.replace(from, to);
    const tools = blkid === undefined ? {} : { blkid: [['*', blkid, '', blkid === '' ? 2 : 0] as const] };
    return {
      ...input,
      files: { ...input.files, [configPath]: text },
      tools: { ...input.tools, ...tools },
      images: { '/dev/sdb': [image ?? '', 0] },
    };
  };
}

const begun = ['_operationState: finished', '_operationState: beginCreate'] as const;
const xfs = 'DEVNAME=/dev/sdb\nTYPE=xfs\n';
const pv = 'DEVNAME=/dev/sdb\nTYPE=LVM2_member\n';
const vdo = 'DEVNAME=/dev/sdb\nTYPE=vdo\n';
const otherUuid = ['uuid: null', 'uuid: VDO-00000000-0000-4000-8000-000000000000'] as const;

const refused = { input: foreign, code: 8, leavesAlone: ['vdo'] };
const entryOnly = { input: foreign, code: 0, leavesAlone: ['vdo'] };
const remove = ['remove', 'my-vdo', '--yes'];
const cleanup = ['cleanup', 'my-vdo', '--yes'];

const holdings: readonly (readonly [what: string | RegExp, variant: Variant])[] = [
  ['ext4', { blkid: 'DEVNAME=/dev/sdb\nTYPE=ext4\n', image: 'ext4-head.img' }],
  ['xfs', { blkid: xfs }],
  ['an LVM physical volume', { blkid: pv }],
  ['a partition table', { blkid: 'DEVNAME=/dev/sdb\nPTTYPE=gpt\n' }],
];

const foreignRows: readonly Row[] = holdings.flatMap(([what, variant]) => {
  const cutOff = { ...variant, entry: [begun] };
  return [
    { ...refused, words: remove, shows: [what, '--entry-only'], change: vary(variant) },
    { ...refused, words: cleanup, shows: [what, '--entry-only'], change: vary(cutOff) },
    { ...refused, words: ['cleanup', '--all', '--yes'], shows: [what], change: vary(cutOff) },
    { ...entryOnly, words: [...remove, '--entry-only'], change: vary(variant) },
    { ...entryOnly, words: [...cleanup, '--entry-only'], change: vary(cutOff) },
  ];
});

playRows([
  { ...refused, words: remove, shows: ['ext4'] },
  ...foreignRows,
  // A VDO that was formatted and used before the create began.
  {
    ...refused,
    words: cleanup,
    shows: [/a VDO \(UUID 9bdd0d4a/],
    change: vary({ blkid: vdo, image: 'dirty-g5.img', entry: [begun] }),
  },
  // A VDO other than the entry's: with another UUID, or with other sizes.
  {
    ...refused,
    words: remove,
    shows: [/9bdd0d4a.*00000000-0000/],
    change: vary({ blkid: vdo, image: 'clean-g5.img', entry: [otherUuid] }),
  },
  {
    ...refused,
    words: remove,
    shows: ['logical size'],
    change: vary({ blkid: vdo, image: 'clean-g5.img', entry: [['logicalSize: 20G', 'logicalSize: 30G']] }),
  },
  // mkfs on top of a VDO leaves the first bytes alone.
  {
    ...refused,
    words: remove,
    shows: ['ext4'],
    change: vary({ blkid: 'DEVNAME=/dev/sdb\nTYPE=ext4\n', image: 'clean-g5.img' }),
  },
  // The entry's own VDO: zeroing it is a step of the plan, whether or not blkid reports it.
  ...['', vdo].map((blkid) => ({
    input: foreign,
    words: ['remove', 'my-vdo', '--dry-run'],
    code: 0,
    shows: [
      'vdo remove --name=my-vdo',
      /zero the first 4096 bytes of \/dev\/sdb, which holds a VDO \(UUID 9bdd0d4a/,
    ],
    change: vary({ blkid, image: 'clean-g5.img' }),
  })),
  // The first block was wiped, or the device is gone.
  { ...entryOnly, words: remove, shows: ['is left alone'], change: vary({ blkid: '' }) },
  { ...entryOnly, words: cleanup, shows: ['is left alone'], change: vary({ blkid: '', entry: [begun] }) },
  { input: '04-ghost-storage', words: ['remove', 'my-vdo', '--dry-run'], code: 0, shows: [/my-vdo/] },
  { input: '04-ghost-storage', words: remove, code: 0, leavesAlone: ['vdo'] },
  {
    input: '04-ghost-storage',
    words: cleanup,
    code: 0,
    leavesAlone: ['vdo'],
    change: (input) => {
      const text = input.files?.[configPath] ?? '';
      return { ...input, files: { ...input.files, [configPath]: text.replace(...begun) } };
    },
  },
]);
