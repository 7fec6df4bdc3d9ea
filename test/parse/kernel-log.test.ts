import fs from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { findVdoLogLines } from '../../src/parse/kernel-log.ts';
import { recorded } from './recordings.ts';

test.each([
  ['dm/46', ['rebuild-begun vdo3', 'rebuild-done vdo3']],
  ['dm/49', []],
  ['dm/52', []],
  ['dm/69', []],
  ['dm/72', ['recovery-begun vdo1', 'recovery-done vdo1']],
  ['dm/84', []],
  ['dm/92', ['recovery-done vdo3']],
])('%s', (name, expected) => {
  const { stdout } = recorded(name);
  const found = findVdoLogLines(stdout);
  expect(found.map(({ kind, instance }) => `${kind} ${instance ?? ''}`)).toEqual(expected);
  for (const { line } of found) expect(stdout.split('\n')).toContain(line);
});

test.each([
  [
    '[ 9.1] device-mapper: vdo: vdo0:reqQ: Device was dirty, rebuilding reference counts',
    'dirty-at-start',
    'vdo0',
  ],
  ['device-mapper: vdo12:dmsetup: Entering recovery mode', 'recovery-begun', 'vdo12'],
  [
    '[ 9.1] kvdo3:journalQ: Unrecoverable error, entering read-only mode: VDO: bad (1465)',
    'went-read-only',
    'kvdo3',
  ],
  ['device-mapper: vdo: Read-only rebuild complete', 'rebuild-done', undefined],
  [
    '[ 9.1] device-mapper: vdo: vdo2:reqQ: Recovery journal is in the old format. Downgrade and complete recovery',
    'old-journal',
    'vdo2',
  ],
])('%s', (line, kind, instance) => {
  expect(findVdoLogLines(`${line}\n`)).toEqual([{ kind, instance, line }]);
});

test('of each generation', () => {
  const text = fs.readFileSync(path.join(import.meta.dirname, '../cases/inputs/kernel-lines.txt'), 'utf8');
  expect(findVdoLogLines(text).map(({ kind, instance }) => `${kind} ${instance ?? ''}`)).toEqual([
    'dirty-at-start kvdo0',
    'recovery-begun kvdo0',
    'went-read-only kvdo0',
    'upgrade-begun kvdo0',
    'went-read-only kvdo0',
    'load-aborted vdo0',
    'went-read-only vdo0',
  ]);
});

test.each([
  '',
  '[ 9.1] EXT4-fs (dm-1): Entering recovery mode',
  '[ 9.1] device-mapper: vdo: vdo1:reqQ: Replaying 1 recovery entries into block map',
  '[ 9.1] device-mapper: vdo: vdo1:reqQ: not yet Exiting recovery mode',
  '[ 9.1] somevdo1:reqQ: Exiting recovery mode',
])('%j is none', (line) => {
  expect(findVdoLogLines(line)).toEqual([]);
});
