import { describe, expect, test } from 'vitest';

import type { TreeReading } from '../../src/host/tree.ts';
import { readHistory } from '../../src/journal/read.ts';
import type { DeviceAccount } from '../../src/model/account-schema.ts';
import type { CopyProgress } from '../../src/model/copy-progress.ts';
import { awaitNormal, takeAccount } from '../../src/plan/rehearsal-actions.ts';
import type { Taking } from '../../src/plan/run-step-command.ts';
import { mountDevice } from '../../src/simulator/arrange.ts';
import type { TestHost } from '../simulated/test-host.ts';
import { createDmHost } from '../simulated/worlds.ts';
import { makeTaking, makeTestPlan } from './steps.ts';

/** What a rehearsal does itself: it waits for its volume, and reads what the volume shows. */

/** Resolves with how the work failed; undefined where it did not. */
const failureOf = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => undefined,
    (error: unknown) => error,
  );

describe('the wait for a rehearsed volume', () => {
  const wait = { kind: 'await-normal', dmName: 'my-vdo', overlay: 'low' } as const;
  const answer = (host: TestHost, mode: string): void => {
    host.failNext('dmsetup status my-vdo', {
      outcome: { kind: 'exited', code: 0 },
      stdout: `0 20971520 vdo /dev/dm-0 ${mode} - online online 10 100\n`,
    });
  };
  const overlay = (host: TestHost, state: string): void => {
    host.failNext('dmsetup status low', {
      outcome: { kind: 'exited', code: 0 },
      stdout: `0 20971520 snapshot ${state}\n`,
    });
  };
  const waitFor = (host: TestHost, own: Partial<Taking> = {}): Promise<unknown> =>
    failureOf(awaitNormal(makeTaking(host, makeTestPlan([]), own), wait));
  const promised = { kind: 'mode', dmName: 'my-vdo', oneOf: ['normal'] };

  test('ends when it is normal, and not before', async () => {
    const host = createDmHost();
    const beganAtMs = host.clock.elapsedMs();
    for (let count = 0; count < 3; count += 1) answer(host, 'recovering');
    expect(await waitFor(host)).toBeUndefined();
    expect(host.clock.elapsedMs() - beganAtMs).toBeGreaterThanOrEqual(1500);
  });

  test('fails where it is read-only, or away', async () => {
    const host = createDmHost();
    answer(host, 'read-only');
    overlay(host, '8/8192 8');
    expect(await waitFor(host)).toMatchObject({
      fate: 'may-have-acted',
      problem: {
        kind: 'not-as-promised',
        name: 'x',
        promised,
        found: { what: 'other-state', state: 'read-only' },
      },
    });
    host.failNext('dmsetup status my-vdo', {
      outcome: { kind: 'exited', code: 1 },
      stderr: 'Device does not exist.\n',
    });
    overlay(host, '8/8192 8');
    expect(await waitFor(host)).toMatchObject({ problem: { found: { what: 'other-state', state: 'gone' } } });
  });

  test('says that the changes had no room where that is why', async () => {
    const host = createDmHost();
    answer(host, 'read-only');
    overlay(host, 'Invalid');
    expect(await waitFor(host)).toMatchObject({
      fate: 'may-have-acted',
      problem: {
        ...{ kind: 'not-as-promised', name: 'x' },
        promised: { kind: 'overlay-whole', dmName: 'low' },
        found: { what: 'overlay-invalid', name: 'low' },
      },
    });
  });

  test('says that it is read-only where the changes are away, too', async () => {
    const host = createDmHost();
    answer(host, 'read-only');
    const taking = makeTaking(host, makeTestPlan([]));
    expect(await failureOf(awaitNormal(taking, { ...wait, overlay: 'away' }))).toMatchObject({
      problem: { promised, found: { what: 'other-state', state: 'read-only' } },
    });
  });

  test('does not take a word that it does not know for normal', async () => {
    const host = createDmHost();
    answer(host, 'sound');
    expect(await waitFor(host)).toMatchObject({ problem: { kind: 'not-understood' } });
  });

  test('ends after six hours, or when it is stopped', async () => {
    const host = createDmHost();
    const beganAtMs = host.clock.elapsedMs();
    let asked = 0;
    host.beforeEach(() => {
      asked += 1;
      answer(host, 'recovering');
    });
    const sleep: TestHost['clock']['sleep'] = (ms, signal) =>
      host.clock.sleep(asked > 3 ? 3 * 3_600_000 : ms, signal);
    const clock = { now: () => host.clock.now(), elapsedMs: () => host.clock.elapsedMs(), sleep };
    overlay(host, '8/8192 8');
    expect(await waitFor({ ...host, clock })).toMatchObject({ problem: { found: { state: 'recovering' } } });
    expect(host.clock.elapsedMs() - beganAtMs).toBeGreaterThan(6 * 3_600_000);
    expect(await waitFor(createDmHost(), { signal: AbortSignal.abort('SIGINT') })).toMatchObject({
      fate: 'was-stopped',
      problem: { kind: 'interrupted', state: 'the wait for my-vdo was stopped' },
    });
  });
});

