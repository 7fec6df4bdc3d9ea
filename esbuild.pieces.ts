/** Joins the pieces that the bundle was split into to one file, so that each call reads and compiles little of it. */
import { brotliCompressSync } from 'node:zlib';
import { build, transform, type BuildOptions, type Plugin } from 'esbuild';

/** A module that others import by its name, `./NAME.js`. */
export interface Piece {
  readonly name: string;
  readonly text: string;
}

/** What is needed when, by the pieces' names. */
export interface Needs {
  readonly entryName: string;
  /** What it imports. */
  readonly atOnce: ReadonlySet<string>;
  /** What is loaded together later, and often. None is in two of them. */
  readonly groups: readonly ReadonlySet<string>[];
}

const asCommonJs = {
  format: 'cjs',
  platform: 'node',
  target: 'node20',
  minify: true,
  supported: { 'dynamic-import': false },
} as const satisfies BuildOptions;

/**
 * One CommonJS file of all pieces: what the entry point needs at once as functions, the groups as texts that are
 * compiled when they are first needed, and each of the others, compressed, as a comment line below the code: Node reads
 * all of the file, and V8 passes over those.
 */
export async function joinPieces(pieces: readonly Piece[], needs: Needs): Promise<string> {
  const { entryName, atOnce, groups } = needs;
  const functions: string[] = [];
  const comments: string[] = [];
  for (const { name, text } of pieces) {
    if (groups.some((group) => group.has(name))) continue;
    const { code } = await transform(text, asCommonJs);
    // V8 compiles at once what stands in parentheses.
    if (atOnce.has(name)) functions.push(`${JSON.stringify(name)}:(function(${parameters}){${code}})`);
    else comments.push(`//${name} ${brotliCompressSync(code).toString('base64')}`);
  }
  const texts = await Promise.all(groups.map((group) => joinGroup(pieces, group)));
  const places = groups.flatMap((group, at) => [...group].map((name) => [name, at] as const));
  return [
    '#!/usr/bin/env node',
    '"use strict";',
    `const __file=require('node:url').pathToFileURL(__filename).href;`,
    `const functions={${functions.join(',\n')}};`,
    `const groups=${JSON.stringify(texts)};`,
    `const places=${JSON.stringify(Object.fromEntries(places))};`,
    loader,
    `load(${JSON.stringify(entryName)});`,
    ...comments,
    '',
  ].join('\n');
}

/** The pieces as one module, which exports each of them by its name: dozens of small ones take their time. */
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
  return outputFiles.map(({ text }) => text).join('');
}

const parameters = 'require,module,exports,__file';

/**
 * Runs a piece when it is first asked for; everything else is Node's own. That is given as a module which has itself as
 * its default: esbuild would copy all that is in it, property by property. The comments are read when a call that does
 * more than look begins, all of them: the file may be that of another version when they are needed.
 */
const loader = `
const modules = {};
let comments;
function load(name) {
  if (modules[name] === undefined && name in places) loadGroup(groups[places[name]]);
  if (modules[name] !== undefined) return modules[name].exports;
  const module = (modules[name] = { exports: {} });
  if (name.startsWith('./')) run(functions[name] ?? compile(decompress(name), name), module);
  else module.exports = adopt(require(name));
  return module.exports;
}
function loadGroup(text) {
  const module = { exports: {} };
  run(compile(text, __filename), module);
  for (const [name, exports] of Object.entries(module.exports)) modules[name] = { exports };
}
function run(piece, module) {
  piece(load, module, module.exports, __file);
}
function adopt(own) {
  return Object.create(own, { default: { value: own }, __esModule: { value: true } });
}
function compile(code, filename) {
  return require('node:vm').compileFunction(code, '${parameters}'.split(','), { filename });
}
function decompress(name) {
  comments ??= require('node:fs').readFileSync(__filename, 'latin1').split('\\n');
  const start = '//' + name + ' ';
  const text = comments.find((line) => line.startsWith(start)).slice(start.length);
  return require('node:zlib').brotliDecompressSync(Buffer.from(text, 'base64')).toString();
}`;
