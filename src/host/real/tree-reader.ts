import fs from 'node:fs';
import type { TreeFacts } from '../../model/account-schema.ts';
import type { TreeQuestion } from '../tree.ts';
import { ToldPaths } from './told-paths.ts';

/** Reads every file of a tree, and compares it with another: the work of a process of its own. */

const chunkBytes = 1024 ** 2;
const tellEveryBytes = 64 * chunkBytes;

/** Prints what there is to tell of a tree, one line of JSON each; the last line is the answer. */
export function answerTree([word = '']: readonly string[]): void {
  const print = (line: unknown): void => {
    fs.writeSync(1, `${JSON.stringify(line)}\n`);
  };
  try {
    print(
      readTreeHere(JSON.parse(word) as TreeQuestion, (bytesSoFar) => {
        print({ bytesSoFar });
      }),
    );
  } catch (error) {
    print({ failed: error instanceof Error ? error.message : String(error) });
  }
}

/** @param say is called with the bytes read so far, now and then. */
export function readTreeHere({ path, compare }: TreeQuestion, say: (bytes: number) => void): TreeFacts {
  return new TreeReader(path, compare, say).read();
}

class TreeReader {
  private readonly root: Buffer;
  private readonly other: Buffer | undefined;
  private readonly say: (bytes: number) => void;
  private readonly device: number;
  private readonly fates = {
    unreadable: new ToldPaths(),
    missing: new ToldPaths(),
    differing: new ToldPaths(),
    more: new ToldPaths(),
    uncompared: new ToldPaths(),
  };
  private files = 0;
  private bytes = 0;
  private toldAt = 0;
  private readonly one = Buffer.alloc(chunkBytes);
  private readonly two = Buffer.alloc(chunkBytes);

  constructor(path: string, compare: string | null, say: (bytes: number) => void) {
    this.root = Buffer.from(path);
    this.other = compare === null ? undefined : Buffer.from(compare);
    this.say = say;
    this.device = fs.lstatSync(this.root).dev;
  }

  read(): TreeFacts {
    this.readDirectory(Buffer.alloc(0));
    const { files, bytes, fates } = this;
    const compared = {
      missing: fates.missing.paths,
      differing: fates.differing.paths,
      more: fates.more.paths,
      uncompared: fates.uncompared.paths,
    };
    const unreadable = fates.unreadable.paths;
    return { files, bytes, unreadable, compared: this.other === undefined ? null : compared };
  }

  private readDirectory(path: Buffer): void {
    const own = this.attempt(path, this.root, this.fates.unreadable, listNames) ?? [];
    const others =
      this.other === undefined ? undefined : this.attempt(path, this.other, this.fates.uncompared, listNames);
    const names = new Set(own.map((name) => name.toString('latin1')));
    for (const name of others ?? [])
      if (!names.has(name.toString('latin1'))) this.fates.missing.add(join(path, name));
    const there = new Set(others?.map((name) => name.toString('latin1')));
    for (const name of own) {
      const place = join(path, name);
      const hasOther = there.has(name.toString('latin1'));
      if (others !== undefined && !hasOther) this.fates.more.add(place);
      this.readEntry(place, hasOther ? this.other : undefined);
    }
  }

  private readEntry(path: Buffer, other: Buffer | undefined): void {
    const stat = this.attempt(path, this.root, this.fates.unreadable, (each) => fs.lstatSync(each));
    if (stat === undefined) return;
    const otherStat =
      other === undefined
        ? undefined
        : this.attempt(path, other, this.fates.uncompared, (each) => fs.lstatSync(each));
    // Another filesystem, mounted here or there.
    if (stat.dev !== this.device) return;
    const isSameKind = otherStat === undefined || kindOf(stat) === kindOf(otherStat);
    if (!isSameKind) this.fates.differing.add(path);
    const within = isSameKind ? other : undefined;
    if (stat.isDirectory()) this.readDirectoryWithin(path, within);
    else if (stat.isFile()) this.readFile(path, otherStat === undefined ? undefined : within);
    else if (stat.isSymbolicLink()) this.readLink(path, otherStat === undefined ? undefined : within);
  }

  /** Below a directory that only one of the two has, nothing is compared. */
  private readDirectoryWithin(path: Buffer, other: Buffer | undefined): void {
    if (other !== undefined || this.other === undefined) {
      this.readDirectory(path);
      return;
    }
    for (const name of this.attempt(path, this.root, this.fates.unreadable, listNames) ?? [])
      this.readEntry(join(path, name), undefined);
  }

  private readLink(path: Buffer, other: Buffer | undefined): void {
    const read = (each: Buffer): string => fs.readlinkSync(each, 'latin1');
    const own = this.attempt(path, this.root, this.fates.unreadable, read);
    const theirs = other === undefined ? own : this.attempt(path, other, this.fates.uncompared, read);
    if (own !== undefined && theirs !== undefined && own !== theirs) this.fates.differing.add(path);
  }

  private readFile(path: Buffer, other: Buffer | undefined): void {
    const file = this.attempt(path, this.root, this.fates.unreadable, openFile);
    if (file === undefined) return;
    const theirs =
      other === undefined ? undefined : this.attempt(path, other, this.fates.uncompared, openFile);
    try {
      this.readContent(path, file, theirs);
    } finally {
      fs.closeSync(file);
      if (theirs !== undefined) fs.closeSync(theirs);
    }
  }

  private readContent(path: Buffer, file: number, other: number | undefined): void {
    let compared = other;
    for (let at = 0; ;) {
      const own = attemptRead(file, this.one, at);
      if (own === undefined) {
        this.fates.unreadable.add(path);
        return;
      }
      if (compared !== undefined) {
        const theirs = attemptRead(compared, this.two, at);
        if (theirs === undefined) this.fates.uncompared.add(path);
        else if (!own.equals(theirs)) this.fates.differing.add(path);
        if (theirs === undefined || !own.equals(theirs)) compared = undefined;
      }
      if (own.length === 0) break;
      at += own.length;
      this.count(own.length);
    }
    this.files += 1;
  }

  private count(bytes: number): void {
    this.bytes += bytes;
    if (this.bytes - this.toldAt < tellEveryBytes) return;
    this.toldAt = this.bytes;
    this.say(this.bytes);
  }

  private attempt<T>(path: Buffer, root: Buffer, fate: ToldPaths, act: (path: Buffer) => T): T | undefined {
    try {
      return act(path.length === 0 ? root : join(root, path));
    } catch {
      fate.add(path);
      return undefined;
    }
  }
}

function listNames(path: Buffer): Buffer[] {
  return fs.readdirSync(path, { encoding: 'buffer' }).sort((one, other) => one.compare(other));
}

const slash = Buffer.from('/');

function join(directory: Buffer, name: Buffer): Buffer {
  return directory.length === 0 ? name : Buffer.concat([directory, slash, name]);
}

function kindOf(stat: fs.Stats): number {
  return stat.mode & fs.constants.S_IFMT;
}

function openFile(path: Buffer): number {
  return fs.openSync(path, fs.constants.O_RDONLY | fs.constants.O_NOFOLLOW | fs.constants.O_NOATIME);
}

/** As much as there is from there on; empty at the end. Undefined if it cannot be read. */
function attemptRead(file: number, into: Buffer, at: number): Buffer | undefined {
  let length = 0;
  try {
    while (length < into.length) {
      const read = fs.readSync(file, into, length, into.length - length, at + length);
      if (read === 0) break;
      length += read;
    }
  } catch {
    return undefined;
  }
  return into.subarray(0, length);
}
