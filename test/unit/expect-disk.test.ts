import { expect, test } from 'vitest';

import type { Host } from '../../src/host/host.ts';
import { findShortfall } from '../../src/plan/expectations.ts';
import { createDmHost, low } from '../simulated/worlds.ts';

/** The host with a disk that answers only after this time. */
function withSlowDisk(host: Host, answersAfterMs: number): Host {
  return {
    ...host,
    files: host.files,
    readMetadata: (areas, limitMs = 0) =>
      limitMs < answersAfterMs
        ? Promise.resolve(areas.map(({ id }) => ({ id, kind: 'no-answer' as const })))
        : host.readMetadata(areas, limitMs),
  };
}

test('what was promised of a disk is waited for; of one that does not answer it is not known', async () => {
  const expectation = { kind: 'disk-state', device: low, oneOf: ['clean', 'dirty'] } as const;
  const ask = (answersAfterMs: number) =>
    findShortfall(withSlowDisk(createDmHost(), answersAfterMs), expectation, 'my-vdo');
  expect(await ask(20_000)).toBeUndefined();
  await expect(ask(120_000)).rejects.toMatchObject({
    problem: { because: 'storage-unreadable', facts: { device: low, why: 'it does not answer' } },
  });
});
