import fs from 'node:fs';
import path from 'node:path';
import type { FileDescription, Files, Reading } from '../host.ts';
import { attempt, syncDirectory } from '../disk/attempt.ts';
import { makeDirectories } from '../disk/directories.ts';
import { readRegular } from '../disk/regular-file.ts';
import { findDistrust } from '../disk/trust.ts';
import { beginRecord, continueRecord } from './record-file.ts';

/** The file system as seen from `root` (`/` except in fixtures). */
export function createFiles(root: string): Files {
  const prefix = root === '/' ? '' : root;
  const at = (name: string): string => `${prefix}${name}`;
  return {
    readText: (name) => attempt(() => readRegular(at(name)).toString()),
    list: (name) => attempt(() => fs.readdirSync(at(name))),
    readOwn: (name) => readOwn(root, at(name)),
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
      const made = attempt(() => {
        makeDirectories(path.dirname(at(name)), 0o700);
      });
      if (made.kind !== 'read') return made;
      return attemptOwn(root, path.dirname(at(name)), () => beginRecord(at(name), roomBytes, at));
    },
    continueRecord: (name) => attempt(() => continueRecord(at(name), at)),
  };
}

/** A file that is not regular is reported as that, so that nobody is told to change the mode of a device. */
function readOwn(root: string, name: string): Reading<string> {
  const text = attempt(() => readRegular(name).toString());
  return text.kind === 'read' ? attemptOwn(root, name, () => text.value) : text;
}

function attemptOwn<T>(root: string, name: string, action: () => T): Reading<T> {
  const distrust = attempt(() => findDistrust(root, name));
  if (distrust.kind !== 'read') return distrust;
  return distrust.value === undefined ? attempt(action) : { kind: 'failed', reason: distrust.value };
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

/** The temporary file that replaces the file in the end; makes the directory if it is missing. */
function prepareBeside(name: string): string {
  const directory = path.dirname(name);
  makeDirectories(directory, 0o700);
  const temporary = path.join(directory, `.${path.basename(name)}.${String(process.pid)}`);
  // A leftover of a cut-off process that had the same number.
  fs.rmSync(temporary, { force: true });
  return temporary;
}

function writeThrough(name: string, text: string, mode: number): void {
  const descriptor = fs.openSync(name, 'wx', mode);
  try {
    // Sets the mode in spite of the umask.
    fs.fchmodSync(descriptor, mode);
    fs.writeFileSync(descriptor, text);
    fs.fsyncSync(descriptor);
  } finally {
    fs.closeSync(descriptor);
  }
}
