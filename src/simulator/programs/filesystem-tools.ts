import { findKernelDevice } from '../world/devices.ts';
import type { ReadableFile } from '../world/image-schema.ts';
import { findOverlay } from '../world/overlay.ts';
import { neededByReplay, readUnused } from '../world/unused-blocks.ts';
import { imageOf } from '../world/vdo-start.ts';
import { readVolumeFiles } from '../world/volume-files.ts';
import type { World } from '../world/world.ts';
import { fail, notModelled, succeed, type Answer, type ProgramCall } from './program-call.ts';
import { findFileSystem, findVolumeUnder } from './system-programs.ts';

/** The programs that show what stands in a filesystem, on a device or in an image. */

const blockBytes = 4096;
const firstInode = 12;

/** `dumpe2fs [-h] DEVICE` */
export function dumpe2fs(call: ProgramCall): Answer {
  const isShort = call.args[0] === '-h';
  const path = call.args.at(-1) ?? '';
  if (call.args.length !== (isShort ? 2 : 1)) return notModelled(call, 'this use of dumpe2fs');
  const found = measure(call.world, path, /^ext[234]$/);
  if (found === undefined)
    return fail(1, `dumpe2fs: Bad magic number in super-block while trying to open ${path}\n`);
  return succeed(
    [
      `Filesystem features:      has_journal ext_attr dir_index filetype${needsReplay(call.world, path) ? ' needs_recovery' : ''} extent 64bit metadata_csum`,
      `Block count:              ${String(found.total)}`,
      `Free blocks:              ${String(found.total - found.used)}`,
      `Block size:               ${String(blockBytes)}`,
      'Journal inode:            8',
      '',
      ...(isShort ? [] : [describeGroup(call.world, path)]),
    ].join('\n'),
  );
}

/** One group is all of it. */
function describeGroup(world: World, path: string): string {
  const ranges = listRanges(world, path).map(([first, end]) => `${String(first)}-${String(end - 1)}`);
  return `\nGroup 0: (Blocks 0-${String(listRanges(world, path).at(-1)?.[1] ?? 1)})\n  Free blocks: ${ranges.join(', ')}\n`;
}

/** The stretches that the filesystem does not use: first and end, in blocks. */
function listRanges(world: World, path: string): readonly (readonly [number, number])[] {
  const device = findKernelDevice(world, path);
  if (device === undefined) return [];
  const { first: unused, firstHeld, end } = readUnused(world, device);
  const first = unused + (needsReplay(world, path) ? neededByReplay : 0);
  const middle = Math.floor((first + firstHeld) / 2);
  return [
    [first, middle],
    [middle + 1, firstHeld],
    [firstHeld, end],
  ].filter((range): range is [number, number] => (range[0] ?? 0) < (range[1] ?? 0));
}

/** Whether the journal of the filesystem holds what is not at its place yet; on an overlay, until it was mounted. */
function needsReplay(world: World, path: string): boolean {
  const device = findKernelDevice(world, path);
  const volume = device === undefined ? undefined : findVolumeUnder(world, device);
  const hasFailed = volume !== undefined && imageOf(world, volume)?.fileSystemFailed === true;
  const overlay = device === undefined ? undefined : findOverlay(world, device);
  return hasFailed && (overlay?.usedBytes ?? 0) === 0;
}

