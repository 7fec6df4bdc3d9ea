/** Joins the pieces of the split bundle into one file, of which each call reads and compiles only a little. */
import { createHash } from 'node:crypto';
import path from 'node:path';
import { brotliCompressSync } from 'node:zlib';
import { build, type BuildOptions, type Plugin } from 'esbuild';
import { joinSourceMaps, type MappedLine } from './source-map.ts';

/** A module that others import by its name, `./NAME.js`. */
export interface Piece {
  readonly name: string;
  readonly text: string;
}

/** The names of the pieces, by when they are needed. */
export interface Needs {
  /** What the program begins with. */
  readonly entry: ReadonlySet<string>;
  /** Pieces that often load together. A piece is in one group at most, and in none if it belongs to the entry. */
  readonly groups: readonly ReadonlySet<string>[];
}

const asCommonJs = {
  format: 'cjs',
  platform: 'node',
  target: 'node20',
  minify: true,
  // A template literal may hold ends of lines, and each text is one line.
  supported: { 'dynamic-import': false, 'template-literal': false },
} as const satisfies BuildOptions;

/**
 * Joins all pieces into one CommonJS file: the entry, the loader, and the texts that the loader compiles when they are
 * needed. Each text is a comment line, which V8 skips: one for each group, then one, compressed, for each other piece.
 * The last line is the source map of them all.
 *
 * @param codeDirectory where root's calls keep compiled code; empty for nowhere.
 */
export async function joinPieces(
  pieces: readonly Piece[],
  needs: Needs,
  codeDirectory: string,
): Promise<string> {
  const grouped = new Set([needs.entry, ...needs.groups].flatMap((group) => [...group]));
  const others = pieces.filter(({ name }) => !grouped.has(name)).map(({ name }) => new Set([name]));
  const groups = [...needs.groups, ...others];
  const entry = await joinGroup(pieces, needs.entry);
  const texts = await Promise.all(groups.map((group) => joinGroup(pieces, group)));
  const sources = joinSourceMaps([
    ...[nothing, { ...entry, columns: beforeEntry.length + entry.columns }, nothing],
    ...texts,
  ]);
  const lines = [...texts.map(({ code }) => code), sources].map((text, at) => {
    const form = at < needs.groups.length ? `=${text}` : `~${compress(text)}`;
    return `//${makePlace(at, text)}${form}\n`;
  });
  const loader = await buildLoader({
    ENTRY: 'entry',
    TEXTS: JSON.stringify(
      lines.map((line, at) => [line.slice(2, 2 + placeLength), lines.slice(at).join('').length]),
    ),
    PIECES: JSON.stringify(
      Object.fromEntries(groups.flatMap((group, at) => [...group].map((name) => [name, at]))),
    ),
    LINES_BEFORE: '3',
    CODE_DIRECTORY: JSON.stringify(codeDirectory),
  });
  const all = ['#!/usr/bin/env node\n', `${beforeEntry}${entry.code};\n`, `${loader}\n`, ...lines];
  const odd = all.find((line) => !/^[\t -~]*\n$/.test(line));
  if (odd !== undefined) throw new Error(`not a line of ASCII: ${odd.slice(0, 200)}`);
  return all.join('');
}

const beforeEntry = 'const entry=';
const nothing: MappedLine = { columns: 0, map: undefined };

const placeLength = 16;

/** The name under which compiled code is kept. It depends on the line, too, because compiled code knows its line. */
function makePlace(line: number, text: string): string {
  return createHash('sha256')
    .update(`${String(line)} ${text}`)
    .digest('hex')
    .slice(0, placeLength);
}

function compress(text: string): string {
  return brotliCompressSync(text).toString('base64');
}

async function buildLoader(define: Readonly<Record<string, string>>): Promise<string> {
  const { outputFiles } = await build({
    ...asCommonJs,
    entryPoints: [path.join(import.meta.dirname, 'loader.ts')],
    bundle: true,
    write: false,
    define,
  });
  return outputFiles.map(({ text }) => text.trimEnd()).join('');
}

interface Text extends MappedLine {
  readonly code: string;
}

const opening = '(function(require,module,exports,__ownFile){';

/**
 * The pieces as the text of one function: a module that exports each piece by its name. Dozens of small functions would
 * take longer.
 */
async function joinGroup(pieces: readonly Piece[], group: ReadonlySet<string>): Promise<Text> {
  const own: Plugin = {
    name: 'own-pieces',
    setup(plugged) {
      plugged.onResolve({ filter: /^\.\// }, ({ path: name, kind }) =>
        group.has(name) && kind !== 'dynamic-import'
          ? { path: name, namespace: 'pieces' }
          : { path: name, external: true },
      );
      plugged.onLoad({ filter: /./, namespace: 'pieces' }, ({ path: name }) => ({
        contents: pieces.find((piece) => piece.name === name)?.text ?? '',
      }));
    },
  };
  const names = [...group].map((name) => JSON.stringify(name));
  const contents = names.map((name) => `export * as ${name} from ${name};`).join('\n');
  const { outputFiles } = await build({
    ...asCommonJs,
    bundle: true,
    write: false,
    // It maps to the sources, because each piece brings its own source map.
    sourcemap: 'external',
    sourcesContent: false,
    outdir: '.',
    stdin: { contents, resolveDir: '.' },
    plugins: [own],
  });
  const find = (end: string): string | undefined =>
    outputFiles.find((file) => file.path.endsWith(end))?.text.trimEnd();
  return { code: `${opening}${find('.js') ?? ''}})`, columns: opening.length, map: find('.map') };
}