describe('the account of a device', () => {
  const device = '/dev/mapper/my-vdo';
  const action = { kind: 'account', name: 'v', device, path: '/m', compare: null } as const;
  const tree = { files: 3, bytes: 30, unreadable: { count: 0, names: [] }, compared: null };
  const whole: TreeReading = { kind: 'read', ...tree };

  async function account(reading: TreeReading, own: Partial<Taking> = {}, isMounted = true) {
    const host = createDmHost();
    host.change((world) => {
      if (isMounted) mountDevice(world, device, '/m');
    });
    const told: CopyProgress[] = [];
    const accounts: DeviceAccount[] = [];
    const asked: unknown[] = [];
    const readTree: TestHost['readTree'] = async (question, options) => {
      asked.push(question, options.timeLimitMs, options.signal);
      await host.clock.sleep(2000);
      options.onProgress?.(20);
      return reading;
    };
    const taking = makeTaking({ ...host, readTree }, makeTestPlan([]), {
      tellProgress: (progress) => told.push(progress),
      onAccount: (each) => accounts.push(each),
      ...own,
    });
    const failure = await failureOf(takeAccount(taking, action));
    const { operations } = await readHistory(host.files);
    return { failure, told, accounts, asked, journaled: operations[0]?.operation.accounts ?? [] };
  }

  test('has what was read, tells how far it is, and is written down', async () => {
    const { signal } = new AbortController();
    const { failure, told, accounts, asked, journaled } = await account(whole, { signal });
    expect(failure).toBeUndefined();
    const expected = { name: 'v', device, holds: 'ext4', tree };
    expect(accounts).toEqual([expected]);
    expect(journaled).toMatchObject([{ account: expected }]);
    expect(told).toMatchObject([{ bytesDone: 20, bytesTotal: undefined, elapsedMs: 2000 }]);
    expect(asked).toEqual([{ path: '/m', compare: null }, 20 * 24 * 3_600_000, signal]);
  });

  test('is written down where nobody else is told', async () => {
    const { failure, journaled } = await account(whole, { onAccount: undefined });
    expect([failure, journaled.length]).toEqual([undefined, 1]);
  });

  test('of what is not mounted has no files', async () => {
    const { accounts, asked } = await account(whole, {}, false);
    expect(accounts).toEqual([{ name: 'v', device, holds: 'ext4', tree: null }]);
    expect(asked).toEqual([]);
  });

  test.each<[TreeReading, object]>([
    [{ kind: 'stopped' }, { fate: 'was-stopped', problem: { kind: 'interrupted' } }],
    [
      { kind: 'failed', reason: 'EIO' },
      { fate: 'has-not-acted', problem: { kind: 'tool-failed', how: 'EIO' } },
    ],
    [
      { kind: 'no-answer' },
      { fate: 'has-not-acted', problem: { kind: 'tool-failed', how: 'it did not answer in time' } },
    ],
  ])('that could not be taken is none: %j', async (reading, expected) => {
    const { failure, accounts, journaled } = await account(reading);
    expect(failure).toMatchObject(expected);
    expect([accounts, journaled]).toEqual([[], []]);
  });
});
