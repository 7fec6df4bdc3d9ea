import { createHash } from 'node:crypto';
import fs from 'node:fs';
import type { SumsFacts, SumsQuestion } from '../sums.ts';
import { ToldPaths } from './told-paths.ts';
import { parseSum, printSum } from './sums-lines.ts';

/** Writes or compares the checksums of a directory: the work of a process of its own. */

const chunkBytes = 1024 ** 2;
const tellEveryBytes = 64 * chunkBytes;

/** Prints what there is to tell, one line of JSON each; the last line is the answer. */
export function answerSums([word = '']: readonly string[]): void {
  const print = (line: unknown): void => {
    fs.writeSync(1, `${JSON.stringify(line)}\n`);
  };
  try {
    print(
      sumFilesHere(JSON.parse(word) as SumsQuestion, (bytesSoFar) => {
        print({ bytesSoFar });
      }),
    );
  } catch (error) {
    print({ failed: error instanceof Error ? error.message : String(error) });
  }
}

/** @param say is called with the bytes of the files that are done, now and then. */
export function sumFilesHere(question: SumsQuestion, say: (bytes: number) => void): SumsFacts {
  const tally = new Tally(say);
  if (question.kind === 'write') writeSums(question, tally);
  else compareSums(question, tally);
  return tally.facts;
}

class Tally {
  readonly unreadable = new ToldPaths();
  readonly differing = new ToldPaths();
  readonly missing = new ToldPaths();
  readonly more = new ToldPaths();
  private files = 0;
  private filesRead = 0;
  private bytes = 0;
  private toldAt = 0;
  private readonly say: (bytes: number) => void;

  constructor(say: (bytes: number) => void) {
    this.say = say;
  }

  count(bytes: number, how: 'read' | 'taken-over'): void {
    this.files += 1;
    if (how === 'read') this.filesRead += 1;
    this.bytes += bytes;
    if (this.bytes - this.toldAt < tellEveryBytes) return;
    this.toldAt = this.bytes;
    this.say(this.bytes);
  }

  get facts(): SumsFacts {
    const { files, bytes, filesRead, unreadable, differing, missing, more } = this;
    const told = { unreadable, differing, missing, more };
    return { files, bytes, filesRead, ...mapValues(told, ({ paths }) => paths) };
  }
}

function mapValues<K extends string, T, U>(record: Record<K, T>, change: (value: T) => U): Record<K, U> {
  return Object.fromEntries(Object.entries<T>(record).map(([key, value]) => [key, change(value)])) as Record<
    K,
    U
  >;
}

function writeSums(
  { directory, sums, previous }: Extract<SumsQuestion, { kind: 'write' }>,
  tally: Tally,
): void {
  const known = previous === null ? new Map<string, string>() : readSums(previous.sums);
  const part = `${sums}.part`;
  fs.rmSync(part, { force: true });
  // A new file: nothing that somebody put there is followed.
  const file = fs.openSync(part, 'wx', 0o600);
  let lines = '';
  try {
    for (const { name, stat } of walk(directory, tally)) {
      const old = known.get(name);
      const isSame = old !== undefined && previous !== null && isLinkOf(stat, previous.directory, name);
      const sum = isSame ? old : hash(directory, name);
      if (sum === undefined) {
        tally.unreadable.add(bytesOf(name));
        continue;
      }
      lines += printSum(sum, name);
      tally.count(stat.size, isSame ? 'taken-over' : 'read');
      if (lines.length < chunkBytes) continue;
      writeAll(file, lines);
      lines = '';
    }
    writeAll(file, lines);
    fs.fsyncSync(file);
  } finally {
    fs.closeSync(file);
  }
  fs.renameSync(part, sums);
}

function writeAll(file: number, text: string): void {
  const bytes = Buffer.from(text, 'latin1');
  for (let at = 0; at < bytes.length;) at += fs.writeSync(file, bytes, at);
}

function compareSums({ directory, sums }: Extract<SumsQuestion, { kind: 'compare' }>, tally: Tally): void {
  const known = readSums(sums);
  for (const { name, stat } of walk(directory, tally)) {
    const wanted = known.get(name);
    known.delete(name);
    if (wanted === undefined) {
      tally.more.add(bytesOf(name));
      continue;
    }
    const found = hash(directory, name);
    if (found === undefined) tally.unreadable.add(bytesOf(name));
    else if (found !== wanted) tally.differing.add(bytesOf(name));
    tally.count(stat.size, 'read');
  }
  for (const name of known.keys()) tally.missing.add(bytesOf(name));
}

function readSums(path: string): Map<string, string> {
  const found = new Map<string, string>();
  for (const line of fs.readFileSync(path, 'latin1').split('\n')) {
    if (line === '') continue;
    const read = parseSum(line);
    if (read === undefined) throw new Error(`${path} has a line that is no checksum: ${line.slice(0, 80)}`);
    found.set(read.name, read.sum);
  }
  return found;
}

function isLinkOf(stat: fs.Stats, directory: string, name: string): boolean {
  const other = attempt(() => fs.lstatSync(pathOf(directory, name)));
  return other !== undefined && other.isFile() && other.ino === stat.ino && other.dev === stat.dev;
}

interface Found {
  readonly name: string;
  readonly stat: fs.Stats;
}

/** The regular files below a directory, each directory's names sorted by their bytes. */
function* walk(directory: string, tally: Tally, within = ''): Generator<Found> {
  const names = attempt(() => fs.readdirSync(pathOf(directory, within), { encoding: 'buffer' }));
  if (names === undefined) {
    if (within === '') throw new Error(`${directory} cannot be read`);
    tally.unreadable.add(bytesOf(within));
    return;
  }
  for (const each of names.sort((one, other) => one.compare(other))) {
    const name = `${within === '' ? '' : `${within}/`}${each.toString('latin1')}`;
    const stat = attempt(() => fs.lstatSync(pathOf(directory, name)));
    if (stat === undefined) tally.unreadable.add(bytesOf(name));
    else if (stat.isDirectory()) yield* walk(directory, tally, name);
    else if (stat.isFile()) yield { name, stat };
  }
}

function pathOf(directory: string, name: string): Buffer {
  return Buffer.concat([Buffer.from(directory), bytesOf(name === '' ? '' : `/${name}`)]);
}

/** Names are kept as Latin-1: that keeps the bytes of every name. */
function bytesOf(name: string): Buffer {
  return Buffer.from(name, 'latin1');
}

const chunk = Buffer.alloc(chunkBytes);

/** The SHA-256 of a file in hexadecimal; undefined if it cannot be read. */
function hash(directory: string, name: string): string | undefined {
  const flags = fs.constants.O_RDONLY | fs.constants.O_NOFOLLOW;
  const file = attempt(() => fs.openSync(pathOf(directory, name), flags));
  if (file === undefined) return undefined;
  try {
    const sum = createHash('sha256');
    for (;;) {
      const length = fs.readSync(file, chunk, 0, chunk.length, null);
      if (length === 0) return sum.digest('hex');
      sum.update(chunk.subarray(0, length));
    }
  } catch {
    return undefined;
  } finally {
    fs.closeSync(file);
  }
}

function attempt<T>(act: () => T): T | undefined {
  try {
    return act();
  } catch {
    return undefined;
  }
}
