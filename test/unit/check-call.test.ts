import { expect, test } from 'vitest';

import { withRun } from '../../src/cli/settings/limit-looks.ts';
import type { Host } from '../../src/host/host.ts';
import { createTestHost } from '../simulated/test-host.ts';
import { callOn } from './call.ts';
import { createDmHost, createLvmHost } from '../simulated/worlds.ts';
import '../../src/cli/handlers/check.ts';

const check = (host: Host, ...words: readonly string[]) => callOn(host, 'check', ...words);

test('who is not root cannot judge', async () => {
  const host = createTestHost({ identity: { isRoot: false, user: 'nobody' } });
  expect(await check(host)).toEqual({
    code: 3,
    stdout: 'VDO UNKNOWN - only root may check volumes\n',
    stderr: '',
  });
});

test('a host that does not answer cannot be judged, and what it was asked is ended', async () => {
  const host = createDmHost();
  const ended: boolean[] = [];
  const hanging = withRun(host, (command, { signal } = {}) => {
    return new Promise((resolve) => {
      signal?.addEventListener('abort', () => {
        ended.push(true);
        const [startedAt, durationMs] = [host.clock.now(), 0];
        resolve({
          command,
          outcome: { kind: 'aborted' },
          stdout: '',
          stderr: '',
          startedAt,
          durationMs,
        });
      });
    });
  });
  const started = host.clock.now();
  expect(await check(hanging, '--timeout', '20s')).toMatchObject({
    code: 3,
    stdout: 'VDO UNKNOWN - no answer within 20 s\n',
  });
  expect(host.clock.now() - started).toBe(20_000);
  expect(ended.length).toBeGreaterThan(0);
  const { code, stdout } = await check(hanging, '--json');
  expect({ code, document: JSON.parse(stdout) as unknown }).toMatchObject({
    code: 3,
    document: { kind: 'check', verdict: 'unknown', summary: 'no answer within 45 s', volumes: [] },
  });
});

test('a tool that says something not understood, or a defect, cannot be judged by', async () => {
  const host = createDmHost();
  host.failNext('dmsetup status --target vdo', {
    outcome: { kind: 'exited', code: 0 },
    stdout: 'x: 0 1 vdo |nonsense\n',
  });
  const misunderstood = await check(host);
  expect(misunderstood.code).toBe(3);
  expect(misunderstood.stdout).toMatch(/^VDO UNKNOWN - x: [^\n]+dmsetup status is not understood [^\n]+\n$/);
  const broken = withRun(host, () => {
    throw new Error('two\nlines | of it');
  });
  const defect = await check(broken);
  expect(defect.code).toBe(3);
  expect(defect.stdout).toBe('VDO UNKNOWN - a defect of vdoctl itself: Error: two lines / of it\n');
  expect(defect.stderr).toContain('check-call.test.ts');
});

test('LVM that could not be asked is unknown, and a volume of another stack is not', async () => {
  const host = createDmHost();
  const fault = { outcome: { kind: 'exited', code: 5 }, stderr: 'no such luck\n' } as const;
  host.failNext('lvm', fault);
  const all = await check(host);
  expect(all.code).toBe(3);
  expect(all.stdout).toMatch(/^VDO UNKNOWN - not seen: stopped LVM pools.*no such luck/);
  host.failNext('lvm', fault);
  expect((await check(host, 'my-vdo')).code).toBe(0);
});

test('a host without vdostats can be judged, unless it recovers', async () => {
  const notInstalled = { outcome: { kind: 'not-installed' } } as const;
  const host = createDmHost();
  host.failNext('vdostats', notInstalled);
  const { code, stdout } = await check(host);
  expect({ code, stdout }).toMatchObject({ code: 0 });
  expect(stdout).toMatch(/^VDO OK - my-vdo: normal, \d+ % used\|/);
  const pool = createLvmHost({
    state: 'dirty',
    recovery: { replayMs: 1000, scrubMs: 60_000, fromPercent: 10 },
  });
  pool.failNext('vdostats', notInstalled);
  expect((await check(pool)).stdout).toMatch(/^VDO UNKNOWN - .*not seen: statistics and recovery progress/);
});
