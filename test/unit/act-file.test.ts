import { describe, expect, test } from 'vitest';
import type { Files } from '../../src/host/host.ts';
import type { TestHost } from '../simulated/test-host.ts';
import type { Action, Step } from '../../src/model/plan.ts';
import type { Remembered } from '../../src/model/remembered.ts';
import { proveWritable } from '../../src/plan/prove-writable.ts';
import { configureManaged } from '../../src/simulator/programs/manager/arrange.ts';
import { changeSettings } from '../../src/simulator/programs/manager/config.ts';
import { createRunning, readState } from '../simulated/manager-hosts.ts';
import { createDmHost } from '../simulated/worlds.ts';
import { problemOf } from './fakes.ts';
import { createStep, follow, makeTestPlan } from './steps.ts';

const path = '/etc/vdoconf.yml';
const changeOf = (was: string | null) => ({
  ...({ kind: 'replace-file', path, was, becomes: 'new\n' } as const),
  ...{ mode: 0o644, change: 'new' },
});
const step = (action: Action): Step => ({ title: 'Do it', action });

describe('a file that is changed', () => {
  async function write(was: string | null, now: string | undefined, parts: Partial<Files> = {}) {
    const host = createDmHost();
    if (now !== undefined) host.files.writeAtomically(path, now, 0o644);
    const work = follow({ ...host, files: { ...host.files, ...parts } }, [step(changeOf(was))]);
    const problem = await work.then(
      () => undefined,
      () => problemOf(work),
    );
    const text = host.files.readText(path);
    return { problem, text: text.kind === 'read' ? text.value : text.kind };
  }

  test.each<[string | null, string | undefined]>([
    [null, undefined],
    ['old\n', 'old\n'],
    ['', ''],
  ])('is written where it is what it was: %j', async (was, now) => {
    expect(await write(was, now)).toEqual({ problem: undefined, text: 'new\n' });
  });

  test.each<[string | null, string | undefined, string]>([
    [null, 'theirs\n', 'theirs\n'],
    ['old\n', 'theirs\n', 'theirs\n'],
    ['old\n', undefined, 'missing'],
    [null, '', ''],
  ])('is left alone where it was %j and is %j: somebody else changed it', async (was, now, text) => {
    const left = await write(was, now);
    expect(left.text).toBe(text);
    expect(JSON.stringify(left.problem)).toContain(path);
  });

  test('and cannot be read, is left alone', async () => {
    const readText: Files['readText'] = () => ({ kind: 'not-permitted' });
    for (const was of [null, 'old\n']) expect((await write(was, 'old\n', { readText })).text).toBe('old\n');
  });

  test('and cannot be written, says why', async () => {
    const failed = await write(null, undefined, {
      writeAtomically: () => ({ kind: 'failed', reason: 'EROFS: read-only' }),
    });
    expect(JSON.stringify(failed.problem)).toContain('EROFS: read-only');
    const forbidden = await write(null, undefined, { writeAtomically: () => ({ kind: 'not-permitted' }) });
    expect(JSON.stringify(forbidden.problem)).toContain('not-permitted');
  });
});

