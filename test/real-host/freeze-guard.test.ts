import { spawn, type ChildProcess } from 'node:child_process';
import fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { guardWords, readGuardWords } from '../../src/model/freezing.ts';

/** The guard of a freeze, as the shell runs it, with an `fsfreeze` that only writes down what it is called with. */

let root: string;
let mark: string;
let mountPoint: string;
const children: ChildProcess[] = [];

beforeEach(() => {
  root = fs.mkdtempSync(join(tmpdir(), 'vdoctl-guard-'));
  mark = join(root, 'mark');
  mountPoint = join(root, 'mount point');
  for (const directory of [mark, join(root, 'bin')]) fs.mkdirSync(directory);
  fs.writeFileSync(mountPoint, '');
  const text = `#!/bin/sh\necho "$@" >> "${root}/calls"\n`;
  fs.writeFileSync(join(root, 'bin/fsfreeze'), text, { mode: 0o755 });
});
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  fs.rmSync(root, { recursive: true });
});

function start(seconds: number): { readonly child: ChildProcess; readonly ended: Promise<number | null> } {
  const [, file = '', ...args] = guardWords(mark, seconds, mountPoint);
  const PATH = `${root}/bin:${process.env['PATH'] ?? ''}`;
  const child = spawn(file, args, { env: { PATH }, stdio: 'ignore' });
  children.push(child);
  const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
  return { child, ended };
}

const calls = (): string =>
  fs.existsSync(join(root, 'calls')) ? fs.readFileSync(join(root, 'calls'), 'utf8') : '';

/** A process with the words of a freeze that does not come to its end: `tail -f` of a file. */
async function startPending(): Promise<ChildProcess> {
  const child = spawn('tail', ['-f', mountPoint], { argv0: 'fsfreeze', stdio: 'ignore' });
  children.push(child);
  await vi.waitFor(() => {
    const words = fs.readFileSync(`/proc/${String(child.pid)}/cmdline`, 'utf8').split('\0');
    expect(words).toEqual(['fsfreeze', '-f', mountPoint, '']);
  });
  return child;
}

/** Until it waits: for the mark, or for a freeze. */
async function untilAsleep({ pid }: ChildProcess): Promise<void> {
  const sleeps = new RegExp(`^\\d+ \\(sleep\\) \\S ${String(pid)} `);
  await vi.waitFor(
    () => {
      expect(listStats().some((line) => sleeps.test(line))).toBe(true);
    },
    { timeout: 60_000 },
  );
}

/** `/proc/PID/stat` of every process: its number, name, state and parent. */
function listStats(): readonly string[] {
  return fs.readdirSync('/proc').flatMap((name) => {
    try {
      return /^\d+$/.test(name) ? [fs.readFileSync(`/proc/${name}/stat`, 'utf8')] : [];
    } catch {
      return [];
    }
  });
}

describe('the guard of a freeze', () => {
  test('thaws once its time is over and the mark still stands', async () => {
    await start(1).ended;
    expect(calls()).toBe(`-u ${mountPoint}\n`);
  });

  test('ends without a word once the mark is gone', async () => {
    const { ended } = start(60);
    fs.rmdirSync(mark);
    await ended;
    expect(calls()).toBe('');
  });

  test('waits for a freeze that somebody gave up on, and thaws it', async () => {
    const pending = await startPending();
    fs.rmdirSync(mark);
    const { child, ended } = start(60);
    await untilAsleep(child);
    expect([child.exitCode, calls()]).toEqual([null, '']);
    pending.kill();
    await ended;
    expect(calls()).toBe(`-u ${mountPoint}\n`);
  });

  test('thaws at once when it is told to end', async () => {
    const { child, ended } = start(60);
    await untilAsleep(child);
    child.kill('SIGTERM');
    await ended;
    expect(calls()).toBe(`-u ${mountPoint}\n`);
  });
});

test('what the journal has of it is read back; anything else is none', () => {
  const words = guardWords('/run/vdoctl/frozen/a@1', 30, '/run/vdoctl/mounts/a');
  const read = { mark: '/run/vdoctl/frozen/a@1', seconds: 30, path: '/run/vdoctl/mounts/a' };
  expect(readGuardWords(words)).toEqual(read);
  for (const at of words.keys())
    if (at < 5) expect(readGuardWords(words.with(at, `${words[at] ?? ''} `))).toBeUndefined();
  expect(readGuardWords([...words, 'more'])).toBeUndefined();
  expect(readGuardWords(words.slice(0, -1))).toBeUndefined();
});
