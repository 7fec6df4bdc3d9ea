import type { Host } from '../host/host.ts';
import type { AdvisedCommand, CopyAdvice } from '../model/copy-advice.ts';
import { Failure } from '../model/problem.ts';
import type { Volume } from '../model/volume.ts';
import { findSignatures } from '../stacks/create/signatures.ts';
import type { Seen } from '../stacks/host-look.ts';

/**
 * How to copy the data off a read-only volume before it is rebuilt. The filesystem must not replay its journal, since
 * every write fails.
 */
export async function adviseCopy(host: Host, { volume }: Seen): Promise<readonly CopyAdvice[]> {
  const mounted = volume.mounts.map(adviseMount);
  if (volume.state === 'stopped') return [adviseStart(volume)];
  const devices = listDevices(volume).filter((path) => !volume.mounts.some(({ device }) => device === path));
  return [...mounted, ...(await Promise.all(devices.map((path) => adviseDevice(host, path))))];
}

function adviseMount({ path, device, type }: Volume['mounts'][number]): CopyAdvice {
  if (type === 'swap') return { about: { kind: 'swap', device }, commands: [command('swapoff', device)] };
  return { about: { kind: 'mounted', device, path }, commands: [copyFrom(path), command('umount', path)] };
}

/** The devices that hold the data: the volume's own, or its logical volumes. */
function listDevices({ stack, dmName, logicalVolumes }: Volume): string[] {
  if (stack !== 'lvm') return [`/dev/mapper/${dmName}`];
  return logicalVolumes.filter(({ active }) => active).map(({ device }) => device);
}

/** What can be copied at all depends on the mode in which the next start brings the volume up. */
function adviseStart({ name, onDisk, storage }: Volume): CopyAdvice {
  return onDisk?.state === 'read-only'
    ? { about: { kind: 'comes-up-read-only' }, commands: [command('vdoctl', 'start', name)] }
    : { about: { kind: 'rebuild-is-pending' }, commands: [imageOf(storage.path)] };
}

function command(file: string, ...args: readonly string[]): AdvisedCommand {
  return { file, args };
}

function copyFrom(directory: string): AdvisedCommand {
  return command('rsync', '-aHAX', '--numeric-ids', `${directory}/`, 'DESTINATION/');
}

function imageOf(device: string): AdvisedCommand {
  return command('ddrescue', device, 'IMAGE', 'MAPFILE');
}

/** The mount options that keep each filesystem from replaying its journal. */
const mountOptions: Readonly<Record<string, string>> = {
  ext2: 'ro',
  ext3: 'ro,noload',
  ext4: 'ro,noload',
  xfs: 'ro,norecovery,nouuid',
  btrfs: 'ro,rescue=nologreplay',
};

async function adviseDevice(host: Host, device: string): Promise<CopyAdvice> {
  const held = await readHeld(host, device);
  const [type = ''] = held.filter((each) => each in mountOptions);
  const options = mountOptions[type];
  if (options === undefined) return { about: { kind: 'device', device, held }, commands: [imageOf(device)] };
  const mount = command('mount', '-t', type, '-o', options, device, '/mnt');
  return {
    about: { kind: 'filesystem', device, type },
    commands: [mount, copyFrom('/mnt'), command('umount', '/mnt')],
  };
}

/** If the device cannot be read, nothing is known to be on it; the copy itself will show why. */
async function readHeld(host: Host, path: string): Promise<readonly string[]> {
  try {
    return await findSignatures(host, path);
  } catch (error) {
    if (error instanceof Failure) return [];
    throw error;
  }
}
