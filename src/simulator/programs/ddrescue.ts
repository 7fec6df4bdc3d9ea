import { findKernelDevice, findSuspendedUnder } from '../world/devices.ts';
import { addDirectories } from '../world/file-tree.ts';
import type { ReadableFile } from '../world/image-schema.ts';
import { readVolumeFiles } from '../world/volume-files.ts';
import type { World } from '../world/world.ts';
import { formatCommand } from '../../model/command.ts';
import { parseOptions } from './getopt.ts';
import { fail, notModelled, requireChanges, succeed, type Answer, type ProgramCall } from './program-call.ts';

const bytesPerSecond = 278e6;
const pieceMs = 60_000;
/** How much of an unreadable file fails, from its beginning. */
const badBytes = 32 * 1024;

/** `ddrescue [OPTIONS] DEVICE IMAGE MAPFILE`: it exits 0 with unreadable ranges left, as the real one does. */
export function ddrescue(call: ProgramCall): Answer {
  requireChanges(call);
  const { flags, rest } = parseOptions(call, call.args, {
    flags: [
      ...['--force', '--sparse', '--no-scrape', '--no-trim', '--idirect'],
      ...['-b4096', '--retry-passes=1', '--mapfile-interval=10'],
    ],
  });
  const [from = '', to = '', map = ''] = rest;
  if (rest.length !== 3) return notModelled(call, 'this use of ddrescue');
  const device = findKernelDevice(call.world, from);
  if (device === undefined && !from.startsWith('/dev/')) return copyFile(call, { from, to, map });
  if (device === undefined)
    return fail(1, `ddrescue: Can't open input file '${from}': No such file or directory\n`);
  if (to.startsWith('/dev/') && !flags.has('--force'))
    return fail(1, `ddrescue: Output file '${to}' is not a regular file, use '--force' to overwrite it.\n`);
  if (findSuspendedUnder(call.world, device) !== undefined)
    return { ...succeed(), durationMs: Infinity, unkillable: true };
  const files = readVolumeFiles(call.world, device);
  const total = device.sizeBytes;
  const begun = readDone(call.world, map);
  let done = begun;
  return {
    ...succeed('', 20 + ((total - begun) / bytesPerSecond) * 1000),
    work: {
      everyMs: pieceMs,
      go: (now, ms) => {
        done = Math.min(total, done + (ms * bytesPerSecond) / 1000);
        write(now, map, printMap(formatCommand(call.command), Math.floor(done), { total, files }));
        write(now, to, done < total ? 'partial\n' : printImage(files), Math.floor(done));
        return describeStatus(done, total);
      },
    },
  };
}

/** A file with an unreadable range is copied in part, and its map has the range. */
function copyFile(
  { world, command }: ProgramCall,
  { from, to, map }: { readonly from: string; readonly to: string; readonly map: string },
): Answer {
  const mount = world.mounts.find(({ path }) => from.startsWith(`${path}/`) && path !== '/');
  const device = mount === undefined ? undefined : findKernelDevice(world, mount.deviceNumber);
  const files = device === undefined ? [] : readVolumeFiles(world, device);
  const file = files.find(({ name }) => `${mount?.path ?? ''}/${name}` === from);
  if (file === undefined)
    return fail(1, `ddrescue: Can't open input file '${from}': No such file or directory\n`);
  const alone = [{ ...file, atBytes: 0 }];
  write(world, map, printMap(formatCommand(command), file.bytes, { total: file.bytes, files: alone }));
  write(world, to, `part of ${file.checksum}\n`, file.bytes - badBytes);
  return succeed();
}

/** What stands for the data in an image: the files with their checksums, as somebody finds them who mounts it. */
function printImage(files: readonly ReadableFile[]): string {
  const whole = files.filter(({ isUnreadable }) => !isUnreadable);
  return whole.map(({ name, checksum }) => `${checksum} ${name}\n`).join('');
}

/** As ddrescue(1) describes it: the rescued ranges are `+`, the unreadable ones `-`, the rest is `?`. */
function printMap(
  line: string,
  done: number,
  { total, files }: { readonly total: number; readonly files: readonly ReadableFile[] },
): string {
  const lines: string[] = [];
  let at = 0;
  const add = (end: number, status: string): void => {
    if (end > at) lines.push(`${hex(at)}  ${hex(end - at)}  ${status}`);
    at = Math.max(at, end);
  };
  for (const { atBytes, isUnreadable } of files) {
    if (!isUnreadable || atBytes + badBytes > done) continue;
    add(atBytes, '+');
    add(atBytes + badBytes, '-');
  }
  add(done, '+');
  add(total, '?');
  const current = `${hex(done)}     ${done < total ? '?' : '+'}               1`;
  const heading = [
    '# Mapfile. Created by GNU ddrescue version 1.27',
    `# Command line: ${line}`,
    '# current_pos  current_status  current_pass',
  ];
  return [...heading, current, '#      pos        size  status', ...lines, ''].join('\n');
}

function hex(value: number): string {
  return `0x${value.toString(16).toUpperCase().padStart(8, '0')}`;
}

/** Where an earlier run was cut off, by its map file. */
function readDone({ files }: World, map: string): number {
  const text = files.find(({ path }) => path === map)?.text ?? '';
  return Number(/^(0x[0-9A-F]+) /m.exec(text)?.[1] ?? 0);
}

function write(world: World, path: string, text: string, bytes?: number): void {
  addDirectories(world, path);
  const others = world.files.filter((file) => file.path !== path);
  const sized = bytes === undefined ? {} : { bytes };
  world.files = [...others, { path, text, mode: 0o600, modifiedAt: world.now, ...sized }];
}

/** The lines in which ddrescue tells how far it has come. */
export function describeStatus(done: number, total: number): string[] {
  return [
    `     ipos: ${pad(done)}, non-trimmed:        0 B,  current rate:    278 MB/s`,
    `  rescued: ${pad(done)},   bad areas:        0,        run time:          8s`,
    `pct rescued: ${((done * 100) / total).toFixed(2).padStart(7)}%, read errors:        0,  remaining time:          8s`,
  ];
}

/** Formats sizes as ddrescue does: up to 99999 of a unit, units of 1000. */
function pad(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  let [value, unit] = [bytes, 0];
  while (value > 99_999 && unit < units.length - 1) [value, unit] = [value / 1000, unit + 1];
  return `${String(Math.floor(value))} ${units[unit] ?? ''}`.padStart(10);
}
