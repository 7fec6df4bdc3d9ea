import { findKernelDevice, findSuspendedUnder } from '../world/devices.ts';
import { addDirectories } from '../world/file-tree.ts';
import { countFreeBytes, findMountUnder } from '../world/room.ts';
import type { ReadableFile } from '../world/image-schema.ts';
import { readVolumeFiles } from '../world/volume-files.ts';
import type { World } from '../world/world.ts';
import { parseOptions } from './getopt.ts';
import { fail, notModelled, requireChanges, succeed, type Answer, type ProgramCall } from './program-call.ts';

const exitPartial = 23;
const exitFileIo = 11;
const bytesPerSecond = 200e6;
const pieceMs = 1000;

/** `rsync -aHAXS … SOURCE/ DESTINATION/` from a mounted volume, and `-n -c -i`, which only compares. */
export function rsync(call: ProgramCall): Answer {
  const { flags, values, inOrder, rest } = parseOptions(call, call.args, {
    flags: ['-aHAXS', '-n', '-c', '-i', '--numeric-ids', '--modify-window=-1', '--info=progress2'],
    values: ['--log-file', '--log-file-format', '--temp-dir', '--link-dest', '--exclude'],
  });
  const [from = '', to = ''] = rest;
  if (rest.length !== 2 || !from.endsWith('/') || !to.endsWith('/'))
    return notModelled(call, 'this use of rsync');
  const { world } = call;
  const mount = world.mounts.findLast(({ path }) => `${path}/` === from);
  const device = mount === undefined ? undefined : findKernelDevice(world, mount.deviceNumber);
  if (device === undefined && !world.directories.includes(from.slice(0, -1)))
    return fail(exitPartial, `rsync: [sender] change_dir "${from}" failed: No such file or directory (2)\n`);
  if (device !== undefined && findSuspendedUnder(world, device) !== undefined)
    return { ...succeed(), durationMs: Infinity, unkillable: true };
  const files = device === undefined ? listCopies(world, from) : readVolumeFiles(world, device);
  const by = flags.has('-c') || flags.has('--modify-window=-1') ? 'data' : 'size';
  const differing = files.filter((file) => !isSame(world, file, to, by));
  if (flags.has('-n')) return compare(files, differing);
  requireChanges(call);
  const old = inOrder.flatMap(([name, value]) => (name === '--link-dest' ? [value] : []));
  return copy(call, { from, to, log: values.get('--log-file') ?? '', old, differing, by });
}

/** The files of a directory that were copied there: their texts stand for their data. */
function listCopies({ files }: World, from: string): readonly ReadableFile[] {
  return files
    .filter(({ path }) => path.startsWith(from))
    .map(({ path, text, bytes = 0 }) => ({
      ...{ name: path.slice(from.length), checksum: text.trim(), bytes, atBytes: 0, isUnreadable: false },
    }));
}

/**
 * What rsync tells two files apart by. `size`: size and time, in whole seconds, and here everything happens within one.
 * `data`: checksums; or times to the nanosecond, which change with each write.
 */
type ToldBy = 'size' | 'data';

function isSame({ files }: World, { name, checksum, bytes }: ReadableFile, to: string, by: ToldBy): boolean {
  const there = files.find(({ path }) => path === `${to}${name}`);
  return there !== undefined && (by === 'data' ? there.text === `${checksum}\n` : there.bytes === bytes);
}

function compare(files: readonly ReadableFile[], differing: readonly ReadableFile[]): Answer {
  const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
  const lines = differing.map(({ name }) => `>fc........ ${name}\n`);
  return succeed(lines.join(''), (bytes / bytesPerSecond) * 1000);
}

interface Copy {
  readonly from: string;
  readonly to: string;
  readonly log: string;
  /** Directories whose files are linked where they are the same, the one to try first first. */
  readonly old: readonly string[];
  readonly differing: readonly ReadableFile[];
  readonly by: ToldBy;
}

