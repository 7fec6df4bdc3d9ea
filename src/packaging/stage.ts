import fs from 'node:fs';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { findPlace, type Description, type Format, type PackagedFile } from './description.ts';

/** Lays out everything that the package installs, below `root`, as it will lie on a host. */
export function stage(description: Description, format: Format, root: string): void {
  for (const file of description.files) {
    const place = findPlace(description, file, format);
    if (place === undefined) continue;
    for (const [source, target] of listFiles(file.from, place)) {
      const full = path.join(root, `${target}${file.gzip ? '.gz' : ''}`);
      fs.mkdirSync(path.dirname(full), { recursive: true, mode: 0o755 });
      fs.writeFileSync(full, render(file, readSource(description, source)));
      fs.chmodSync(full, Number.parseInt(file.mode, 8));
      fs.utimesSync(full, description.builtAt, description.builtAt);
    }
  }
}

function readSource({ made }: Description, source: string): Buffer {
  const own = made[source];
  if (own === undefined) return fs.readFileSync(source);
  return typeof own === 'string' ? Buffer.from(own) : own;
}

/** Each source file with its path on the host. */
function listFiles(from: string, to: string): (readonly [string, string])[] {
  if (!from.endsWith('/')) return [[from, to]];
  const entries = fs.readdirSync(from, { recursive: true, withFileTypes: true });
  const names = entries
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name));
  if (names.length === 0) throw new Error(`nothing to package in ${from}`);
  return names.sort().map((name) => {
    const place = to.replace('{section}', path.extname(name).slice(1));
    return [name, path.join(place, path.relative(from, name))];
  });
}

function render({ interpreter, gzip }: PackagedFile, content: Buffer): Buffer {
  const text = interpreter === undefined ? content : withInterpreter(content.toString(), interpreter);
  // gzipSync writes no name and no time: the same text gives the same file.
  return gzip ? gzipSync(text, { level: 9 }) : text;
}

function withInterpreter(text: string, interpreter: string): Buffer {
  if (!text.startsWith('#!')) throw new Error('a program begins with #!');
  return Buffer.from(`#!${interpreter}${text.slice(text.indexOf('\n'))}`);
}

/** Directories that every distribution has, and that no package makes or removes. */
const shared = /^\/usr(\/(sbin|lib(\/systemd(\/system)?)?|share(\/(doc|licenses|man(\/man\d)?))?))?$/;

/** Every file below `root`, and every directory that may belong to this package alone, by their paths on a host. */
export function listStaged(root: string): { files: string[]; directories: string[] } {
  const entries = fs.readdirSync(root, { recursive: true, withFileTypes: true });
  const nameOf = (entry: fs.Dirent): string =>
    `/${path.relative(root, path.join(entry.parentPath, entry.name))}`;
  const files = entries.filter((entry) => entry.isFile()).map(nameOf);
  const directories = entries.filter((entry) => entry.isDirectory()).map(nameOf);
  return { files: files.sort(), directories: directories.filter((each) => !shared.test(each)).sort() };
}
