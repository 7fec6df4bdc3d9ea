import { expect, test } from 'vitest';

import { readTransferredBytes } from '../../src/parse/rsync.ts';

/** Lines of rsync 3.5.0, run with `--info=progress2`. */
test.each([
  ['         32,768   0%    0.00kB/s    0:00:00  ', 32_768],
  ['      9,000,003  99%   52.79MB/s    0:00:00 (xfr#4, to-chk=2/7)', 9_000_003],
  ['              0   0%    0.00kB/s    0:00:00 (xfr#0, to-chk=0/7)', 0],
])('copied so far: %j', (line, bytes) => {
  expect(readTransferredBytes(line)).toBe(bytes);
});

test.each([
  'rsync: [sender] read errors mapping "/mnt/a": Input/output error (5)',
  '45% of it',
  'sent 313 bytes  received 34 bytes  694.00 bytes/sec',
  '',
])('tells nothing of that: %j', (line) => {
  expect(readTransferredBytes(line)).toBeUndefined();
});
