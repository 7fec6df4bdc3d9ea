import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import { createFiles } from '../../src/host/real/files.ts';
import { readHistory, readLatest, readUnfinished } from '../../src/journal/read.ts';
import { recordSchema } from '../../src/journal/schema.ts';
import { OperationJournal, recordSettled } from '../../src/journal/write.ts';
import { lookAtHost } from '../../src/stacks/host-look.ts';
import { remove } from '../../src/operations/remove.ts';
import { createDmHost } from '../simulated/worlds.ts';
import { createSession, problemOf, snapshot } from './fakes.ts';
import { createStep, failed, follow, makeTestPlan } from './steps.ts';
import { describeCommandOutcome } from '../../src/stacks/tool-result.ts';

const directory = '/var/lib/vdoctl/operations';
const steps = [createStep('a'), createStep('b')];
const create = { ...makeTestPlan(steps), operation: 'create' as const };

const journalFiles = (host: ReturnType<typeof createDmHost>) =>
  host.world.files.filter(({ path }) => path.startsWith(directory));

function changeJournal(host: ReturnType<typeof createDmHost>, change: (text: string) => string): void {
  host.change((world) => {
    for (const file of world.files) if (file.path.startsWith(directory)) file.text = change(file.text);
  });
}

describe('what is written down', () => {
  test('before and after each step, with each command, how it ended and what it said', async () => {
    const host = createDmHost();
    host.failNext('dmsetup create b', failed('no such luck'));
    await problemOf(follow(host, steps));
    const [file] = journalFiles(host);
    expect(file?.mode).toBe(0o600);
    expect(file?.path).toMatch(/\/20\d{6}T\d{6}\.\d{3}Z-\d+-x\.jsonl$/);
    const records = (file?.text ?? '')
      .trimEnd()
      .split('\n')
      .map((line): unknown => JSON.parse(line));
    expect(records).toMatchObject([
      { record: 'begun', schemaVersion: 1, user: 'root', host: 'simulated', plan: { volume: 'x' } },
      { record: 'step', way: 'forward', index: 0, state: 'begun', title: 'Create a' },
      { record: 'command', command: { file: 'dmsetup' }, exitCode: 0 },
      { record: 'step', index: 0, state: 'done' },
      { record: 'step', index: 1, state: 'begun' },
      { record: 'command', exitCode: 1, how: 'exit code 1', output: 'no such luck' },
      { record: 'step', index: 1, state: 'failed' },
      { record: 'step', way: 'undo', index: 0, state: 'begun', title: 'Remove a' },
      { record: 'command', exitCode: 0 },
      { record: 'step', way: 'undo', index: 0, state: 'done' },
      { record: 'ended', outcome: 'put-back', why: expect.stringContaining('no such luck') as string },
    ]);
    for (const record of records) expect(recordSchema.safeParse(record)).toMatchObject({ success: true });
  });

  test('of a command that says much, the end', async () => {
    const host = createDmHost();
    host.failNext('dmsetup create b', failed(`${'x'.repeat(100_000)}the end`));
    await problemOf(follow(host, steps));
    const { operations } = await readHistory(host.files);
    const output = operations[0]?.operation.commands[1]?.output ?? '';
    expect(output).toMatch(/the end$/);
    expect(output.length).toBe(2000);
  });

  test('a full disk is met before the first step', async () => {
    const host = createDmHost();
    host.change((world) => (world.varFails = 'ENOSPC: no space left on device, write'));
    const before = snapshot(host);
    const problem = await problemOf(remove(createSession(host), 'my-vdo'));
    expect(problem).toMatchObject({
      because: 'journal-unwritable',
      facts: { why: expect.stringContaining('ENOSPC') as string },
    });
    expect(snapshot(host)).toBe(before);
    expect(host.log.filter(({ command }) => command.effect === 'changes')).toEqual([]);
  });
});

