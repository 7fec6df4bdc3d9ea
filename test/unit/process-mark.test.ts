import { describe, expect, test } from 'vitest';
import { isAlive, markOwnProcess } from '../../src/journal/process-mark.ts';
import { createFakeFiles, type Entry } from './fakes.ts';

const mark = { pid: 999, startedAtTicks: '4711', bootId: 'b-1' };

/** A line of proc_pid_stat(5), up to the start time and a few fields more. */
function statOf(name: string, pid = 999, startedAtTicks = '4711'): string {
  const between = Array.from({ length: 18 }, (_each, index) => String(index));
  return `${String(pid)} (${name}) S ${between.join(' ')} ${startedAtTicks} 12345 678\n`;
}

function filesWith(parts: Readonly<Record<string, Entry>>) {
  return createFakeFiles({ '/proc/sys/kernel/random/boot_id': 'b-1\n', ...parts });
}

describe('the mark of this process', () => {
  test.each(['node', 'a name', ') S 1 2', '((', 'node) R 1 (x'])('is read behind its name "%s"', (name) => {
    expect(markOwnProcess(filesWith({ '/proc/self/stat': statOf(name) }))).toEqual(mark);
  });

  test('is that of nobody where the kernel does not tell', () => {
    expect(markOwnProcess(createFakeFiles({}))).toEqual({ pid: 0, startedAtTicks: '', bootId: '' });
    const cutOff = filesWith({ '/proc/self/stat': '999 (node) S 1' });
    expect(markOwnProcess(cutOff)).toEqual({ ...mark, startedAtTicks: '' });
  });
});

describe('a process that was marked', () => {
  test.each<[string, boolean, Readonly<Record<string, Entry>>]>([
    ['is there', true, { '/proc/999/stat': statOf('node') }],
    ['is gone', false, { '/proc/998/stat': statOf('node', 998) }],
    ['has left its number to another', false, { '/proc/999/stat': statOf('node', 999, '4712') }],
    [
      'was of another boot, in which one began as long after it',
      false,
      { '/proc/999/stat': statOf('node'), '/proc/sys/kernel/random/boot_id': 'b-2\n' },
    ],
    ['cannot be looked at', false, { '/proc/999/stat': { forbidden: true } }],
  ])('%s: %s', (_how, alive, parts) => {
    expect(isAlive(filesWith(parts), mark)).toBe(alive);
  });
});
