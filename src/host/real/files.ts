import fs from 'node:fs';
import path from 'node:path';
import type { FileDescription, Files, Reading } from '../host.ts';
import { beginRecord, continueRecord } from './record-file.ts';
import { attempt, syncDirectory } from './attempt.ts';
import { findDistrust } from './trust.ts';

const { O_RDONLY, O_NONBLOCK } = fs.constants;
/** Of no file that is read here anybody has more. */
const mostBytes = 16 * 2 ** 20;

/** The file system, seen from `root` (`/` but for fixtures). */
export function createFiles(root: string): Files {
  const prefix = root === '/' ? '' : root;
  const at = (name: string): string => `${prefix}${name}`;
  return {
    readText: (name) => attempt(() => readRegular(at(name))),
    list: (name) => attempt(() => fs.readdirSync(at(name))),
    readOwn: (name) => attemptOwn(root, at(name), () => readRegular(at(name))),
    listOwn: (name) => attemptOwn(root, at(name), () => fs.readdirSync(at(name))),
    resolve: (name) => attempt(() => `/${path.relative(root, fs.realpathSync(at(name)))}`),
    describe: (name) => attempt(() => describe(fs.statSync(at(name)))),
    readLink: (name) => attempt(() => fs.readlinkSync(at(name))),
    writeAtomically: (name, text, mode) =>
      attempt(() => {
        writeAtomically(at(name), text, mode);
      }),
    proveWritable: (name, bytes) =>
      attempt(() => {
        const temporary = prepareBeside(at(name));
        try {
          writeThrough(temporary, ' '.repeat(bytes), 0o600);
        } finally {
          fs.rmSync(temporary, { force: true });
        }
      }),
    remove: (name) =>
      attempt(() => {
        fs.unlinkSync(at(name));
        syncDirectory(path.dirname(at(name)));
      }),
    beginRecord: (name, roomBytes) => {
      const made = attempt(() => fs.mkdirSync(path.dirname(at(name)), { recursive: true, mode: 0o700 }));
      if (made.kind !== 'read') return made;
      return attemptOwn(root, path.dirname(at(name)), () => beginRecord(at(name), roomBytes, at));
    },
    continueRecord: (name) => attempt(() => continueRecord(at(name), at)),
  };
}

function attemptOwn<T>(root: string, name: string, action: () => T): Reading<T> {
  const distrust = attempt(() => findDistrust(root, name));
  if (distrust.kind !== 'read') return distrust;
  return distrust.value === undefined ? attempt(action) : { kind: 'failed', reason: distrust.value };
}

/** Nobody waits for what writes to a FIFO, or reads a device that has no end. */
function readRegular(name: string): string {
  const descriptor = fs.openSync(name, O_RDONLY | O_NONBLOCK);
  try {
    const stat = fs.fstatSync(descriptor);
    if (stat.isDirectory()) throw new Error('EISDIR: illegal operation on a directory');
    if (!stat.isFile()) throw new Error('it is no regular file');
    if (stat.size > mostBytes) throw new Error(`it is too large (${String(stat.size)} bytes)`);
    return fs.readFileSync(descriptor, 'utf8');
  } finally {
    fs.closeSync(descriptor);
  }
}

function describe(stat: fs.Stats): FileDescription {
  if (stat.isFile()) return { type: 'file', modifiedAtMs: stat.mtimeMs };
  if (stat.isDirectory()) return { type: 'directory' };
  if (!stat.isBlockDevice()) return { type: 'other' };
  return { type: 'block-device', deviceNumber: formatDeviceNumber(stat.rdev) };
}

/** Linux's 64-bit `dev_t` (makedev(3)) as `MAJOR:MINOR`. */
function formatDeviceNumber(rdev: number): string {
  const device = BigInt(rdev);
  const major = ((device >> 8n) & 0xfffn) | ((device >> 32n) & ~0xfffn);
  const minor = (device & 0xffn) | ((device >> 12n) & 0xffffff00n);
  return `${String(major)}:${String(minor & 0xffffffffn)}`;
}

/** After a power cut the file holds the old text or the new, whole. */
function writeAtomically(name: string, text: string, mode: number): void {
  const temporary = prepareBeside(name);
  try {
    writeThrough(temporary, text, mode);
    fs.renameSync(temporary, name);
  } catch (error) {
    fs.rmSync(temporary, { force: true });
    throw error;
  }
  syncDirectory(path.dirname(name));
}

/** Where it is written before it takes the file's name; the directory is made where it is missing. */
function prepareBeside(name: string): string {
  const directory = path.dirname(name);
  fs.mkdirSync(directory, { recursive: true, mode: 0o700 });
  const temporary = path.join(directory, `.${path.basename(name)}.${String(process.pid)}`);
  // One of a process that had our number and was cut off.
  fs.rmSync(temporary, { force: true });
  return temporary;
}

function writeThrough(name: string, text: string, mode: number): void {
  const descriptor = fs.openSync(name, 'wx', mode);
  try {
    // Whatever the umask takes away.
    fs.fchmodSync(descriptor, mode);
    fs.writeFileSync(descriptor, text);
    fs.fsyncSync(descriptor);
  } finally {
    fs.closeSync(descriptor);
  }
}
