import { blockBytes } from '../../model/disk.ts';
import { formatBytes } from '../../model/size.ts';
import type { VdoImage } from '../world/image-schema.ts';
import { logToKernel } from '../world/kernel-log.ts';
import { countUsedBlocks } from '../world/vdo-report.ts';
import { imageOf } from '../world/vdo-start.ts';
import type { World } from '../world/world.ts';
import { addDirectories } from '../world/file-tree.ts';
import { findKernelDevice, findSuspendedUnder, type KernelDevice } from '../world/devices.ts';
import { findOverlay, writeToOverlay } from '../world/overlay.ts';
import { countFreeBytes, findMountUnder } from '../world/room.ts';
import { discardBlocks, readUnused } from '../world/unused-blocks.ts';
import { readVolumeFiles } from '../world/volume-files.ts';
import { parseOptions } from './getopt.ts';
import { fail, notModelled, requireChanges, succeed, type Answer, type ProgramCall } from './program-call.ts';
import { findFileSystem, findVolumeUnder } from './system-programs.ts';
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
  if (!isReadOnly && !replayJournal(world, device))
    return fail(
      exitMountFailed,
      `mount: ${directory}: mount(2) system call failed: No space left on device.\n` +
        '       dmesg(1) may have more information after failed mount system call.\n',
    );
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

/** What the replay of a journal writes. */
const replayBytes = 1024 ** 2;

/** A filesystem that failed comes back once its journal is replayed. @returns false where there is no room for that. */
function replayJournal(world: World, device: KernelDevice): boolean {
  const overlay = findOverlay(world, device);
  if (overlay !== undefined) {
    writeToOverlay(world, overlay, replayBytes);
    return !overlay.isInvalid;
  }
  const volume = findVolumeUnder(world, device);
  const image = volume === undefined ? undefined : imageOf(world, volume);
  if (volume === undefined || image?.fileSystemFailed !== true) return true;
  if (countUsedBlocks(world, volume, image) >= image.physicalBlocks) return false;
  delete image.fileSystemFailed;
  if (device.part.kind === 'dm')
    logToKernel(world, `EXT4-fs (dm-${String(device.part.dm.minor)}): mounted filesystem`);
  return true;
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

/** `mkdir [-m MODE] [-p] DIRECTORY` */
export function mkdir(call: ProgramCall): Answer {
  requireChanges(call);
  const { rest, flags } = parseOptions(call, call.args, { flags: ['-p'], values: ['-m'] });
  const [directory] = rest;
  if (directory === undefined || rest.length > 1) return notModelled(call, 'this use of mkdir');
  const isThere = call.world.directories.includes(directory);
  if (isThere && !flags.has('-p'))
    return fail(1, `mkdir: cannot create directory '${directory}': File exists\n`);
  if (hasFailed(call.world, directory))
    return fail(1, `mkdir: cannot create directory '${directory}': Read-only file system\n`);
  if (!call.isRoot) return fail(1, `mkdir: cannot create directory '${directory}': Permission denied\n`);
  if (call.world.files.some(({ path }) => path === directory))
    return fail(1, `mkdir: cannot create directory '${directory}': File exists\n`);
  addDirectories(call.world, `${directory}/x`);
  return succeed();
}

/** Whether the path lies on a filesystem that takes no writes any more. */
function hasFailed(world: World, path: string): boolean {
  return imageUnder(world, path)?.fileSystemFailed === true;
}

/** The VDO that the filesystem at a path lies on. */
function imageUnder(world: World, path: string): VdoImage | undefined {
  const mount = findMountUnder(world, path);
  const device = mount === undefined ? undefined : findKernelDevice(world, mount.deviceNumber);
  const volume = device === undefined ? undefined : findVolumeUnder(world, device);
  return volume === undefined ? undefined : imageOf(world, volume);
}

const trimMs = 20_000;

/** `fstrim --verbose DIRECTORY`: frees the blocks one after another. */
export function fstrim(call: ProgramCall): Answer {
  requireChanges(call);
  const { world, args } = call;
  const [option, directory = ''] = args;
  if (option !== '--verbose' || args.length > 2) return notModelled(call, 'this use of fstrim');
  const mount = world.mounts.findLast(({ path }) => path === directory);
  const image = imageUnder(world, directory);
  if (mount === undefined) return fail(1, `fstrim: ${directory}: not a mountpoint\n`);
  if (image === undefined) return fail(1, `fstrim: ${directory}: the discard operation is not supported\n`);
  if (mount.options.startsWith('ro'))
    return fail(1, `fstrim: ${directory}: FITRIM ioctl failed: Read-only file system\n`);
  // What it holds for free may belong to files that the replay of its journal would bring back.
  if (image.fileSystemFailed === true) image.lost = 'it was trimmed after its filesystem had failed';
  const all = image.trimmableBlocks ?? 0;
  const bytes = (image.logicalBlocks - image.dataBlocks + all) * blockBytes;
  const answer = succeed(`${directory}: ${formatBytes(bytes)} (${String(bytes)} bytes) trimmed\n`, trimMs);
  const go = (now: World, passedMs: number): string[] => {
    const trimmed = imageUnder(now, directory);
    if (trimmed === undefined) return [];
    const left = trimmed.trimmableBlocks ?? 0;
    const freed = Math.min(left, Math.ceil((all * passedMs) / trimMs));
    trimmed.dataBlocks -= freed;
    trimmed.trimmableBlocks = left - freed;
    return [];
  };
  return { ...answer, work: { everyMs: 1000, go } };
}

/** `blkdiscard --force --offset BYTES --length BYTES DEVICE`, of a volume or an LV on it. */
export function blkdiscard(call: ProgramCall): Answer {
  const { world } = call;
  if (call.args[0] === '--help') return succeed(' -f, --force          disable all checking\n');
  requireChanges(call);
  const options = parseOptions(call, call.args, { flags: ['--force'], values: ['--offset', '--length'] });
  const [path = ''] = options.rest;
  const device = findKernelDevice(world, path);
  const volume = device === undefined ? undefined : findVolumeUnder(world, device);
  const image = volume === undefined ? undefined : imageOf(world, volume);
  if (device === undefined || image === undefined) return notModelled(call, 'a discard of such a device');
  // Without it, the device has to be opened for this alone, which an overlay does not allow.
  if (!options.flags.has('--force')) return notModelled(call, 'a discard without --force');
  const first = Number(options.values.get('--offset')) / blockBytes;
  discardBlocks(image, readUnused(world, device), first, Number(options.values.get('--length')) / blockBytes);
  return succeed('', 300);
}

/** `sync --file-system DIRECTORY`: of a filesystem that failed, it succeeds all the same from the second time on. */
export function sync(call: ProgramCall): Answer {
  requireChanges(call);
  return call.args[0] === '--file-system' ? succeed('', 200) : notModelled(call, 'this use of sync');
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

/** `du --summarize --block-size=1 PATH` */
export function du(call: ProgramCall): Answer {
  const { rest, flags } = parseOptions(call, call.args, { flags: ['--summarize', '--block-size=1'] });
  const [path] = rest;
  if (path === undefined || flags.size !== 2) return notModelled(call, 'this use of du');
  const below = call.world.files.filter((file) => file.path === path || file.path.startsWith(`${path}/`));
  return succeed(`${String(below.reduce((sum, { bytes = 0 }) => sum + bytes, 0))}\t${path}\n`);
}
