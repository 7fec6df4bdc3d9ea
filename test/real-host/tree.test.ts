import fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';

import { readTreeHere } from '../../src/host/real/tree-reader.ts';
import type { Fixture } from './fixtures.ts';
import { useProgramFixtures } from './program-fixtures.ts';

let fixture: Fixture;
useProgramFixtures((each) => {
  fixture = each;
});

let root: string;
beforeEach(() => {
  root = fs.mkdtempSync(join(tmpdir(), 'vdoctl-tree-'));
  for (const side of ['own', 'other']) {
    fs.mkdirSync(join(root, side, 'within'), { recursive: true });
    fs.writeFileSync(join(root, side, 'a'), 'one');
    fs.writeFileSync(join(root, side, 'within/b'), 'two');
    fs.symlinkSync('a', join(root, side, 'link'));
  }
});
afterEach(() => {
  fs.rmSync(root, { recursive: true, force: true });
});

const none = { count: 0, names: [] };
const one = (name: string) => ({ count: 1, names: [name] });
const read = () => readTreeHere({ path: join(root, 'own'), compare: join(root, 'other') }, () => undefined);

test('what is alike is read, and nothing differs', () => {
  const compared = { missing: none, differing: none, more: none, uncompared: none };
  expect(read()).toEqual({ files: 2, bytes: 6, unreadable: none, compared });
});

test('what differs, is missing or is more is named, each by itself', () => {
  fs.writeFileSync(join(root, 'own/a'), 'ONE');
  fs.rmSync(join(root, 'own/within/b'));
  fs.writeFileSync(join(root, 'own/c'), 'new');
  expect(read().compared).toEqual({
    missing: one('within/b'),
    differing: one('a'),
    more: one('c'),
    uncompared: none,
  });
});

test('a link that leads elsewhere differs, and so does a file in place of a directory', () => {
  fs.rmSync(join(root, 'own/link'));
  fs.symlinkSync('within', join(root, 'own/link'));
  fs.rmSync(join(root, 'other/within'), { recursive: true });
  fs.writeFileSync(join(root, 'other/within'), 'a file');
  expect(read().compared?.differing).toEqual({ count: 2, names: ['link', 'within'] });
});

test('the program does it in a process of its own', async () => {
  const question = { path: join(root, 'own'), compare: null };
  expect(await fixture.host.readTree(question, { timeLimitMs: 60_000 })).toEqual({
    ...{ kind: 'read', files: 2, bytes: 6, unreadable: none, compared: null },
  });
  const gone = { path: join(root, 'gone'), compare: null };
  expect(await fixture.host.readTree(gone, { timeLimitMs: 60_000 })).toMatchObject({ kind: 'failed' });
});
