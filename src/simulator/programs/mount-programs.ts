import { addDirectories } from '../world/file-tree.ts';
import { findKernelDevice, findSuspendedUnder, type KernelDevice } from '../world/devices.ts';
import { countFreeBytes, findMountUnder } from '../world/room.ts';
import { readVolumeFiles } from '../world/volume-files.ts';
import { parseOptions } from './getopt.ts';
import { fail, notModelled, requireChanges, succeed, type Answer, type ProgramCall } from './program-call.ts';
import { findFileSystem } from './system-programs.ts';
import { startProbing } from './vdo-programs.ts';

/** `mount`, `umount`, `mkdir`, `rmdir` and `df`. */

const exitMountFailed = 32;

/** `mount [-t TYPE] [-o OPTIONS] DEVICE DIRECTORY`, `mount --bind DIRECTORY DIRECTORY`, `mount -o remount,… DIRECTORY` */
export function mount(call: ProgramCall): Answer {
  requireChanges(call);
  const options = parseOptions(call, call.args, { flags: ['--bind'], values: ['-o', '-t'] });
  const chosen = (options.values.get('-o') ?? '').split(',');
  const [source = '', directory = ''] = options.rest;
  if (chosen.includes('remount')) return remount(call, source, chosen);
  if (options.flags.has('--bind')) return bind(call, source, directory);
  const device = findKernelDevice(call.world, source);
  if (device === undefined)
    return fail(exitMountFailed, `mount: ${directory}: special device ${source} does not exist.\n`);
  if (findSuspendedUnder(call.world, device) !== undefined)
    return { ...succeed(), durationMs: Infinity, unkillable: true };
  return mountDeviceAt(call, { device, source, directory, isReadOnly: chosen.includes('ro') });
}

interface Wanted {
  readonly device: KernelDevice;
  readonly source: string;
  readonly directory: string;
  readonly isReadOnly: boolean;
}

function mountDeviceAt(
  { world, args }: ProgramCall,
  { device, source, directory, isReadOnly }: Wanted,
): Answer {
  const seen = device.part.kind === 'dm' ? `/dev/mapper/${device.part.dm.name}` : source;
  const found = findFileSystem(world, device);
  const type = args.includes('-t') ? args[args.indexOf('-t') + 1] : found?.type;
  if (found === undefined || found.type !== type || !isFileSystem(found.type))
    return fail(
      exitMountFailed,
      `mount: ${directory}: wrong fs type, bad option, bad superblock on ${source}.\n`,
    );
  if (found.isReadOnly && !isReadOnly) {
    return fail(
      exitMountFailed,
      `mount: ${directory}: can't read superblock on ${seen}.\n` +
        '       dmesg(1) may have more information after failed mount system call.\n',
      1700,
    );
  }
  const other = world.mounts.find((each) => each.deviceNumber === device.deviceNumber);
  if (other !== undefined && isReadOnly !== other.options.startsWith('ro'))
    return fail(exitMountFailed, `mount: ${directory}: ${seen} already mounted on ${other.path}.\n`);
  world.mounts.push({
    namespace: 1,
    deviceNumber: device.deviceNumber,
    path: directory,
    type: found.type,
    source: seen,
    options: `${isReadOnly ? 'ro' : 'rw'},relatime`,
  });
  return succeed('', 250);
}

function isFileSystem(type: string): boolean {
  return ['ext2', 'ext3', 'ext4', 'xfs', 'btrfs'].includes(type);
}

function bind({ world }: ProgramCall, source: string, directory: string): Answer {
  const found = world.mounts.find(({ path, namespace }) => path === source && namespace === 1);
  if (found === undefined)
    return fail(exitMountFailed, `mount: ${directory}: special device ${source} does not exist.\n`);
  world.mounts.push({ ...found, path: directory });
  return succeed('', 30);
}

