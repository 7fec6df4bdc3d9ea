import { afterEach, describe, expect, test, vi } from 'vitest';

import type { Host } from '../../src/host/host.ts';
import { createRealHost } from '../../src/host/real/real-host.ts';
import * as arrange from '../../src/simulator/arrange.ts';
import * as happen from '../simulated/levers.ts';
import type { TestHost } from '../simulated/test-host.ts';
import { looking } from '../../src/model/command.ts';
import { awaitStorage } from '../../src/operations/await-goal.ts';
import { recover } from '../../src/operations/recover.ts';
import type { Session } from '../../src/operations/session.ts';
import { createDiskHost, createDmHost, low } from '../simulated/worlds.ts';
import { callOn } from './call.ts';
import { createSession, problemOf } from './fakes.ts';
import '../../src/cli/handlers/wait.ts';

const hourMs = 3_600_000;

/** A session on a host whose clock is set by `byMs` after the first sleep. */
function createSetSession(
  host: TestHost,
  byMs: number,
  timeoutMs: number,
): Session & Pick<ReturnType<typeof createSession>, 'events'> {
  const session = createSession(host, { timeoutMs });
  const { clock } = host;
  let setByMs = 0;
  const set: Host = {
    ...host,
    clock: {
      ...clock,
      now: () => clock.now() + setByMs,
      sleep: async (ms, signal) => {
        await clock.sleep(ms, signal);
        setByMs = byMs;
      },
    },
  };
  return { ...session, host: set };
}

/** `a` is remembered, and its disk is missing. */
function createHostWithoutStorage(): TestHost {
  return createDiskHost((world) => {
    arrange.addVolume(world, 'a', '/dev/vdb');
    arrange.addRemembered(world, 'a', '/dev/vdb');
    happen.stopDevice(world, 'a');
    world.disks.pop();
  });
}

/** In simulated time, to which the last look adds a little. */
function expectAbout(limitMs: number, tookMs: number): void {
  expect(tookMs).toBeGreaterThanOrEqual(limitMs);
  expect(tookMs).toBeLessThan(limitMs + 1000);
}

describe.each([
  ['ahead', hourMs],
  ['back', -hourMs],
])('a clock that is set %s', (_which, byMs) => {
  test('makes a time limit neither shorter nor longer', async () => {
    const host = createHostWithoutStorage();
    const startedAt = host.clock.now();
    const problem = await problemOf(awaitStorage(createSetSession(host, byMs, 90_000), 'a'));
    expect(problem).toMatchObject({ kind: 'not-by-the-deadline' });
    expectAbout(90_000, host.clock.now() - startedAt);
  });

  test('is not what the time limit of a call is counted by', async () => {
    const host = createHostWithoutStorage();
    const startedAt = host.clock.now();
    const clock = { ...host.clock, now: () => host.clock.now() + byMs };
    const words = ['wait', 'a', '--for', 'storage', '--timeout', '90s'];
    expect(await callOn({ ...host, clock }, ...words)).toMatchObject({ code: 5 });
    expectAbout(90_000, host.clock.now() - startedAt);
  });

  test('changes nothing in how long a recovery and its steps are said to take', async () => {
    const host = createDmHost({
      recovery: { replayMs: 8000, scrubMs: 9000, fromPercent: 10, rebuildMs: 1000 },
    });
    host.change((world) => {
      arrange.addRemembered(world, 'my-vdo', low);
      happen.cutPower(world);
      happen.addLayer(world, 'low', '/dev/vdb');
    });
    const session = createSetSession(host, byMs, 900_000);
    const startedAt = host.clock.now();
    await recover(session, 'my-vdo', { forceRebuild: 'not-asked' });
    const tookMs = host.clock.now() - startedAt;
    const times = session.events.flatMap((event) =>
      event.kind === 'progress' ? [event.elapsedMs] : event.kind === 'step' ? [event.durationMs] : [],
    );
    expect(times.length).toBeGreaterThan(5);
    for (const time of times) expect(time).toBeGreaterThanOrEqual(0);
    for (const time of times) expect(time).toBeLessThanOrEqual(tookMs);
  });
});

describe('a host', () => {
  afterEach(() => {
    vi.restoreAllMocks();
  });

  test('has another clock than the one that is set, also for how long a command took', async () => {
    const host = createRealHost({ searchPath: '/usr/bin:/bin', root: '/', program: '' });
    const before = host.clock.elapsedMs();
    const running = host.run(looking('true', []));
    vi.spyOn(Date, 'now').mockReturnValue(0);
    expect((await running).durationMs).toBeGreaterThanOrEqual(0);
    expect(host.clock.elapsedMs()).toBeGreaterThanOrEqual(before);
    expect(host.clock.now()).toBe(0);
  });
});
