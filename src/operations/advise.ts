import type { Host } from '../host/host.ts';
import { formatCommand } from '../model/command.ts';
import { Failure } from '../model/problem.ts';
import type { Volume } from '../model/volume.ts';
import { findSignatures } from '../stacks/create/signatures.ts';
import type { Seen } from '../stacks/host-look.ts';

/** How to copy the data off a volume, as far as what lies on it tells: a part for each device. */
export interface CopyAdvice {
  readonly title: string;
  /** As a person would type them, in order. */
  readonly commands: readonly string[];
}

/**
 * How to copy the data off a read-only volume before it is rebuilt. The filesystem must not replay its journal: every
 * write fails.
 */
export async function adviseCopy(host: Host, { volume }: Seen): Promise<readonly CopyAdvice[]> {
  const mounted = volume.mounts.map(adviseMount);
  if (volume.state === 'stopped') return [adviseStart(volume)];
  const devices = listDevices(volume).filter((path) => !volume.mounts.some(({ device }) => device === path));
  return [...mounted, ...(await Promise.all(devices.map((path) => adviseDevice(host, path))))];
}

function adviseMount({ path, device, type }: Volume['mounts'][number]): CopyAdvice {
  if (type === 'swap')
    return {
      title: `${device} is used as swap: nothing on it has to be kept`,
      commands: [show('swapoff', device)],
    };
  return {
    title: `${device} is mounted on ${path}: read it from there`,
    commands: [copyFrom(path), show('umount', path)],
  };
}

/** The devices that hold the data: the volume's own, or its logical volumes. */
function listDevices({ stack, dmName, logicalVolumes }: Volume): string[] {
  if (stack !== 'lvm') return [`/dev/mapper/${dmName}`];
  return logicalVolumes.filter(({ active }) => active).map(({ device }) => device);
}

/** What the next start makes of it decides what can be copied at all. */
function adviseStart({ name, onDisk, storage }: Volume): CopyAdvice {
  if (onDisk?.state === 'read-only') {
    const title =
      'It is stopped. Started, it comes up read-only and can be read: start it, then come back here';
    return { title, commands: [show('vdoctl', 'start', name)] };
  }
  const title =
    'It is stopped, and its next start is the rebuild: its data cannot be read before. What can be kept is an image of its storage device';
  return { title, commands: [show('ddrescue', storage.path, 'IMAGE', 'MAPFILE')] };
}

/** As a person would type it, quoted where it has to be. */
function show(file: string, ...args: readonly string[]): string {
  return formatCommand({ file, args });
}

function copyFrom(directory: string): string {
  return show('rsync', '-aHAX', '--numeric-ids', `${directory}/`, 'DESTINATION/');
}

/** What keeps each filesystem from replaying its journal. */
const mountOptions: Readonly<Record<string, string>> = {
  ext2: 'ro',
  ext3: 'ro,noload',
  ext4: 'ro,noload',
  xfs: 'ro,norecovery,nouuid',
  btrfs: 'ro,rescue=nologreplay',
};

async function adviseDevice(host: Host, path: string): Promise<CopyAdvice> {
  const held = await readHeld(host, path);
  const [type = ''] = held.filter((each) => each in mountOptions);
  const options = mountOptions[type];
  if (options !== undefined) {
    return {
      title: `${path} holds ${type}: mount it without replaying its journal, and copy`,
      commands: [
        show('mount', '-t', type, '-o', options, path, '/mnt'),
        copyFrom('/mnt'),
        show('umount', '/mnt'),
      ],
    };
  }
  const what = held.length === 0 ? 'nothing that is known' : held.join(' and ');
  return {
    title: `${path} holds ${what}: copy it as a whole`,
    commands: [show('ddrescue', path, 'IMAGE', 'MAPFILE')],
  };
}

/** What cannot be read is nothing that is known; the copying will say so. */
async function readHeld(host: Host, path: string): Promise<readonly string[]> {
  try {
    return await findSignatures(host, path);
  } catch (error) {
    if (error instanceof Failure) return [];
    throw error;
  }
}
