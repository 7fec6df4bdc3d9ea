import { expect } from 'vitest';

import { salvage } from '../../src/operations/salvage/salvage.ts';
import type { SalvageOptions } from '../../src/operations/salvage/types.ts';
import * as happen from '../simulated/levers.ts';
import type { TestHost } from '../simulated/test-host.ts';
import { createDmHost, files } from '../simulated/worlds.ts';
import { createSession, type FakeSession, type SessionParameters } from './fakes.ts';

/** A read-only volume with its journal unreplayed, and a disk to copy it to. */

export const to = '/backup/my-vdo';
export const device = '/dev/mapper/my-vdo';

export function createHost(fileSystem = 'ext4'): TestHost {
  const host = createDmHost({ fileSystem });
  host.change((world) => {
    happen.writeFiles(world, 'my-vdo', files);
    happen.addBackupDisk(world);
    happen.makeReadOnlyUnreplayed(world, 'my-vdo');
  });
  return host;
}

export const run = (
  session: FakeSession,
  options: Partial<SalvageOptions> = {},
  name = 'my-vdo',
): Promise<{ readonly outcome: string }> =>
  salvage(session, name, { origin: 'volume', to, as: 'by-its-name', despite: undefined, ...options });

export const salvageOn = (
  host: TestHost,
  options: Partial<SalvageOptions> = {},
  parameters: SessionParameters = {},
): Promise<{ readonly outcome: string }> => run(createSession(host, parameters), options);

/** What was copied, without vdoctl's own files. */
export const copies = (host: TestHost, below = to): Record<string, string> =>
  Object.fromEntries(
    host.world.files
      .filter(({ path }) => path.startsWith(`${below}/`) && !path.includes('/.vdoctl-salvage/'))
      .map(({ path, text }) => [path.slice(below.length + 1), text.trim()]),
  );

export const whole = { f1: '5f1d', f2: '9a0c' };

/** Nothing is mounted, and no mount point stands. */
export function expectTakenDown({ world }: TestHost): void {
  expect(world.mounts.filter(({ path }) => path.startsWith('/run/vdoctl'))).toEqual([]);
  expect(world.directories.filter((path) => path.startsWith('/run/vdoctl/mounts/'))).toEqual([]);
}
