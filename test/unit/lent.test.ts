import { expect, test } from 'vitest';

import * as happen from '../simulated/levers.ts';
import type { Host } from '../../src/host/host.ts';
import { recover } from '../../src/operations/recover.ts';
import { patienceMs } from '../../src/stacks/metadata.ts';
import { createDmHost, low } from '../simulated/worlds.ts';
import { createSession, problemOf } from './fakes.ts';

/** A host whose disks answer within `patienceMs`, but too late for a look. */
function makeSlow(host: Host): Host {
  return Object.create(host, {
    readMetadata: {
      value: (...[areas, limitMs]: Parameters<Host['readMetadata']>) =>
        limitMs === patienceMs
          ? host.readMetadata(areas, limitMs)
          : Promise.resolve(areas.map(({ id }) => ({ id, kind: 'no-answer' as const }))),
    },
  }) as Host;
}

test('what the disk of a read-only volume says is waited for longer than a look does', async () => {
  const host = createDmHost();
  host.change((world) => {
    happen.makeReadOnly(world, 'my-vdo');
    happen.setDiskState(world, low, 'read-only');
  });
  const session = { ...createSession(host), host: makeSlow(host) };
  expect(await problemOf(recover(session, 'my-vdo', { forceRebuild: 'not-asked' }))).toMatchObject({
    kind: 'read-only',
    because: 'disk-says-read-only',
  });
});
