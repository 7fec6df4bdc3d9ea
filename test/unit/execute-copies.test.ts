import { describe, expect, test } from 'vitest';

import type { CommandResult } from '../../src/model/command.ts';
import type { Expectation, Step } from '../../src/model/plan.ts';
import { describeCommandOutcome } from '../../src/stacks/tool-result.ts';
import { createDmHost } from '../simulated/worlds.ts';
import { problemOf } from './fakes.ts';
import { createStep, failed, follow, hasDevice, removal } from './steps.ts';

/** What steps that mount, copy and clear up need of the executor. */

const isThere = (dmName: string): Expectation => ({ kind: 'dm-present', dmName });

describe('a command that has done what it could', () => {
  const partly = createStep('a', { goesOnAfter: [23, 24] });

  test('lets the plan go on, and the operation reads how it ended', async () => {
    const host = createDmHost();
    const seen: string[] = [];
    const onResult = (index: number, { title }: Step, result: CommandResult): void => {
      seen.push(`${String(index)} ${title}: ${describeCommandOutcome(result)}: ${result.stderr}`);
    };
    host.failNext('dmsetup create a', { outcome: { kind: 'exited', code: 23 }, stderr: 'some files' });
    await follow(host, [partly, createStep('b')], { onResult });
    expect(seen).toEqual(['0 Create a: exit code 23: some files', '1 Create b: exit code 0: ']);
    expect(hasDevice(host, 'b')).toBe(true);
  });

  test('with any other exit code fails, and so does one that was killed', async () => {
    for (const outcome of [
      { kind: 'exited', code: 11 } as const,
      { kind: 'signalled', signal: 'SIGKILL' } as const,
    ]) {
      const host = createDmHost();
      host.failNext('dmsetup create a', { outcome });
      const problem = await problemOf(follow(host, [createStep('b'), partly]));
      expect(problem).toMatchObject({ kind: 'tool-failed' });
      expect(hasDevice(host, 'b')).toBe(false);
    }
  });
});

describe('a step that is only wanted if something is so', () => {
  test('is left out if it is not, with its undo', async () => {
    const host = createDmHost();
    const steps = [createStep('a'), createStep('b', { onlyIf: [isThere('other')] }), createStep('c')];
    host.failNext('dmsetup create c', failed());
    await problemOf(follow(host, steps));
    expect(host.log.filter(({ command }) => command.args.includes('b'))).toEqual([]);
  });

  test('is taken if it is', async () => {
    const host = createDmHost();
    await follow(host, [createStep('a'), createStep('b', { onlyIf: [isThere('a')] })]);
    expect(hasDevice(host, 'b')).toBe(true);
  });
});

describe('a command that is tried again', () => {
  const patient: Step = { ...removal('a'), retries: { times: 3, everyMs: 2000 } };

  test('is tried until it succeeds, and each try is told', async () => {
    const host = createDmHost();
    const told: string[] = [];
    for (let tries = 0; tries < 2; tries += 1) host.failNext('dmsetup remove --retry a', failed('is busy'));
    const beganAt = host.clock.elapsedMs();
    await follow(host, [createStep('a'), patient], { notify: (message) => told.push(message) });
    expect(told).toEqual(
      [1, 2].map((n) => `try ${String(n)} of 4 of dmsetup remove --retry a: is busy; again in 2 s`),
    );
    expect(host.clock.elapsedMs() - beganAt).toBeGreaterThanOrEqual(4000);
  });

  test('fails with its last try', async () => {
    const host = createDmHost();
    for (let tries = 1; tries <= 4; tries += 1)
      host.failNext('dmsetup remove --retry a', failed(`busy ${String(tries)}`));
    expect(await problemOf(follow(host, [patient]))).toMatchObject({ kind: 'tool-failed', said: 'busy 4' });
  });
});
