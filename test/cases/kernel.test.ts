import { playRows } from './play.ts';

/** A kernel that has no vdo target starts nothing. */
playRows([
  {
    input: '11-kernel-without-target',
    words: ['start', 'v'],
    code: 8,
    shows: ['dm-vdo'],
    hides: [/create v/],
  },
]);
