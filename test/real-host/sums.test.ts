import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';

import { sumFilesHere } from '../../src/host/real/sums-worker.ts';
import type { Fixture } from './fixtures.ts';
import { useProgramFixtures } from './program-fixtures.ts';

let fixture: Fixture;
useProgramFixtures((each) => {
  fixture = each;
});

let root: string;
beforeEach(() => {
  root = fs.mkdtempSync(join(tmpdir(), 'vdoctl-sums-'));
  fs.mkdirSync(join(root, 'old/within'), { recursive: true });
  fs.mkdirSync(join(root, 'new/within'), { recursive: true });
  for (const [name, text] of Object.entries({ a: 'one', 'within/b': 'two', 'odd\n\\name': 'three' }))
    fs.writeFileSync(join(root, 'old', name), text);
});
afterEach(() => {
  fs.rmSync(root, { recursive: true, force: true });
});

const silent = (): void => undefined;
const write = (directory: string, previous: string | null = null) =>
  sumFilesHere(
    {
      kind: 'write',
      directory: join(root, directory),
      sums: join(root, `${directory}.sha256`),
      previous:
        previous === null
          ? null
          : { directory: join(root, previous), sums: join(root, `${previous}.sha256`) },
    },
    silent,
  );
const compare = (directory: string) =>
  sumFilesHere(
    { kind: 'compare', directory: join(root, directory), sums: join(root, `${directory}.sha256`) },
    silent,
  );
const none = { count: 0, names: [] };

test('sha256sum takes what is written, with names of every kind', () => {
  expect(write('old')).toMatchObject({ files: 3, filesRead: 3, bytes: 11, unreadable: none });
  const said = execFileSync('sha256sum', ['--check', '--strict', '../old.sha256'], {
    cwd: join(root, 'old'),
  });
  expect(said.toString().match(/: OK$/gm)).toHaveLength(3);
});

test('so many files that their lines are written in several pieces have a line each', () => {
  const count = 4000;
  for (let index = 0; index < count; index += 1)
    fs.writeFileSync(join(root, 'new', `${'n'.repeat(220)}${String(index)}`), String(index % 7));
  expect(write('new')).toMatchObject({ files: count, unreadable: none });
  const lines = fs.readFileSync(join(root, 'new.sha256'), 'utf8').trimEnd().split('\n');
  expect(lines).toHaveLength(count);
  expect(new Set(lines).size).toBe(count);
  expect(compare('new')).toMatchObject({ files: count, differing: none, missing: none, more: none });
});

test('a hard link takes its sum over and is not read; a file of the same name and size is', () => {
  write('old');
  fs.linkSync(join(root, 'old/a'), join(root, 'new/a'));
  fs.writeFileSync(join(root, 'new/within/b'), 'TWO');
  expect(write('new', 'old')).toMatchObject({ files: 2, filesRead: 1, bytes: 6 });
  expect(compare('new')).toMatchObject({ files: 2, differing: none, missing: none, more: none });
});

test('what changed, went or came since is told', () => {
  write('old');
  fs.writeFileSync(join(root, 'old/a'), 'ONE');
  fs.rmSync(join(root, 'old/within/b'));
  fs.writeFileSync(join(root, 'old/within/c'), 'new');
  expect(compare('old')).toMatchObject({
    differing: { count: 1, names: ['a'] },
    missing: { count: 1, names: ['within/b'] },
    more: { count: 1, names: ['within/c'] },
  });
});

test('links, sockets and what they lead to are no files', () => {
  fs.symlinkSync('/etc/passwd', join(root, 'new/link'));
  fs.symlinkSync('..', join(root, 'new/up'));
  expect(write('new')).toMatchObject({ files: 0, unreadable: none });
});

test('a link that lies where it writes is replaced, never followed', () => {
  const other = join(root, 'other');
  fs.writeFileSync(other, 'mine');
  fs.symlinkSync(other, join(root, 'old.sha256.part'));
  write('old');
  expect(fs.readFileSync(other, 'utf8')).toBe('mine');
  expect(compare('old')).toMatchObject({ files: 3, differing: none });
});

test('a file of checksums that is none is named, and so is a directory that is not there', () => {
  fs.writeFileSync(join(root, 'old.sha256'), 'no checksum\n');
  expect(() => compare('old')).toThrow(/old\.sha256 has a line that is no checksum/);
  expect(() => write('gone')).toThrow(/gone cannot be read/);
});

test('the program does it in a process of its own', async () => {
  const directory = join(root, 'old');
  const sums = join(root, 'old.sha256');
  const ask = (kind: 'write' | 'compare') =>
    fixture.host.sumFiles(
      kind === 'write' ? { kind, directory, sums, previous: null } : { kind, directory, sums },
      { timeLimitMs: 60_000 },
    );
  expect(await ask('write')).toMatchObject({ kind: 'read', files: 3, filesRead: 3 });
  expect(await ask('compare')).toMatchObject({ kind: 'read', files: 3, differing: none });
  fs.rmSync(directory, { recursive: true });
  expect(await ask('compare')).toEqual({ kind: 'failed', reason: `${directory} cannot be read` });
});
