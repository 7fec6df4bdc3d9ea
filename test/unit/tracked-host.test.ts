import { expect, test } from 'vitest';

import type { Host } from '../../src/host/host.ts';
import { createDiskHost } from '../simulated/worlds.ts';
import { trackCommands } from '../../ui/control/tracked-host.ts';

test('who may take longer to read a super block may do so on the screen too', async () => {
  const limits: (number | undefined)[] = [];
  const host: Host = {
    ...createDiskHost(),
    readMetadata: (_areas, limitMs) => {
      limits.push(limitMs);
      return Promise.resolve([]);
    },
  };
  const tracked = trackCommands(host);
  await tracked.readMetadata([], 30_000);
  await tracked.readMetadata([]);
  expect(limits).toEqual([30_000, undefined]);
});
