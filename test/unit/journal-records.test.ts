import { describe, expect, test } from 'vitest';
import type { Files, Reading } from '../../src/host/host.ts';
import type { TestHost } from '../simulated/test-host.ts';
import { readHistory, readUnfinished } from '../../src/journal/read.ts';
import { OperationJournal, recordSettled } from '../../src/journal/write.ts';
import type { CommandResult } from '../../src/model/command.ts';
import type { DeviceAccount } from '../../src/model/account-schema.ts';
import type { Plan } from '../../src/model/plan.ts';
import { createDmHost } from '../simulated/worlds.ts';
import { problemOf } from './fakes.ts';
import { createStep, failed, follow, followPlan, makeTestPlan } from './steps.ts';

async function readOnly(host: TestHost) {
  const { operations } = await readHistory(host.files);
  const [first] = operations;
  if (first === undefined) throw new Error('nothing is written down');
  return first.operation;
}

describe('an operation', () => {
  test('says how it ended only when it has', () => {
    const journal = OperationJournal.begin(createDmHost(), makeTestPlan([]));
    expect([journal.outcome, journal.why]).toEqual([undefined, null]);
    journal.end('half-done', 'why not');
    expect([journal.outcome, journal.why]).toEqual(['half-done', 'why not']);
  });

  test('settles none but those that it is told', async () => {
    const host = createDmHost();
    OperationJournal.begin(host, makeTestPlan([]));
    expect((await readOnly(host)).begun.settles).toEqual([]);
  });
});

describe('a command', () => {
  test('is written down with all that it said, without empty lines around and between', async () => {
    const host = createDmHost();
    host.failNext('dmsetup create a', { ...failed('\n err \n\n'), stdout: '\nout\nand more\n\n' });
    await problemOf(follow(host, [createStep('a')]));
    const [command] = (await readOnly(host)).commands;
    expect(command).toMatchObject({ exitCode: 1, output: 'out\nand more\nerr' });
  });

  test('that was killed has no exit code', async () => {
    const host = createDmHost();
    host.failNext('dmsetup create a', { outcome: { kind: 'signalled', signal: 'SIGKILL' } });
    await problemOf(follow(host, [createStep('a')]));
    const [command] = (await readOnly(host)).commands;
    expect(command).toMatchObject({ exitCode: null, command: { file: 'dmsetup' } });
  });
});

describe('the room that is asked for', () => {
  const long = 'x'.repeat(20_000);
  const words = (plan: Plan, text: string): Plan => ({ ...plan, mayLose: [text] });

  test.each<[string, Plan, 'goes well' | 'fails']>([
    ['one step', makeTestPlan([createStep('a', { undo: [] })]), 'goes well'],
    ['two, put back', makeTestPlan([createStep('a'), createStep('b')]), 'fails'],
    [
      'many, each put back by two',
      makeTestPlan(
        Array.from({ length: 12 }, (_each, index) => {
          const step = createStep(`s${String(index)}`);
          return { ...step, undo: [...(step.undo ?? []), ...(createStep('again').undo ?? [])] };
        }),
      ),
      'fails',
    ],
    ['a long plan', words(makeTestPlan([createStep('a')]), 'y'.repeat(100_000)), 'goes well'],
  ])('holds all that is written: %s', async (_what, plan, how) => {
    const host = createDmHost();
    let room = 0;
    const beginRecord: Files['beginRecord'] = (path, bytes) => {
      room = bytes;
      return host.files.beginRecord(path, bytes);
    };
    const last = plan.steps.length - 1;
    const run: TestHost['run'] = async (command, options): Promise<CommandResult> => {
      const result = await host.run(command, options);
      return { ...result, stdout: long, stderr: long };
    };
    if (how === 'fails') {
      const { action } = plan.steps[last] ?? createStep('none');
      const name = action.kind === 'run' ? (action.command.args[1] ?? '') : '';
      host.failNext(`dmsetup create ${name}`, failed());
    }
    const work = followPlan({ ...host, run, files: { ...host.files, beginRecord } }, plan);
    if (how === 'fails') await problemOf(work);
    else await work;
    const text = host.world.files.find(({ path }) => path.startsWith('/var/lib/vdoctl/operations'))?.text;
    expect(text?.length ?? 0).toBeGreaterThan(2000);
    expect(room).toBeGreaterThanOrEqual(text?.length ?? 0);
    // At most a few pages per step: a nearly full disk must not stop every operation.
    const steps = plan.steps.length + plan.steps.flatMap(({ undo = [] }) => undo).length;
    expect(room).toBeLessThan(JSON.stringify(plan).length * 3 + (steps + 1) * 16 * 1024);
  });
});

