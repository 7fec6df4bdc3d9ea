import type { CaseInput } from './case-host.ts';
import { playRows, type Row } from './play.ts';

const mountLine = '40 22 253:0 / /srv/data rw,relatime - xfs /dev/mapper/my-vdo rw\n';
const unmount = 'nsenter -t 4242 -m umount /srv/data';

/** Open count 1, because of a mount that only process 4242 sees. */
function holdElsewhere(input: CaseInput): CaseInput {
  const dmsetup = input.tools?.['dmsetup'] ?? [];
  return {
    ...input,
    files: {
      ...input.files,
      '/proc/4242/comm': 'conmon\n',
      '/proc/4242/mountinfo': `30 1 0:50 / / rw - overlay overlay rw\n${mountLine}`,
    },
    links: { '/proc/4242/ns/mnt': 'mnt:[4026532400]', '/proc/self/ns/mnt': 'mnt:[4026531840]' },
    tools: { ...input.tools, dmsetup: [['info*', '1,Active,Live\n'], ...dmsetup] },
  };
}

const row = (words: readonly string[], what: string, change = holdElsewhere): Row => ({
  input: '02-kvdo6-normal',
  what,
  change,
  words,
  code: 8,
  shows: ['/srv/data \\(xfs', 'conmon \\(pid 4242\\)', unmount].map((text) => new RegExp(text)),
  leavesAlone: ['vdo'],
});

/** A volume mounted in another mount namespace: vdoctl says whose mount it is, and how to unmount it there. */
playRows([
  row(['stop', 'my-vdo'], 'mounted elsewhere'),
  row(['remove', 'my-vdo', '--yes'], 'mounted elsewhere'),
  row(['stop', 'my-vdo'], 'mounted elsewhere, as far as links can be read', (input) => ({
    ...holdElsewhere(input),
    links: { '/proc/4242/ns/mnt': 'mnt:[4026532400]' },
  })),
  {
    ...row(['stop', 'my-vdo'], 'mounted here and there', (input) => ({
      ...holdElsewhere(input),
      mountinfo: mountLine,
    })),
    shows: ['mounted on /srv/data'],
    hides: ['nsenter'],
  },
]);
