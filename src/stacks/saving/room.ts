import type { Host } from '../../host/host.ts';
import { looking, succeeded, type PlannedCommand } from '../../model/command.ts';
import type { BlockDevice } from '../../model/device.ts';
import {
  parseDf,
  parseDumpe2fs,
  parseDumpSuper,
  parseXfsDb,
  type Room,
  type UsedSpace,
} from '../../parse/filesystem.ts';
import { findDevice } from '../found-volume.ts';
import type { Look } from '../host-look.ts';
import { outputOf } from '../tool-result.ts';
import type { DataDevice } from './contents.ts';

/** How much is to be copied, and how much room there is for it. */

const limitMs = 30_000;

/**
 * The room where a path lies, which has to exist.
 *
 * @throws Failure if df fails, or does not answer: the filesystem may hang.
 */
export async function askRoom(host: Host, path: string): Promise<Room> {
  const args = ['--block-size=1', '--output=size,used,avail,source', path];
  return parseDf(outputOf(await host.run(looking('df', args, limitMs))));
}

/** The device of the filesystem that a path lies on; undefined where it is none, as for one of the network. */
export function findDeviceUnder(
  host: Host,
  { devices, mounts }: Pick<Look, 'devices' | 'mounts'>,
  path: string,
): BlockDevice | undefined {
  const resolved = host.files.resolve(path);
  const real = resolved.kind === 'read' ? resolved.value : path;
  const over = mounts.filter(
    (mount) => mount.path === '/' || mount.path === real || real.startsWith(`${mount.path}/`),
  );
  const [mount] = over.toSorted((one, other) => other.path.length - one.path.length);
  if (mount === undefined) return undefined;
  return devices.withNumber(mount.deviceNumber) ?? findDevice(host, devices, mount.source);
}

/** How much a filesystem uses, by itself: it need not be mounted. Undefined where its tool does not tell. */
export async function askUsedSpace(
  host: Host,
  { device, contents }: Pick<DataDevice, 'device' | 'contents'>,
): Promise<UsedSpace | undefined> {
  if (contents.kind !== 'filesystem') return undefined;
  const asked = askedOf(contents.type, device.path);
  if (asked === undefined) return undefined;
  const result = await host.run(asked.command);
  return succeeded(result) ? asked.read(result.stdout) : undefined;
}

interface Asked {
  readonly command: PlannedCommand;
  readonly read: (text: string) => UsedSpace | undefined;
}

function askedOf(type: string, path: string): Asked | undefined {
  switch (type) {
    case 'ext2':
    case 'ext3':
    case 'ext4':
      return { command: looking('dumpe2fs', ['-h', path], limitMs), read: parseDumpe2fs };
    case 'xfs': {
      const args = ['-r', '-c', 'sb 0', '-c', 'print dblocks fdblocks blocksize', path];
      return { command: looking('xfs_db', args, limitMs), read: parseXfsDb };
    }
    case 'btrfs':
      return {
        command: looking('btrfs', ['inspect-internal', 'dump-super', path], limitMs),
        read: parseDumpSuper,
      };
    default:
      return undefined;
  }
}

/** How many bytes lie below a directory; 0 where that cannot be told. */
export async function askBytesBelow(host: Host, path: string): Promise<number> {
  const result = await host.run(looking('du', ['--summarize', '--block-size=1', path], 10 * limitMs));
  return succeeded(result) ? Number(/^\d+/.exec(result.stdout)?.[0] ?? 0) : 0;
}
