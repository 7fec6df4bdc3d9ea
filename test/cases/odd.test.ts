import { describe } from 'vitest';
import { playRows } from './play.ts';

/** One odd answer of one tool hides one thing: the volume beside it is shown and waited for. */
describe.each(['field', 'index', 'mode', 'stats-key', 'stats-line', 'lvm-cut'])('an odd %s', (what) => {
  const input = `05-odd-${what}`;
  playRows([{ input, words: ['wait', 'good', '--for', 'normal'], code: 0 }]);
});
