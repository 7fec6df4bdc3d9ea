/**
 * The loader: the release begins with it and the entry point. The rest of the program follows as texts, each a comment
 * line (see build/pieces.ts). The loader compiles a text when it is first needed.
 *
 * A call that only looks would spend more time compiling than working. So root's calls keep the compiled code until the
 * next boot, as Node's own compile cache does from version 22 on; Node's cache takes only whole files. Its variable
 * NODE_DISABLE_COMPILE_CACHE turns this one off as well.
 */
import {
  fstatSync,
  lstatSync,
  mkdirSync,
  openSync,
  readFileSync,
  readSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { Script } from 'node:vm';

/** The text lines after the loader, in order: each line's place, and its start in bytes before the end of the file. */
declare const TEXTS: readonly (readonly [place: string, bytesToEnd: number])[];
/** Index in TEXTS of the text that holds each piece, by the piece's name. */
declare const PIECES: Readonly<Record<string, number>>;
/** How many lines of this file stand before the first text. */
declare const LINES_BEFORE: number;
declare const ENTRY: Text;
/** Where compiled code is kept; empty for nowhere. */
declare const CODE_DIRECTORY: string;
declare const require: (name: string) => object;
declare const __filename: string;

type Exports = Readonly<Record<string, object>>;
type Text = (require: typeof load, module: { exports: Exports }, exports: Exports, ownFile: OwnFile) => void;
interface OwnFile {
  readonly url: string;
  nameSources(stack: string): string;
}
/** What a source map tells of a place; the line counts from 0. */
interface SourcePlace {
  readonly originalSource: string | undefined;
  readonly originalLine: number;
}
type Zlib = typeof import('node:zlib');
type Module = typeof import('node:module');
type Url = typeof import('node:url');

/** File descriptor of this file. It stays open from the first use on, since an update may replace the file. */
let program: number | undefined;
/** Replaces `import.meta` in the texts. */
const ownFile: OwnFile = {
  get url() {
    return (require('node:url') as Url).pathToFileURL(__filename).href;
  },
  nameSources,
};
const modules = new Map<string, object>();
const codePrefix = findCodePrefix();
/** The file name inside compiled code: the same wherever this file lay when the code was kept. */
const scriptName = 'vdoctl';
/** The scripts that this process had to compile, by place. */
const compiled = new Map<string, Script>();

/** Gives a piece, or a module of Node. A piece runs when it is first asked for. */
function load(name: string): object {
  const known = modules.get(name);
  if (known !== undefined) return known;
  const at = PIECES[name];
  if (at === undefined) modules.set(name, adopt(require(name)));
  else run(compile(at));
  return modules.get(name) ?? {};
}

/** Gives a module of Node itself as its default export. Otherwise esbuild's code would copy it property by property. */
function adopt(own: object): object {
  return Object.create(own, { default: { value: own }, __esModule: { value: true } }) as object;
}

/** A text exports each of its pieces by its name. */
function run(text: Text): void {
  const module: { exports: Exports } = { exports: {} };
  text(load, module, module.exports, ownFile);
  for (const [name, exports] of Object.entries(module.exports)) modules.set(name, exports);
}

function compile(at: number): Text {
  const [place = ''] = TEXTS[at] ?? [];
  const cachedData = readCode(place);
  const script = new Script(read(at), {
    filename: scriptName,
    lineOffset: LINES_BEFORE + at,
    ...(cachedData === undefined ? {} : { cachedData }),
  });
  if (script.cachedDataRejected !== false) compiled.set(place, script);
  return script.runInThisContext() as Text;
}

/** Reads a text. Its line is `//PLACE=TEXT`, or `//PLACE~TEXT` if it is compressed, and all of it is ASCII. */
function read(at: number): string {
  const [[place, bytesToEnd] = ['', 0], [, nextToEnd] = ['', 0]] = TEXTS.slice(at, at + 2);
  program ??= openSync(__filename, 'r');
  const line = Buffer.allocUnsafe(bytesToEnd - nextToEnd);
  readSync(program, line, 0, line.length, Math.max(0, fstatSync(program).size - bytesToEnd));
  const start = place.length + '//='.length;
  const begin = line.toString('latin1', 0, start);
  const text = line.toString('latin1', start, line.length - '\n'.length);
  if (begin === `//${place}=`) return text;
  if (begin !== `//${place}~`) throw new Error(`${__filename} was replaced while it began; call it again`);
  return (require('node:zlib') as Zlib).brotliDecompressSync(Buffer.from(text, 'base64')).toString();
}

/**
 * Replaces each call of this file in a stack trace by its source and line: the report of a defect has to lead there.
 * The names of functions go, too: minified, they tell nothing.
 */
function nameSources(stack: string): string {
  const { SourceMap } = require('node:module') as Module;
  const map = new SourceMap(JSON.parse(read(TEXTS.length - 1)) as ConstructorParameters<typeof SourceMap>[0]);
  return stack
    .replaceAll(`${__filename}:`, `${scriptName}:`)
    .replaceAll(/(?<=^ {4}at )(?:.* \()?vdoctl:([0-9]+):([0-9]+)\)?$/gm, (call, line, column) => {
      const found: Partial<SourcePlace> = map.findEntry(Number(line) - 1, Number(column) - 1);
      // Calls of a library have no source: their key is there, and undefined.
      const { originalSource: source, originalLine = 0 } = found;
      return source === undefined ? call : `${source}:${String(originalLine + 1)}`;
    });
}

/**
 * How the paths of compiled code begin; empty where none may be used. V8 trusts the code that it is given. So only root
 * may write there, and the code must come from this very Node: an update of Node need not change its version.
 */
function findCodePrefix(): string {
  const isOff = CODE_DIRECTORY === '' || (process.env['NODE_DISABLE_COMPILE_CACHE'] ?? '') !== '';
  if (isOff || process.getuid?.() !== 0) return '';
  try {
    const found = lstatSync(CODE_DIRECTORY, { throwIfNoEntry: false });
    // The directory is missing after each boot.
    if (found !== undefined && (found.uid !== 0 || (found.mode & 0o022) !== 0)) return '';
    const { size, mtimeMs } = statSync(process.execPath);
    return `${CODE_DIRECTORY}/${process.version}-${process.arch}-${String(size)}-${String(mtimeMs)}-`;
  } catch {
    return '';
  }
}

/** Reads compiled code if its checksum is right: V8 ends the process on damaged code. */
function readCode(place: string): Buffer | undefined {
  if (codePrefix === '') return undefined;
  const file = codePrefix + place;
  try {
    // Reading a FIFO would wait for a writer.
    if (!lstatSync(file).isFile()) return undefined;
    const bytes = readFileSync(file);
    const code = bytes.subarray(0, -4);
    return checksumOf(code) === bytes.readUInt32LE(code.length) ? code : undefined;
  } catch {
    return undefined;
  }
}

/** Keeps each script with all of it that is compiled by now. If that fails, the next call is only slower. */
function keepCode(): void {
  try {
    if (compiled.size > 0) mkdirSync(CODE_DIRECTORY, { recursive: true, mode: 0o700 });
    for (const [place, script] of compiled) keepOne(codePrefix + place, script.createCachedData());
  } catch {
    // A full disk, say.
  }
}

function keepOne(file: string, code: Buffer): void {
  const checksum = Buffer.alloc(4);
  checksum.writeUInt32LE(checksumOf(code));
  const partial = `${file}.${String(process.pid)}`;
  try {
    writeFileSync(partial, Buffer.concat([code, checksum]), { mode: 0o600, flag: 'wx' });
    renameSync(partial, file);
  } catch (error) {
    rmSync(partial, { force: true });
    throw error;
  }
}

function checksumOf(code: Uint8Array): number {
  return (require('node:zlib') as Zlib).crc32(code);
}

if (codePrefix !== '') process.once('exit', keepCode);
run(ENTRY);
