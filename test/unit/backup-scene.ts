import { backup } from '../../src/operations/backup/backup.ts';
import type { BackedUp, GenerationOptions, SnapshotOptions } from '../../src/operations/backup/types.ts';
import * as happen from '../simulated/levers.ts';
import type { TestHost } from '../simulated/test-host.ts';
import { createLvmHost, files } from '../simulated/worlds.ts';
import { createSession, type SessionParameters } from './fakes.ts';

/** A mounted logical volume of a pool, with files, and a disk for its backups. */

export const home = '/dev/mapper/vg-home';
export const options: GenerationOptions & SnapshotOptions = { to: '/backup', keep: 7 };

export function createPoolHost(): TestHost {
  const host = createLvmHost();
  host.change((world) => {
    happen.replaceFilesystem(world, 'vg-pool-vpool', 'ext4');
    happen.writeFiles(world, 'vg-home', files);
    happen.addBackupDisk(world);
    happen.mountDevice(world, home, '/home');
  });
  return host;
}

export const run = (
  host: TestHost,
  more: Partial<GenerationOptions & SnapshotOptions> = {},
  name = 'vg/pool',
  parameters: SessionParameters = {},
): Promise<BackedUp> => backup(createSession(host, parameters), name, { ...options, ...more });

/** The files of a generation, without vdoctl's own. */
export const filesOf = ({ world }: TestHost, path = ''): Record<string, string> =>
  Object.fromEntries(
    world.files
      .filter((file) => file.path.startsWith(`${path}/`))
      .map((file) => [file.path.slice(path.length + 1), file.text.trim()]),
  );
export const generations = ({ world }: TestHost): readonly string[] =>
  world.directories.filter((path) => /\/\d{4}-\d\d-\d\dT\d{6}Z(\.partial)?$/.test(path)).toSorted();
export const snapshots = ({ world }: TestHost): readonly string[] => [
  ...world.vgs.flatMap(({ lvs }) => lvs).flatMap(({ name, kind }) => (kind === 'snapshot' ? [name] : [])),
  ...world.dmDevices.map(({ name }) => name).filter((name) => /vdoctl|-real$|-cow$/.test(name)),
];

export const whole = { f1: '5f1d', f2: '9a0c' };
