import { describe, expect, test } from 'vitest';
import { addRemembered as rememberNow } from '../../src/simulator/arrange.ts';
import { historyDocument } from '../../src/cli/format/history.ts';
import { readHistory } from '../../src/journal/read.ts';
import type { Files } from '../../src/host/host.ts';
import type { TestHost } from '../simulated/test-host.ts';
import { looking } from '../../src/model/command.ts';
import type { Step } from '../../src/model/plan.ts';
import type { Problem } from '../../src/model/problem.ts';
import { codeAndFacts } from '../../src/model/problem-code.ts';
import type { Remembered } from '../../src/model/remembered.ts';
import { readMemoryOf } from '../../src/stacks/dm/memory.ts';
import { forget, remember } from '../../src/stacks/dm/steps.ts';
import { carryOut } from '../../src/operations/carry-out.ts';
import { describeCause, describeProblem } from '../../src/prose/problems.ts';
import { createDmHost, low } from '../simulated/worlds.ts';
import { createSession, problemOf } from './fakes.ts';
import { createStep, failed, follow, hasDevice, makeTestPlan } from './steps.ts';

const path = '/etc/vdoconf.yml';
const written: Step = {
  title: 'Write it',
  action: { kind: 'replace-file', path, was: null, becomes: 'new\n', mode: 0o644, change: 'new' },
  undo: [
    {
      title: 'Remove it',
      action: { kind: 'remove-file', path, was: 'new\n' },
      unless: [{ kind: 'manager-state', name: 'x', oneOf: [] }],
    },
  ],
};

/** The host with some functions of its file system replaced. */
function withFiles(host: TestHost, parts: Partial<Files>): TestHost {
  return { ...host, files: { ...host.files, ...parts } };
}

const noRoom = () => ({ kind: 'failed', reason: 'ENOSPC: no space left on device' }) as const;
const blocked = createStep('b', { before: [{ kind: 'dm-absent', dmName: 'my-vdo' }] });

const say = (problem: Problem): string => describeProblem(problem).what;

describe('a refusal after something was changed', () => {
  test('says that it was put back, and is no 8', async () => {
    const host = createDmHost();
    const problem = await problemOf(follow(host, [createStep('a'), blocked]));
    expect(problem).toMatchObject({ kind: 'put-back', stays: '', cause: { kind: 'refused' } });
    expect(describeProblem(problem)).toMatchObject({
      exitCode: 9,
      what: 'x: expected: the device my-vdo is gone; found: my-vdo is still there; the steps already taken on x were undone',
    });
    expect(hasDevice(host, 'a')).toBe(false);
  });

  test('is written down as a code, too', async () => {
    const host = createDmHost();
    const { cause } = (await problemOf(follow(host, [createStep('a'), blocked]))) as { cause: Problem };
    const { operations } = await readHistory(host.files);
    const [told] = historyDocument(host, operations, []).operations;
    expect(told).toMatchObject({
      outcome: 'put-back',
      why: describeCause(cause),
      cause: codeAndFacts(cause),
    });
    expect(told?.cause).toMatchObject({
      problem: 'refused',
      because: 'not-as-expected',
      facts: { name: 'x' },
    });
  });

  test('says what could not be put back', async () => {
    const gone = createStep('a', { undo: [], leaves: 'what /dev/vdb held is erased' });
    const problem = await problemOf(follow(createDmHost(), [gone, blocked]));
    expect(say(problem)).toMatch(/were undone, but what \/dev\/vdb held is erased$/);
  });

  test('is none before the first step, or where steps have only waited', async () => {
    const command = looking('udevadm', ['settle']);
    const settle: Step = { title: 'Wait', action: { kind: 'run', command }, mayFail: true };
    for (const steps of [[blocked], [settle, blocked]]) {
      const problem = await problemOf(follow(createDmHost(), steps));
      expect(problem).toMatchObject({ kind: 'refused' });
      expect(describeProblem(problem)).toMatchObject({
        exitCode: 8,
        what: expect.stringMatching(/; nothing was changed$/) as string,
      });
    }
  });

  test('behind the point of no return is half-done, and no 8 either', async () => {
    const problem = await problemOf(
      follow(createDmHost(), [createStep('a', { pointOfNoReturn: true }), blocked]),
    );
    expect(problem).toMatchObject({ kind: 'half-done', cause: { kind: 'refused' } });
    const { exitCode, what } = describeProblem(problem);
    expect(exitCode).toBe(9);
    expect(what).not.toContain('nothing was changed');
  });
});

