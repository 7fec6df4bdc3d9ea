/** Joins the pieces that the bundle was split into to one file, so that each call reads and compiles little of it. */
import { createHash } from 'node:crypto';
import path from 'node:path';
import { brotliCompressSync } from 'node:zlib';
import { build, type BuildOptions, type Plugin } from 'esbuild';

/** A module that others import by its name, `./NAME.js`. */
export interface Piece {
  readonly name: string;
  readonly text: string;
}

/** What is needed when, by the pieces' names. */
export interface Needs {
  /** What the program begins with. */
  readonly entry: ReadonlySet<string>;
  /** What is loaded together, and often. None is in two of them, nor of the entry. */
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
 * One CommonJS file of all pieces: the entry, the loader, and below it as comment lines, which V8 passes over, the texts
 * that it compiles when they are needed: one for each group, and one, compressed, for each of the other pieces.
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
  const texts = await Promise.all(groups.map((group) => joinGroup(pieces, group)));
  const places: Record<string, string> = {};
  const lines = groups.map((group, at) => {
    const text = texts[at] ?? '';
    const place = createHash('sha256').update(text).digest('hex').slice(0, 16);
    for (const name of group) places[name] = place;
    return `//${place}${at < needs.groups.length ? `=${text}` : `~${compress(text)}`}`;
  });
  const entry = `const entry=${await joinGroup(pieces, needs.entry)};`;
  const loader = await buildLoader({
    ENTRY: 'entry',
    PLACES: JSON.stringify(places),
    CODE_DIRECTORY: JSON.stringify(codeDirectory),
  });
  return ['#!/usr/bin/env node', entry, loader, ...lines, ''].join('\n');
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

/**
 * The pieces as the text of one function: a module, which exports each of them by its name. Dozens of small ones take
 * their time.
 */
async function joinGroup(pieces: readonly Piece[], group: ReadonlySet<string>): Promise<string> {
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
    stdin: { contents, resolveDir: '.' },
    plugins: [own],
  });
  const text = outputFiles.map((file) => file.text.trimEnd()).join('');
  if (text.includes('\n')) throw new Error(`${[...group].join(', ')}: more than one line`);
  return `(function(require,module,exports,__file){${text}})`;
}
