import { describe, expect, test } from 'vitest';
import type { Files } from '../../src/host/host.ts';
import type { TestHost } from '../simulated/test-host.ts';
import type { Action, Step } from '../../src/model/plan.ts';
import type { Remembered } from '../../src/model/remembered.ts';
import { proveWritable } from '../../src/plan/prove-writable.ts';
import { createDmHost } from '../simulated/worlds.ts';
import { problemOf } from './fakes.ts';
import { createStep, follow, makeTestPlan } from './steps.ts';

const path = '/etc/vdoconf.yml';
const change = (was: string | null): Action => ({
  ...{ kind: 'replace-file', path, was, becomes: 'new\n' },
  ...{ mode: 0o644, change: 'new' },
});
const step = (action: Action): Step => ({ title: 'Do it', action });

describe('a file that is changed', () => {
  async function write(was: string | null, now: string | undefined, parts: Partial<Files> = {}) {
    const host = createDmHost();
    if (now !== undefined) host.files.writeAtomically(path, now, 0o644);
    const work = follow({ ...host, files: { ...host.files, ...parts } }, [step(change(was))]);
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

describe('what a plan will write', () => {
  const memory = '/etc/vdoctl/volumes/v.json';
  const remembered = { name: 'v' } as unknown as Remembered;

  test.each<[Action, string]>([
    [{ kind: 'remember', remembered }, memory],
    [{ kind: 'forget', name: 'v' }, memory],
    [{ kind: 'remove-file', path, was: '' }, path],
    [change(null), path],
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
});
