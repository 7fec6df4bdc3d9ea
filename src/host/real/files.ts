import fs from 'node:fs';
import path from 'node:path';
import type { FileDescription, Files } from '../host.ts';
import { beginRecord, continueRecord } from './record-file.ts';
import { attempt, syncDirectory } from './attempt.ts';

const { O_RDONLY, O_NONBLOCK } = fs.constants;
/** A FIFO is read as empty, and nobody waits for what writes to it. Node takes a number, of which its types know nothing. */
const unhindered = { encoding: 'utf8', flag: (O_RDONLY | O_NONBLOCK) as unknown as string } as const;

/** The file system, seen from `root` (`/` but for fixtures). */
export function createFiles(root: string): Files {
  const prefix = root === '/' ? '' : root;
  const at = (name: string): string => `${prefix}${name}`;
  return {
    readText: (name) => attempt(() => fs.readFileSync(at(name), unhindered)),
    list: (name) => attempt(() => fs.readdirSync(at(name))),
    resolve: (name) => attempt(() => `/${path.relative(root, fs.realpathSync(at(name)))}`),
    describe: (name) => attempt(() => describe(fs.statSync(at(name)))),
    readLink: (name) => attempt(() => fs.readlinkSync(at(name))),
    writeAtomically: (name, text, mode) =>
      attempt(() => {
        writeAtomically(at(name), text, mode);
      }),
    remove: (name) =>
      attempt(() => {
        fs.unlinkSync(at(name));
        syncDirectory(path.dirname(at(name)));
      }),
    beginRecord: (name, roomBytes) => attempt(() => beginRecord(at(name), roomBytes, at)),
    continueRecord: (name) => attempt(() => continueRecord(at(name), at)),
  };
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
  const directory = path.dirname(name);
  fs.mkdirSync(directory, { recursive: true, mode: 0o700 });
  const temporary = path.join(directory, `.${path.basename(name)}.${String(process.pid)}`);
  // One of a process that had our number and was cut off.
  fs.rmSync(temporary, { force: true });
  try {
    writeThrough(temporary, text, mode);
    fs.renameSync(temporary, name);
  } catch (error) {
    fs.rmSync(temporary, { force: true });
    throw error;
  }
  syncDirectory(directory);
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