function remount({ world }: ProgramCall, directory: string, chosen: readonly string[]): Answer {
  const found = world.mounts.findLast(({ path }) => path === directory);
  if (found === undefined)
    return fail(exitMountFailed, `mount: ${directory}: mount point not mounted or bad option.\n`);
  found.options = found.options.replace(/^r[ow]/, chosen.includes('ro') ? 'ro' : 'rw');
  return succeed('', 30);
}

/** `umount DIRECTORY`; hangs as the real one does while the device cannot be written. */
export function umount(call: ProgramCall): Answer {
  requireChanges(call);
  const { rest } = parseOptions(call, call.args, {});
  const [directory = ''] = rest;
  const found = call.world.mounts.findLast(
    ({ path, namespace, type }) => path === directory && namespace === 1 && type !== 'swap',
  );
  if (found === undefined) return fail(exitMountFailed, `umount: ${directory}: not mounted.\n`);
  const device = findKernelDevice(call.world, found.deviceNumber);
  if (device !== undefined && findSuspendedUnder(call.world, device) !== undefined)
    return { ...succeed(), durationMs: Infinity, unkillable: true };
  const isOpen = call.world.processes.some(({ openFiles }) =>
    openFiles.some((path) => path.startsWith(`${directory}/`)),
  );
  if (isOpen) return fail(exitMountFailed, `umount: ${directory}: target is busy.\n`);
  call.world.mounts = call.world.mounts.filter((each) => each !== found);
  if (device !== undefined) startProbing(call.world, device);
  return succeed('', 100);
}

/** `mkdir [-m MODE] -p DIRECTORY` */
export function mkdir(call: ProgramCall): Answer {
  requireChanges(call);
  const { rest, flags } = parseOptions(call, call.args, { flags: ['-p'], values: ['-m'] });
  const [directory] = rest;
  if (directory === undefined || rest.length > 1 || !flags.has('-p'))
    return notModelled(call, 'this use of mkdir');
  if (!call.isRoot) return fail(1, `mkdir: cannot create directory '${directory}': Permission denied\n`);
  if (call.world.files.some(({ path }) => path === directory))
    return fail(1, `mkdir: cannot create directory '${directory}': File exists\n`);
  addDirectories(call.world, `${directory}/x`);
  return succeed();
}

/** `rmdir DIRECTORY` */
export function rmdir(call: ProgramCall): Answer {
  requireChanges(call);
  const [directory = ''] = parseOptions(call, call.args, {}).rest;
  const { world } = call;
  const refuse = (why: string): Answer => fail(1, `rmdir: failed to remove '${directory}': ${why}\n`);
  if (!world.directories.includes(directory)) return refuse('No such file or directory');
  if (world.mounts.some(({ path }) => path === directory)) return refuse('Device or resource busy');
  const inside = [...world.directories, ...world.files.map(({ path }) => path)];
  if (inside.some((path) => path.startsWith(`${directory}/`))) return refuse('Directory not empty');
  world.directories = world.directories.filter((path) => path !== directory);
  return succeed();
}

/** `df --block-size=1 --output=size,used,avail,source PATH` */
export function df(call: ProgramCall): Answer {
  const { rest, values } = parseOptions(call, call.args, { values: ['--block-size', '--output'] });
  const [path] = rest;
  const isModelled =
    values.get('--block-size') === '1' && values.get('--output') === 'size,used,avail,source';
  if (!isModelled || path === undefined || rest.length > 1) return notModelled(call, 'this use of df');
  const found = findMountUnder(call.world, path);
  if (found === undefined) return fail(1, `df: ${path}: No such file or directory\n`);
  const device = findKernelDevice(call.world, found.deviceNumber);
  const files = device === undefined ? [] : readVolumeFiles(call.world, device);
  const used = files.reduce((sum, { bytes }) => sum + bytes, 0);
  const size = device?.sizeBytes ?? 0;
  const avail = device?.part.kind === 'disk' ? countFreeBytes(call.world, found) : size - used;
  const numbers = [size, device?.part.kind === 'disk' ? size - avail : used, avail].map(String);
  return succeed(`1B-blocks Used Avail Filesystem\n${numbers.join(' ')} ${found.source}\n`);
}