describe('what cannot be written down', () => {
  const refuse = (reading: Reading<never>): TestHost => {
    const host = createDmHost();
    return { ...host, files: { ...host.files, beginRecord: () => reading, continueRecord: () => reading } };
  };

  test.each<[string, Reading<never>]>([
    ['ENOSPC: no space left', { kind: 'failed', reason: 'ENOSPC: no space left' }],
    ['not-permitted', { kind: 'not-permitted' }],
  ])('is refused with the directory and why: %s', (why, reading) => {
    expect(() => OperationJournal.begin(refuse(reading), makeTestPlan([]))).toThrow(
      expect.objectContaining({
        problem: expect.objectContaining({
          because: 'journal-unwritable',
          facts: { directory: '/var/lib/vdoctl/operations', why },
        }) as unknown,
      }) as Error,
    );
  });

  test('is not settled', async () => {
    const host = createDmHost();
    OperationJournal.begin(host, { ...makeTestPlan([createStep('a')]), operation: 'create' });
    const { unfinished } = await readUnfinished(host.files);
    const full = refuse({ kind: 'failed', reason: 'ENOSPC: no space left' });
    for (const each of unfinished)
      expect(() => {
        recordSettled(full, each, { by: 'y', how: 'undone' });
      }).toThrow(
        expect.objectContaining({ problem: expect.objectContaining({ name: 'x' }) as unknown }) as Error,
      );
    expect(unfinished).toHaveLength(1);
  });
});

describe('the account of a rehearsal', () => {
  const paths = (count: number, name: string) => ({
    count,
    names: Array.from({ length: count }, () => name),
  });
  const account = (tree: DeviceAccount['tree']): DeviceAccount => ({
    ...{ name: 'x', device: '/dev/mapper/x', holds: 'ext4', tree },
  });
  const treeOf = (count: number, compared: boolean): DeviceAccount['tree'] => {
    const many = paths(count, 'a/long/name');
    const all = { missing: many, differing: many, more: many, uncompared: many };
    return { files: 9, bytes: 99, unreadable: many, compared: compared ? all : null };
  };
  async function keep(told: DeviceAccount): Promise<unknown> {
    const host = createDmHost();
    OperationJournal.begin(host, makeTestPlan([])).account(told);
    return (await readOnly(host)).accounts?.[0]?.account;
  }

  test('is kept as it is, with its names', async () => {
    const told = account(treeOf(3, true));
    expect(await keep(told)).toEqual(told);
  });

  test('without its names where they are more than a journal takes: the counts stay', async () => {
    const few = { count: 90, names: [] };
    const cut = { missing: few, differing: few, more: few, uncompared: few };
    expect(await keep(account(treeOf(90, true)))).toEqual(
      account({ files: 9, bytes: 99, unreadable: few, compared: cut }),
    );
    const alone = { count: 400, names: [] };
    expect(await keep(account(treeOf(400, false)))).toEqual(
      account({ files: 9, bytes: 99, unreadable: alone, compared: null }),
    );
  });

  test('of what could not be mounted is kept, however long its words are', async () => {
    const told = { ...account(null), holds: 'x'.repeat(5000) };
    expect(await keep(told)).toEqual(told);
  });
});
