import { beforeEach, expect, test, vi } from 'vitest';

import { addDisk, addVolume, gibibyte, mountDevice } from '../../src/simulator/arrange.ts';
import { createWorld, type World } from '../../src/simulator/world/world.ts';
import { createStore } from '../../ui/control/store.ts';
import { watchScenes } from '../../ui/control/scenes.ts';
import { makeTheme } from '../../ui/theme/theme.ts';
import { initialState } from '../../ui/state/state.ts';
import { openSession, useManualTimers } from './session.ts';

beforeEach(() => {
  useManualTimers();
  return () => vi.useRealTimers();
});

/** One volume, to which nothing happens. */
function tellQuiet(now: number): World {
  const world = createWorld(now);
  addDisk(world, { name: 'vdb', sizeBytes: 100 * gibibyte, serial: 'S5YBNX0R3001' });
  addVolume(world, 'archive', '/dev/vdb');
  return world;
}

const countLooks = ({ host }: Awaited<ReturnType<typeof openSession>>): number =>
  host.log.filter(({ command }) => command.file === 'dmsetup').length;

test('nothing is written while nothing changes, however often it is looked; what changes is', async () => {
  const session = await openSession({ story: tellQuiet });
  await session.until('archive');
  await session.pass(10_000);
  session.terminal.takeBytes();
  const before = countLooks(session);
  await session.pass(60_000);
  expect(countLooks(session) - before).toBeGreaterThanOrEqual(10);
  expect(session.terminal.takeBytes()).toBe('');
  session.host.change((world) => {
    mountDevice(world, '/dev/mapper/archive', '/srv/archive');
  });
  await session.pass(10_000);
  expect(session.terminal.takeBytes()).not.toBe('');
  session.interrupting.abort('SIGTERM');
});

test('a look that brings nothing new leaves the very scene from before, so that nothing is even drawn', () => {
  const host = { name: 'stor1', isRoot: true, kind: 'real', usualStack: 'dm' } as const;
  const theme = makeTheme({ background: 'dark', reader: 'eyes' });
  const store = createStore(initialState(theme, host, { columns: 80, rows: 24 }, 0));
  const look = (takenAtMs: number): void => {
    store.dispatch({
      kind: 'looked',
      picture: { takenAtMs, volumes: [], operations: new Map(), missing: [] },
      commands: [],
    });
  };
  const { get } = watchScenes(store);
  const first = get();
  look(5000);
  const seen = get();
  expect(seen).not.toBe(first);
  look(10_000);
  expect(get()).toBe(seen);
  // In a new scene, unchanged rows stay the same objects.
  store.dispatch({ kind: 'ticked', nowMs: 12_000, waitingFor: { command: 'dmsetup', sinceMs: 10_000 } });
  expect(get()).not.toBe(seen);
  expect(get().rows.filter((row, index) => row !== seen.rows[index])).toHaveLength(1);
});
