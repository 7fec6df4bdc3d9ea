import { expect, test } from 'vitest';

import * as happen from '../simulated/levers.ts';
import { recover } from '../../src/operations/recover.ts';
import type { ProgressEvent } from '../../src/operations/session.ts';
import { createLvmHost } from '../simulated/worlds.ts';
import { createSession } from './fakes.ts';

test('the time that a recovery took so far goes on when the command that started it has returned', async () => {
  const host = createLvmHost({
    recovery: { replayMs: 8000, scrubMs: 9000, fromPercent: 10, rebuildMs: 1000 },
  });
  host.change(happen.cutPower);
  const session = createSession(host);
  await recover(session, 'vg/pool', { forceRebuild: 'not-asked' });
  const told = session.events.filter((event): event is ProgressEvent => event.kind === 'progress');
  const times = told.map(({ elapsedMs }) => elapsedMs);
  expect(new Set(told.map(({ phase }) => phase))).toEqual(new Set(['starting', 'recovering']));
  expect(times).toEqual(times.toSorted((one, other) => one - other));
  expect(times.at(-1)).toBeGreaterThan(15_000);
});
