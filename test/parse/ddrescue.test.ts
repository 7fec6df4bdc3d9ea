import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

import { expect, test } from 'vitest';

import { LineCutter } from '../../src/host/real/line-cutter.ts';
import { readRescuedBytes } from '../../src/parse/ddrescue.ts';

/** Output of GNU ddrescue 1.27, which copied 62,914,560 bytes at 10 MB/s and was ended by SIGTERM. */
const recording = new URL('../recordings/ddrescue/1.27-terminated.txt', import.meta.url);

test('its status tells how much is rescued, each time that it is drawn', () => {
  const rescued: (number | undefined)[] = [];
  const cutter = new LineCutter(
    (line) => rescued.push(readRescuedBytes(line)),
    () => 0,
  );
  cutter.push(readFileSync(fileURLToPath(recording), 'utf8'));
  cutter.end();
  expect(rescued.filter((bytes) => bytes !== undefined)).toEqual(seen);
});

/** The values that `grep ' rescued:'` finds in the recording. */
const seen = [0, 10_027_000, 20_054_000, 30_081_000];

test.each<[string, number | undefined]>([
  ['  rescued:        0 B,   bad areas:        0,        run time:          0s', 0],
  ['  rescued:    5120 GB,   bad areas:       12,        run time:  5h 20m 1s', 5_120_000_000_000],
  ['  rescued:    5120 GiB,   bad areas:       12,        run time:  5h 20m 1s', 5120 * 1024 ** 3],
  ['  rescued:     512 KiB,   bad areas:       12,        run time:  5h 20m 1s', 512 * 1024],
  ['pct rescued:  100.00%, read errors:        0,  remaining time:          0s', undefined],
  ['     ipos:   62849 kB, non-trimmed:        0 B,  current rate:   2752 kB/s', undefined],
  ['Copying non-tried blocks... Pass 1 (forwards)', undefined],
  ['  rescued: 12345678 kB,', undefined],
  ['', undefined],
])('of %j that is %s', (line, bytes) => {
  expect(readRescuedBytes(line)).toBe(bytes);
});
