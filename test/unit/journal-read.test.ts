import { describe, expect, test } from 'vitest';
import type { Files } from '../../src/host/host.ts';
import { beginOfId, isFileAbout, nameInId } from '../../src/journal/record-files.ts';
import { readHistory, readLatest, readUnfinished, type Wanted } from '../../src/journal/read.ts';
import { OperationJournal, recordSettled } from '../../src/journal/write.ts';
import { createDmHost } from '../simulated/worlds.ts';
import { createStep, makeTestPlan } from './steps.ts';

const directory = '/var/lib/vdoctl/operations';
const create = { ...makeTestPlan([createStep('a')]), operation: 'create' as const };

function begin(volume = 'x') {
  const host = createDmHost();
  const journal = OperationJournal.begin(host, { ...create, volume });
  const change = (each: (file: { path: string; text: string }) => void): void => {
    host.change(({ files }) => {
      files.filter(({ path }) => path.startsWith(directory)).forEach(each);
    });
  };
  return { host, journal, change };
}

test('an operation that was settled, but whose file has not got its last name, is over', async () => {
  const { host, journal, change } = begin();
  journal.end('half-done', 'why not');
  const { unfinished } = await readUnfinished(host.files);
  for (const each of unfinished) recordSettled(host, each, { by: 'y', how: 'undone' });
  change((file) => (file.path = file.path.replace('.jsonl', '.open')));
  expect(unfinished).toHaveLength(1);
  expect(await readUnfinished(host.files)).toEqual({ unfinished: [], missing: [] });
});

test('of two long names that begin alike each has its own operations', async () => {
  const [one, other] = ['1', '2'].map((end) => `vg/${'n'.repeat(125)}${end}`) as [string, string];
  const { host } = begin(one);
  expect((await readLatest(host.files, one, 5)).operations).toHaveLength(1);
  expect((await readLatest(host.files, other, 5)).operations).toEqual([]);
});

test('only the files of the operations that are wanted are read', async () => {
  const { host, journal } = begin('x');
  journal.end('done', null);
  const beganMs: number[] = [];
  for (const volume of ['vg/x', 'x', 'y', 'x']) {
    await host.clock.sleep(60_000);
    beganMs.push(host.clock.now());
    OperationJournal.begin(host, { ...create, volume }).end('done', null);
  }
  const read: string[] = [];
  const files: Files = {
    ...host.files,
    readOwn: (path) => {
      read.push(path.replace(/.*Z-\d+-/, ''));
      return host.files.readOwn(path);
    },
  };
  const volumesOf = async (wanted: Wanted): Promise<readonly string[]> => {
    read.length = 0;
    const { operations } = await readHistory(files, wanted);
    return operations.map(({ operation }) => operation.begun.plan.volume);
  };
  expect(await volumesOf({ volume: 'x' })).toEqual(['x', 'x', 'x']);
  expect(read).toEqual(['x.jsonl', 'x.jsonl', 'x.jsonl']);
  expect(await volumesOf({ most: 2 })).toEqual(['y', 'x']);
  expect(read).toEqual(['y.jsonl', 'x.jsonl']);
  const [first = 0, second = 0, third = 0] = beganMs;
  expect(await volumesOf({ sinceMs: first, untilMs: third })).toEqual(['vg/x', 'x', 'y']);
  expect(await volumesOf({ sinceMs: first + 1, untilMs: third - 1 })).toEqual(['x']);
  expect(await volumesOf({ volume: 'x', sinceMs: second, most: 1 })).toEqual(['x']);
  expect(read).toEqual(['x.jsonl']);
});

test('of long names that begin alike each has as many operations as are wanted', async () => {
  const [one, other] = ['1', '2'].map((end) => `vg/${'n'.repeat(125)}${end}`) as [string, string];
  const { host } = begin(one);
  await host.clock.sleep(60_000);
  OperationJournal.begin(host, { ...create, volume: other });
  expect((await readHistory(host.files, { volume: one, most: 1 })).operations).toHaveLength(1);
});

test('what else lies in the directory is no operation, and is not told of', async () => {
  const { host, journal } = begin();
  journal.end('done', null);
  for (const name of ['readme', '.20260101T000000.000Z-1-x.jsonl', 'x.jsonl~'])
    host.files.writeAtomically(`${directory}/${name}`, 'not JSON\nat all\n', 0o600);
  expect(await readHistory(host.files)).toMatchObject({ operations: [{ state: 'done' }], missing: [] });
  expect(await readUnfinished(host.files)).toEqual({ unfinished: [], missing: [] });
});

test('a file of another kind of name is about no volume', async () => {
  const { host } = begin();
  host.files.writeAtomically(`${directory}/notes.jsonl`, '', 0o600);
  expect((await readLatest(host.files, 'x', 5)).operations).toHaveLength(1);
  expect(isFileAbout('notes.jsonl', 'notes')).toBe(false);
  // A file name has at most 255 bytes.
  expect(nameInId('/'.repeat(300))).toHaveLength(120);
  expect(beginOfId('x20260203T040506.789Z-1-a')).toBeUndefined();
});

describe('what cannot be read', () => {
  const readWith = (parts: Partial<Files>) => readUnfinished({ ...begin().host.files, ...parts });

  test('is told with why', async () => {
    const refused = await readWith({ listOwn: () => ({ kind: 'not-permitted' }) });
    expect(refused.missing.map(({ why }) => why)).toEqual(['only root may read them']);
    const failed = await readWith({ listOwn: () => ({ kind: 'failed', reason: 'EIO' }) });
    expect(failed.missing.map(({ why }) => why)).toEqual(['EIO']);
    const one = await readWith({ readOwn: () => ({ kind: 'not-permitted' }) });
    expect(one).toMatchObject({ unfinished: [], missing: [{ why: 'not-permitted' }] });
  });

  test('is nothing where whoever wrote it has ended it just now', async () => {
    expect(await readWith({ readOwn: () => ({ kind: 'missing' }) })).toEqual({ unfinished: [], missing: [] });
  });

  test('is told with its line', async () => {
    const { host, journal, change } = begin();
    journal.step({ way: 'forward', index: 0, title: 'Create a', state: 'begun' });
    journal.step({ way: 'forward', index: 0, title: 'Create a', state: 'done' });
    change((file) => (file.text = file.text.replace('"state":"begun"', '"state":"odd"')));
    expect((await readUnfinished(host.files)).missing.map(({ why }) => why).join()).toMatch(
      /^line 2: .*newer/,
    );
  });
});