/** `xfs_db -r [-f] -c COMMAND… PATH`: the super block's sizes, and who uses a block. */
export function xfsDb(call: ProgramCall): Answer {
  const path = call.args.at(-1) ?? '';
  const asked = call.args.filter((_word, index) => call.args[index - 1] === '-c');
  if (asked.includes('print dblocks fdblocks blocksize')) {
    const found = measure(call.world, path, /^xfs$/);
    if (found === undefined) return fail(1, `xfs_db: ${path} is not a valid XFS filesystem\n`);
    const { total, used } = found;
    const lines = [`dblocks = ${String(total)}`, `fdblocks = ${String(total - used)}`];
    return succeed([...lines, `blocksize = ${String(blockBytes)}`, ''].join('\n'));
  }
  if (asked.includes('print logstart rextents')) return succeed('logstart = 131078\nrextents = 0\n');
  if (asked.includes('freesp -d')) {
    const lines = listRanges(call.world, path).map(
      ([first, end]) => `       0 ${String(first).padStart(8)} ${String(end - first).padStart(8)}\n`,
    );
    return succeed(`blocksize = ${String(blockBytes)}\nagblocks = 268435455\n${lines.join('')}`);
  }
  if (!asked.includes('blockuse -n')) return notModelled(call, 'this use of xfs_db');
  const files = listFilesIn(call.world, path);
  const sectorsPerBlock = blockBytes / 512;
  const lines = asked.flatMap((line) => {
    const sector = /^daddr (\d+)$/.exec(line)?.[1];
    if (sector === undefined) return [];
    const block = Number(sector) / sectorsPerBlock;
    const index = files.findIndex((file) => holdsBlock(file, block));
    const what = index < 0 ? 'free1' : `data inode ${String(firstInode + index)} ${files[index]?.name ?? ''}`;
    return [`block ${String(block)} (0/${String(block)}) type ${what}`];
  });
  return succeed(lines.map((line) => `${line}\n`).join(''));
}

/** `debugfs -R "icheck BLOCK…" PATH` and `debugfs -R "ncheck INODE…" PATH` */
export function debugfs(call: ProgramCall): Answer {
  const [option, request = '', path = ''] = call.args;
  const [verb = '', ...words] = request.split(' ');
  if (option !== '-R' || !['icheck', 'ncheck'].includes(verb))
    return notModelled(call, 'this use of debugfs');
  const files = listFilesIn(call.world, path);
  if (verb === 'icheck') {
    const lines = words.map((word) => {
      const index = files.findIndex((file) => holdsBlock(file, Number(word)));
      return `${word}\t${index < 0 ? '<block not found>' : String(firstInode + index)}\n`;
    });
    return succeed(`Block\tInode number\n${lines.join('')}`);
  }
  const lines = words.map((word) => `${word}\t/${files[Number(word) - firstInode]?.name ?? '?'}\n`);
  return succeed(`Inode\tPathname\n${lines.join('')}`);
}

/** The super block of a btrfs. */
export function dumpSuper(call: ProgramCall, path: string): Answer {
  const found = measure(call.world, path, /^btrfs$/);
  if (found === undefined) return fail(1, `ERROR: bad magic on superblock on ${path} at 65536\n`);
  return succeed(`bytes_used\t\t${String(found.used * blockBytes)}\nsectorsize\t\t${String(blockBytes)}\n`);
}

function holdsBlock({ atBytes, bytes }: ReadableFile, block: number): boolean {
  return atBytes <= block * blockBytes && block * blockBytes < atBytes + bytes;
}

interface Measured {
  /** In blocks. */
  readonly total: number;
  readonly used: number;
}

function measure(world: World, path: string, types: RegExp): Measured | undefined {
  const device = findKernelDevice(world, path);
  const found = device === undefined ? undefined : findFileSystem(world, device);
  if (device === undefined || found === undefined || !types.test(found.type)) return undefined;
  const used = readVolumeFiles(world, device).reduce((sum, { bytes }) => sum + bytes, 0);
  return { total: Math.floor(device.sizeBytes / blockBytes), used: Math.ceil(used / blockBytes) };
}

/** The files of the volume that an image was made of: only its map file says which that is. */
function listFilesIn(world: World, path: string): readonly ReadableFile[] {
  const map = world.files.find((file) => file.path === `${path}.map`)?.text ?? '';
  const source = / (\/dev\/\S+) /.exec(map)?.[1] ?? path;
  const device = findKernelDevice(world, source);
  return device === undefined ? [] : readVolumeFiles(world, device);
}