describe('what is not over', () => {
  const begin = (host = createDmHost()) => ({ host, journal: OperationJournal.begin(host, create) });

  test('is under way while its process lives, and cut off when it is gone', async () => {
    const { host } = begin();
    expect((await readUnfinished(host.files)).unfinished).toMatchObject([{ state: 'under-way' }]);
    changeJournal(host, (text) => text.replace(/"startedAtTicks":"\d+"/, '"startedAtTicks":"1"'));
    expect((await readUnfinished(host.files)).unfinished).toMatchObject([{ state: 'cut-off' }]);
  });

  test('is cut off by a reboot, though a process has its number, and began as long after the boot', async () => {
    const { host } = begin();
    changeJournal(host, (text) => text.replace(/"bootId":"[^"]+"/, '"bootId":"of another boot"'));
    expect((await readUnfinished(host.files)).unfinished).toMatchObject([{ state: 'cut-off' }]);
    const { operations } = await readHistory(host.files);
    expect(operations).toMatchObject([{ state: 'cut-off' }]);
  });

  test('has an alert, also where there is no volume of that name', async () => {
    const { host } = begin();
    const { seen } = await lookAtHost(host);
    const found = seen.find(({ volume }) => volume.name === 'x');
    expect(found?.volume).toMatchObject({ state: 'stopped', stack: 'dm', mode: null });
    expect(found?.volume.alerts.map(({ code }) => code)).toContain('operation-under-way');
  });

  test('is over once it is settled, however often', async () => {
    const { host } = begin();
    const { unfinished } = await readUnfinished(host.files);
    for (const each of [...unfinished, ...unfinished]) recordSettled(host, each, { by: 'y', how: 'undone' });
    expect((await readUnfinished(host.files)).unfinished).toEqual([]);
    const { operations } = await readHistory(host.files);
    expect(operations[0]?.operation.settled).toMatchObject({ by: 'y', how: 'undone' });
  });

  test('and was ended before its file got its last name, is over', async () => {
    const { host, journal } = begin();
    journal.end('half-done', 'why not');
    expect((await readUnfinished(host.files)).unfinished).toMatchObject([{ state: 'cut-off' }]);
    changeJournal(host, (text) => text.replace('"outcome":"half-done"', '"outcome":"done"'));
    expect((await readUnfinished(host.files)).unfinished).toEqual([]);
  });
});

describe('a journal that was torn', () => {
  const withText = (change: (text: string) => string) => {
    const host = createDmHost();
    const journal = OperationJournal.begin(host, create);
    journal.step({ way: 'forward', index: 0, title: 'Create a', state: 'begun' });
    changeJournal(host, change);
    return host;
  };

  test('in its last line is read without it', async () => {
    const host = withText((text) => text.slice(0, -20));
    const { unfinished, missing } = await readUnfinished(host.files);
    expect(missing).toEqual([]);
    expect(unfinished[0]?.operation.steps).toEqual([]);
  });

  test('in its first line had begun nothing', async () => {
    const host = withText((text) => text.slice(0, 40));
    expect(await readUnfinished(host.files)).toEqual({ unfinished: [], missing: [] });
  });

  test.each([(text: string) => text.slice(0, 40), () => ''])(
    'when it was over is said in the history',
    async (change) => {
      const host = createDmHost();
      OperationJournal.begin(host, create).end('done', null);
      changeJournal(host, change);
      const { operations, missing } = await readHistory(host.files);
      expect(operations).toEqual([]);
      expect(missing).toMatchObject([{ what: expect.stringContaining(directory) as string }]);
    },
  );

  const newer = /written by a newer vdoctl/;
  test.each<[string, (text: string) => string, RegExp]>([
    ['in the middle', (text) => text.replace('\n', 'x\n'), /line 1 is not JSON/],
    ['by another version', (text) => text.replace('"schemaVersion":1', '"schemaVersion":2'), newer],
    ['by a step that nobody knows', (text) => text.replace('"kind":"run"', '"kind":"walk"'), newer],
    ['by a guard that nobody knows', (text) => text.replace('"title":', '"during":[],"title":'), newer],
    ['by a record with one thing more', (text) => text.replace('"record":"begun"', '$&,"asked":1'), newer],
    ['of its beginning', (text) => text.slice(text.indexOf('\n') + 1), /does not begin with the beginning/],
    ['by a program of somebody else', (text) => text.replace('"file":"dmsetup"', '"file":"sh"'), /runs sh$/],
    [
      'by a path of somebody else',
      (text) => text.replace('"args":["', '"args":["of=/etc/passwd","'),
      /gives \/etc\/passwd to \w+$/,
    ],
    [
      'by a path that leads elsewhere',
      (text) => text.replace('"args":["', '"args":["/dev/../etc/passwd","'),
      /gives \/dev\/\.\.\/etc\/passwd to/,
    ],
  ])('%s is said, and the volumes still show', async (_what, change, why) => {
    const host = withText(change);
    const look = await lookAtHost(host);
    expect(look.missing.map(({ what }) => what).join()).toContain(directory);
    expect(look.missing.map((each) => each.why).join()).toMatch(why);
    expect(look.seen.map(({ volume }) => volume.name)).toEqual(['my-vdo']);
  });

  test('where others can write is said, and nothing is begun there', async () => {
    const host = withText((text) => text);
    const reason = `${directory} may be written by others (mode 777)`;
    const refused = () => ({ kind: 'failed', reason }) as const;
    const look = await readUnfinished({ ...host.files, listOwn: refused });
    expect(look).toEqual({
      unfinished: [],
      missing: [
        {
          source: 'journal',
          what: `operations that were cut off (${directory})`,
          why: reason,
          path: directory,
        },
      ],
    });
    expect(() =>
      OperationJournal.begin({ ...host, files: { ...host.files, beginRecord: refused } }, create),
    ).toThrow(
      expect.objectContaining({ problem: expect.objectContaining({ kind: 'refused' }) as unknown }) as Error,
    );
  });
});

describe('on a real disk', () => {
  let root: string;
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'vdoctl-journal-'));
  });
  afterEach(() => {
    rmSync(root, { recursive: true });
  });
  const value = <T>(reading: { kind: string; value?: T }): T => {
    if (reading.kind !== 'read') throw new Error(JSON.stringify(reading));
    return reading.value as T;
  };

  test('room is taken at once, used piece by piece, and given back', () => {
    const files = createFiles(root);
    const record = value(files.beginRecord('/deep/below/a.open', 9000));
    expect(statSync(join(root, 'deep/below/a.open'))).toMatchObject({ size: 9000 });
    expect(statSync(join(root, 'deep/below/a.open')).mode & 0o777).toBe(0o600);
    expect(statSync(join(root, 'deep/below')).mode & 0o777).toBe(0o700);
    record.append('one\n');
    record.append('two\n');
    expect(readFileSync(join(root, 'deep/below/a.open'), 'utf8').trimEnd()).toBe('one\ntwo');
    expect(record.complete('/deep/below/a.done').kind).toBe('read');
    expect(readFileSync(join(root, 'deep/below/a.done'), 'utf8')).toBe('one\ntwo\n');
  });

  test('another process goes on behind the last whole line of the first', () => {
    const files = createFiles(root);
    const record = value(files.beginRecord('/a.open', 100));
    record.append('one\n');
    record.append('tw');
    record.close();
    const later = value(files.continueRecord('/a.open'));
    later.append('three\n');
    later.complete('/a.done');
    expect(readFileSync(join(root, 'a.done'), 'utf8')).toBe('one\nthree\n');
  });

  test('a file that is there is not begun again', () => {
    const files = createFiles(root);
    value(files.beginRecord('/a.open', 10)).close();
    expect(files.beginRecord('/a.open', 10)).toMatchObject({ kind: 'failed' });
  });
});