describe('a file that cannot be written', () => {
  test('is met before the first step of the plan', async () => {
    const plain = createDmHost();
    const host = withFiles(plain, { proveWritable: noRoom });
    const plan = makeTestPlan([createStep('a'), written]);
    const problem = await problemOf(carryOut(createSession(host), plan));
    expect(say(problem)).toBe(
      `x: ${path} cannot be written (ENOSPC: no space left on device); nothing was changed`,
    );
    expect(plain.log.filter(({ command }) => command.effect === 'changes')).toEqual([]);
    expect(hasDevice(plain, 'a')).toBe(false);
  });

  test('later all the same: what came before is put back', async () => {
    const plain = createDmHost();
    const host = withFiles(plain, { writeAtomically: noRoom });
    const problem = await problemOf(follow(host, [createStep('a'), written]));
    expect(describeProblem(problem).exitCode).toBe(9);
    expect(say(problem)).toBe(
      `x: ${path} cannot be written (ENOSPC: no space left on device); the steps already taken on x were undone`,
    );
    expect(hasDevice(plain, 'a')).toBe(false);
  });

  test('and has its new content although that is said: it is put back, too', async () => {
    const plain = createDmHost();
    const host = withFiles(plain, {
      writeAtomically: (...words) => {
        plain.files.writeAtomically(...words);
        return { kind: 'failed', reason: 'EIO: i/o error, fsync' };
      },
    });
    const kept: Step = {
      ...written,
      undo: written.undo?.map(({ title, action }) => ({ title, action })) ?? [],
    };
    const problem = await problemOf(follow(host, [createStep('a'), kept]));
    expect(say(problem)).toContain('EIO');
    expect(plain.files.readText(path)).toEqual({ kind: 'missing' });
  });
});

describe('the table of a volume that cannot be kept', () => {
  const memory = '/etc/vdoctl/volumes/my-vdo.json';
  const failing = { kind: 'failed', reason: 'EIO: i/o error, fsync' } as const;
  function recall(host: TestHost): Remembered {
    host.change((world) => {
      rememberNow(world, 'my-vdo', low);
    });
    const remembered = readMemoryOf(host.files, 'my-vdo');
    if (remembered === undefined) throw new Error('nothing is remembered');
    return remembered;
  }

  test('but is written although that is said, is put back, and what came before, too', async () => {
    const plain = createDmHost();
    const remembered = recall(plain);
    plain.files.remove(memory);
    const host = withFiles(plain, {
      writeAtomically: (...words) => {
        plain.files.writeAtomically(...words);
        return failing;
      },
    });
    const problem = await problemOf(follow(host, [createStep('a'), remember(remembered, undefined)]));
    expect(say(problem)).toContain('EIO');
    expect(plain.files.readText(memory)).toEqual({ kind: 'missing' });
    expect(hasDevice(plain, 'a')).toBe(false);
  });

  test('or forgotten, is no step done: what follows is not begun', async () => {
    const plain = createDmHost();
    recall(plain);
    const host = withFiles(plain, { remove: () => failing });
    const problem = await problemOf(follow(host, [forget('my-vdo'), createStep('b')]));
    expect(say(problem)).toContain('EIO');
    expect(plain.log).toEqual([]);
  });

  test('for a defect of ours, is told as that', async () => {
    const plain = createDmHost();
    const remembered = recall(plain);
    const defect = new TypeError('no such thing');
    const host = withFiles(plain, {
      writeAtomically: () => {
        throw defect;
      },
    });
    await expect(follow(host, [remember(remembered, undefined)])).rejects.toBe(defect);
  });
});

test('the rest by hand begins at the step that failed, where another does the same', async () => {
  const host = createDmHost();
  const wait: Step = {
    title: 'Wait',
    action: { kind: 'run', command: looking('udevadm', ['settle']) },
  };
  host.beforeEach(({ args }) => {
    if (args[1] === 'b') host.failNext('udevadm settle', failed());
  });
  const steps = [wait, createStep('b', { pointOfNoReturn: true }), wait];
  const problem = await problemOf(follow(host, steps));
  expect(problem).toMatchObject({ kind: 'half-done', finish: ['udevadm settle'] });
});
