import { playRows } from './play.ts';

/** Volumes of every `vdoformat` before 8, whose geometry block is of version 4.0 for life. */
playRows([
  {
    input: '01-geometry4-dirty',
    words: ['recover', 'my-vdo', '--dry-run'],
    code: 0,
    shows: ['vdo start --name=my-vdo'],
  },
  { input: '01-geometry4-dirty', words: ['list'], code: 0, shows: ['(dirty)', 'will-recover'] },
  {
    input: '01-geometry4-clean',
    words: ['list'],
    code: 0,
    shows: ['(clean)'],
    hides: ['not-a-vdo', 'will-recover'],
  },
  {
    input: '01-geometry4-read-only',
    words: ['recover', 'my-vdo', '--force-rebuild', '--dry-run'],
    code: 0,
    shows: ['vdo start --name=my-vdo --forceRebuild'],
  },
]);
