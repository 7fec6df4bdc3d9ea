import type { FindingOf } from '../../model/finding.ts';
import type { Seen } from '../../stacks/host-look.ts';
import type { Examiner } from './examiner.ts';

/** Whether a volume that is in use has a backup. One that is too old is an alert, which every look sees. */
export const examineBackups: Examiner = ({ chosen }) => ({
  findings: chosen.flatMap(describe),
  missing: [],
});

/** A read-only volume is past that: its alert says to copy the data off. */
function describe({ volume: { name, stack, mode, mounts, lastBackup } }: Seen): readonly FindingOf[] {
  const paths = mounts.flatMap(({ path }) => (path === '[SWAP]' ? [] : [path]));
  if (paths.length === 0 || mode === 'read-only' || lastBackup !== null) return [];
  const own = `vdoctl backup ${name} --to PATH`;
  return [
    {
      volume: name,
      code: 'no-backup',
      severity: 'info',
      message: `no backup of ${paths.join(', ')} is known`,
      // What is mounted as it is can have no snapshot.
      next: stack === 'lvm' ? own : `a program that copies what is in use; or, unmounted: ${own}`,
    },
  ];
}
