import { playRows } from './play.ts';

/** Entries of the manager's configuration whose device is not, or no longer, what they say. */
playRows([
  {
    input: '03-remove-foreign-ext4',
    words: ['remove', 'my-vdo', '--yes'],
    code: 8,
    shows: ['ext4'],
    leavesAlone: ['vdo'],
  },
  { input: '04-ghost-storage', words: ['remove', 'my-vdo', '--dry-run'], code: 0, shows: [/my-vdo/] },
]);