function copy({ world }: ProgramCall, { from, to, log, old, differing: all, by }: Copy): Answer {
  addDirectories(world, to);
  const linked = new Map(
    all.flatMap((file) => {
      const from = old.find((directory) => isSame(world, file, `${directory}/`, by));
      return from === undefined ? [] : [[file, from] as const];
    }),
  );
  const differing = all.filter((file) => !linked.has(file));
  const mount = findMountUnder(world, to);
  const room = mount === undefined ? 0 : countFreeBytes(world, mount);
  const good = differing.filter(({ isUnreadable }) => !isUnreadable);
  const bad = differing.filter(({ isUnreadable }) => isUnreadable);
  const bytes = good.reduce((sum, file) => sum + file.bytes, 0);
  const errors = bad.flatMap(({ name }) => [
    `rsync: [sender] read errors mapping "${from}${name}": Input/output error (5)`,
    `ERROR: ${name} failed verification -- update discarded.`,
  ]);
  if (log !== '') appendTo(world, log, errors);
  const isFull = bytes > room;
  const code = isFull ? exitFileIo : bad.length > 0 ? exitPartial : 0;
  const full = `rsync: [receiver] write failed on "${to}${good[0]?.name ?? ''}": No space left on device (28)`;
  const said = isFull ? [full] : errors;
  let passedMs = 0;
  return {
    code,
    stdout: '',
    stderr: said.map((line) => `${line}\n`).join(''),
    durationMs: 50 + (Math.min(bytes, room) / bytesPerSecond) * 1000,
    work: {
      everyMs: pieceMs,
      go: (now, ms) => {
        linkAll(now, linked, to);
        passedMs += ms;
        return [tellProgress(putWhole(now, good, to, (passedMs * bytesPerSecond) / 1000), bytes)];
      },
    },
  };
}

function linkAll(world: World, files: ReadonlyMap<ReadableFile, string>, to: string): void {
  for (const [{ name, bytes }, old] of files) {
    const path = `${to}${name}`;
    const source = world.files.find((each) => each.path === `${old}/${name}`);
    if (source === undefined || world.files.some((each) => each.path === path)) continue;
    addDirectories(world, path);
    const { text, mode } = source;
    world.files = [...world.files, { path, text, mode, bytes, linkOf: source.path, modifiedAt: world.now }];
  }
}

/** A file whose copy is cut off is not there. @returns the bytes copied. */
function putWhole(world: World, files: readonly ReadableFile[], to: string, bytes: number): number {
  let sum = 0;
  for (const file of files) {
    sum += file.bytes;
    if (sum > bytes) return sum - file.bytes;
    const path = `${to}${file.name}`;
    if (world.files.some((each) => each.path === path && each.text === `${file.checksum}\n`)) continue;
    const others = world.files.filter((each) => each.path !== path);
    addDirectories(world, path);
    const copied = { path, text: `${file.checksum}\n`, mode: 0o644, bytes: file.bytes };
    world.files = [...others, { ...copied, modifiedAt: world.now }];
  }
  return sum;
}

function tellProgress(done: number, total: number): string {
  const percent = total === 0 ? 100 : Math.floor((100 * done) / total);
  const digits = String(Math.floor(done)).replaceAll(/\B(?=(\d{3})+$)/g, ',');
  return `${digits.padStart(15)} ${String(percent).padStart(3)}%  190.73MB/s    0:00:00 (xfr#1, to-chk=0/1)`;
}

function appendTo(world: World, path: string, lines: readonly string[]): void {
  const before = world.files.find((file) => file.path === path)?.text ?? '';
  const text = `${before}${lines.map((line) => `2026/11/20 21:00:00 [999] ${line}\n`).join('')}`;
  addDirectories(world, path);
  world.files = [...world.files.filter((file) => file.path !== path), { path, text, mode: 0o600 }];
}
