import { describe, expect, test } from 'vitest';

import type { TestHost } from '../simulated/test-host.ts';
import { beginOfId, makeId } from '../../src/journal/record-files.ts';
import { pruneHistory } from '../../src/journal/prune.ts';
import { defaultSettings } from '../../src/model/settings.ts';
import { start, stop } from '../../src/operations/start-stop.ts';
import { createDmHost } from '../simulated/worlds.ts';
import { createSession, problemOf } from './fakes.ts';

const directory = '/var/lib/vdoctl/operations';
const day = 24 * 3_600_000;
const now = Date.parse('2026-03-01T12:00:00.000Z');

function put(host: TestHost, ...names: readonly string[]): void {
  for (const name of names) host.files.writeAtomically(`${directory}/${name}`, '', 0o600);
}

function kept(host: TestHost): string[] {
  const names = host.files.list(directory);
  return names.kind === 'read' ? [...names.value].sort() : [];
}

/** The name of a closed journal whose operation began this many days ago. */
function aged(days: number, ending = 'jsonl'): string {
  return `${makeId(new Date(now - days * day).toISOString(), 7, 'vg/pool')}.${ending}`;
}

describe('what is kept of the history', () => {
  test('an id tells when it began', () => {
    const at = '2026-02-03T04:05:06.789Z';
    expect(beginOfId(makeId(at, 123, 'a-b'))).toBe(Date.parse(at));
    for (const other of ['', 'x', '20260203T040506Z-1-a', '20261399T040506.789Z-1-a'])
      expect({ other, begin: beginOfId(other) }).toEqual({ other, begin: undefined });
  });

  test('what is older than so many days goes, and nothing else', () => {
    const host = createDmHost();
    const others = [aged(400, 'open'), 'notes.jsonl', '.20200101T000000.000Z-1-x.jsonl', 'readme'];
    put(host, aged(11), aged(10), aged(9.9), aged(0), ...others);
    pruneHistory(host.files, now, { count: 100, days: 10 });
    expect(kept(host)).toEqual([aged(10), aged(9.9), aged(0), ...others].sort());
  });

  test('of more than so many the oldest go; one that is not over neither goes nor counts', () => {
    const host = createDmHost();
    const others = [aged(6, 'open'), aged(1, 'open'), 'notes.jsonl'];
    put(host, aged(3), aged(5), aged(4), ...others);
    pruneHistory(host.files, now, { count: 2, days: 1000 });
    expect(kept(host)).toEqual([aged(4), aged(3), ...others].sort());
  });

  test('without a history, or when nothing can be removed, nothing happens', () => {
    const host = createDmHost();
    pruneHistory(host.files, now, { count: 1, days: 1 });
    put(host, aged(5));
    const refusing = { ...host.files, remove: () => ({ kind: 'not-permitted' }) as const };
    pruneHistory(refusing, now, { count: 1, days: 1 });
    expect(kept(host)).toEqual([aged(5)]);
  });
});

test('an operation that ends, well or not, leaves as many as the settings say', async () => {
  const host = createDmHost();
  const settings = { ...defaultSettings, 'history-count': 2 };
  const act = () => ({ ...createSession(host), settings });
  await stop(act(), 'my-vdo');
  await start(act(), 'my-vdo', 'no');
  await stop(act(), 'my-vdo');
  expect(kept(host)).toHaveLength(2);
  const [oldest] = kept(host);
  host.failNext('dmsetup create', { outcome: { kind: 'exited', code: 1 } });
  await problemOf(start(act(), 'my-vdo', 'no'));
  expect(kept(host)).toHaveLength(2);
  expect(kept(host)).not.toContain(oldest);
});
