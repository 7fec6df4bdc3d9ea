import { expect, test, vi } from 'vitest';

import type { KnownOperation } from '../../src/model/operation.ts';
import { listCopies } from '../../src/operations/known-copies.ts';
import * as arrange from '../../src/simulator/arrange.ts';
import { readLatest } from '../../src/journal/read.ts';
import { describePreflight } from '../../src/prose/preflight.ts';
import { createDiskHost } from '../simulated/worlds.ts';
import { callOn } from './call.ts';

vi.mock(import('../../src/journal/read.ts'), async (importOriginal) => {
  const original = await importOriginal();
  return { ...original, readLatest: vi.fn(original.readLatest) };
});

const hourMs = 3_600_000;

/** An operation that ended so long before `now`. */
function operation(name: string, outcome: string, ageMs: number, now: number): KnownOperation {
  const at = new Date(now - ageMs).toISOString();
  return {
    operation: { begun: { plan: { operation: name } }, ended: { outcome, at } },
    state: outcome,
  } as unknown as KnownOperation;
}

test('the latest finished backup, salvage and rehearsal count, with their age', async () => {
  const host = createDiskHost();
  const now = host.clock.now();
  vi.mocked(readLatest).mockResolvedValueOnce({
    operations: [
      operation('backup', 'done', 90 * hourMs, now),
      operation('rehearse', 'done', 80 * hourMs, now),
      operation('backup', 'done', 72 * hourMs, now),
      operation('salvage', 'half-done', 2 * hourMs, now),
      operation('backup', 'put-back', hourMs, now),
      operation('stop', 'done', hourMs, now),
    ],
    missing: [],
  });
  const copies = await listCopies(host, 'v');
  expect(copies.map(({ operation: name, ageMs }) => [name, ageMs])).toEqual([
    ['backup', 72 * hourMs],
    ['rehearse', 80 * hourMs],
  ]);
  const [line] = describePreflight({ scan: null, badDisks: [], noRoom: [], notes: [], copies, despite: [] });
  expect(line?.tone).toBe('plain');
  expect(line?.text).toMatch(
    /^Known copies: a backup of \S+ \S+ UTC, 3 days old; a rehearsal of its rebuild of \S+ \S+ UTC, 3 days old\.$/,
  );
});

test('a removal says that no copy is known', async () => {
  const host = createDiskHost((world) => {
    arrange.addVolume(world, 'v', '/dev/vdb');
    arrange.addRemembered(world, 'v', '/dev/vdb');
  });
  const { code, stdout } = await callOn(host, 'remove', 'v', '--dry-run');
  expect(code).toBe(0);
  expect(stdout).toContain('All data on v is lost.');
  expect(stdout).toContain('No copy of it is known: the journal has no backup, salvage or rehearsal of it.');
});