describe('a file of the manager', () => {
  /** Takes the step, and lists what happened to the file and its lock, in turn. */
  async function change(host: TestHost, action: Action, parts: Partial<Files> = {}) {
    const done: string[] = [];
    const files: Files = {
      ...host.files,
      writeAtomically: (...args) => {
        done.push(`write ${args[0]}`);
        return host.files.writeAtomically(...args);
      },
      remove: (each) => {
        done.push(`remove ${each}`);
        return host.files.remove(each);
      },
      ...parts,
    };
    const lockFile: TestHost['lockFile'] = async (each, patienceMs) => {
      done.push(`lock ${each}`);
      const lock = await host.lockFile(each, patienceMs);
      if (lock.kind !== 'held') return lock;
      return {
        kind: 'held',
        release: () => {
          done.push('release');
          lock.release();
        },
      };
    };
    const work = follow({ ...host, files, lockFile }, [step(action)]);
    const problem = await work.then(
      () => undefined,
      () => problemOf(work),
    );
    return { problem, done: done.filter((each) => !each.includes('/vdoctl/')) };
  }

  const lock = '/var/lock/vdo/_etc_vdoconf.yml.lock';
  const locked = (...during: readonly string[]): string[] => [`lock ${lock}`, ...during, 'release'];
  const entry = (becomes: 'taken-out' | 'finished', name = 'my-vdo'): Action => ({
    kind: 'manager-entry',
    name,
    becomes,
  });

  test('is changed under the lock that the step names, and under none where it names none', async () => {
    const host = createDmHost();
    expect(await change(host, { ...changeOf(null), lock })).toEqual({
      problem: undefined,
      done: locked(`write ${path}`),
    });
    expect(await change(host, changeOf('new\n'))).toEqual({ problem: undefined, done: [`write ${path}`] });
    const removal = { kind: 'remove-file', path, was: 'new\n', lock } as const;
    expect(await change(host, removal)).toEqual({ problem: undefined, done: locked(`remove ${path}`) });
    expect(host.files.readText(path).kind).toBe('missing');
  });

  test('loses the entry as it is now, under the lock; the last one goes with the file', async () => {
    const host = createRunning();
    host.change((world) => {
      configureManaged(world, 'other', '/dev/mapper/low', {});
    });
    expect(await change(host, entry('taken-out'))).toEqual({
      problem: undefined,
      done: locked(`write ${path}`),
    });
    expect(host.files.readText(path)).toMatchObject({
      value: expect.not.stringContaining('my-vdo') as string,
    });
    expect(await change(host, entry('taken-out'))).toEqual({ problem: undefined, done: locked() });
    expect((await change(host, entry('taken-out', 'other'))).done).toEqual(locked(`remove ${path}`));
  });

  test('has the entry finished by what the disk says', async () => {
    const host = createRunning();
    host.change((world) => {
      changeSettings(world, 'my-vdo', { _operationState: 'beginCreate' });
    });
    expect((await change(host, entry('finished'))).done).toEqual(locked(`write ${path}`));
    expect(readState(host)).toBe('finished');
  });

  test.each([
    ['write', 'writeAtomically', createRunning, entry('finished')],
    ['remove', 'remove', createRunning, entry('taken-out')],
  ] as const)(
    'that does not let it %s says so, and the lock is free again',
    async (to, how, create, action) => {
      const fails = (): ReturnType<Files['remove']> => ({ kind: 'failed', reason: 'EROFS: read-only' });
      const { problem, done } = await change(create(), action, { [how]: fails });
      expect(problem).toMatchObject({
        kind: 'put-back',
        cause: { because: 'file-unwritable', facts: { path, why: 'EROFS: read-only', to } },
      });
      expect(done).toEqual(locked());
    },
  );
});

describe('what a plan will write', () => {
  const memory = '/etc/vdoctl/volumes/v.json';
  const remembered = { name: 'v' } as unknown as Remembered;

  test.each<[Action, string]>([
    [{ kind: 'remember', remembered }, memory],
    [{ kind: 'forget', name: 'v' }, memory],
    [{ kind: 'remove-file', path, was: '' }, path],
    [changeOf(null), path],
    [{ kind: 'manager-entry', name: 'v', becomes: 'taken-out' }, path],
  ])('is proved to be writable before: %j', (action, place) => {
    const host: TestHost = createDmHost();
    const proved: string[] = [];
    const files: Files = {
      ...host.files,
      proveWritable: (each) => {
        proved.push(each);
        return each === place
          ? { kind: 'failed', reason: 'EROFS: read-only' }
          : { kind: 'read', value: undefined };
      },
    };
    expect(() => {
      proveWritable(files, makeTestPlan([createStep('a'), step(action)]));
    }).toThrow(expect.objectContaining({ problem: expect.anything() as unknown }) as Error);
    expect(proved).toEqual([place]);
  });

  test.each([
    [{ kind: 'failed', reason: 'EROFS: read-only' }, 'EROFS: read-only'],
    [{ kind: 'not-permitted' }, 'not-permitted'],
  ] as const)('and is not writable, says why: %j', async (proved, why) => {
    const files: Files = { ...createDmHost().files, proveWritable: () => proved };
    const plan = makeTestPlan([step(changeOf(null))]);
    const work = Promise.resolve().then(() => {
      proveWritable(files, plan);
    });
    expect(await problemOf(work)).toMatchObject({
      because: 'file-unwritable',
      facts: { path, why, to: 'write' },
    });
  });
});