test('the latest operations on a volume: no other file is read', async () => {
  const host = createDmHost();
  const plans = ['x', 'my-x', 'vg/x', 'x', 'x'].map((volume) => ({ ...create, volume }));
  for (const plan of plans) {
    OperationJournal.begin(host, plan).end('done', null);
    await host.clock.sleep(1);
  }
  const read: string[] = [];
  const files: typeof host.files = {
    ...host.files,
    readOwn: (path) => {
      read.push(path);
      return host.files.readOwn(path);
    },
  };
  const all = (await readHistory(host.files)).operations;
  expect((await readLatest(files, 'x', 2)).operations).toEqual([all[3], all[4]]);
  expect(read.filter((path) => path.startsWith(directory))).toHaveLength(2);
  expect((await readLatest(files, 'vg/x', 2)).operations).toEqual([all[2]]);
});

test.each([
  [10, { found: 'x'.repeat(10) }],
  [10_000, null],
])('of a cause with %i characters of facts the code is written down in any case', async (length, facts) => {
  const host = createDmHost();
  const cause = {
    problem: 'refused',
    because: 'not-as-expected',
    facts: { found: 'x'.repeat(length) },
  } as const;
  OperationJournal.begin(host, create).end('put-back', 'why', cause);
  const { operations, missing } = await readHistory(host.files);
  expect(missing).toEqual([]);
  expect(operations[0]?.operation.ended?.cause).toEqual({ ...cause, facts });
});

test('how a command ended is told in the words of its outcome', async () => {
  const host = createDmHost();
  await follow(host, steps);
  const { operations } = await readHistory(host.files);
  const [result] = host.log.filter(({ command }) => command.effect === 'changes');
  if (result === undefined) throw new Error('nothing was run');
  expect(operations[0]?.operation.commands[0]?.how).toBe(describeCommandOutcome(result));
  expect(operations[0]?.state).toBe('done');
});
