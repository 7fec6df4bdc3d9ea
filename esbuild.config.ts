/**
 * Builds the release: one file that needs no node_modules. Parsing half a megabyte of JavaScript takes longer than
 * most calls, so the file holds what `import()` loads as text, in pieces that are compiled when they are first needed.
 */
import fs from 'node:fs';
import path from 'node:path';
import { brotliCompressSync } from 'node:zlib';
import { build, transform, type BuildOptions, type Metafile, type Plugin } from 'esbuild';
import { ink } from './esbuild.ink.ts';
import { withoutUnused } from './esbuild.unused.ts';

const { version } = JSON.parse(fs.readFileSync('package.json', 'utf8')) as { version: string };

const common: BuildOptions = {
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node20',
  minify: true,
  legalComments: 'none',
  define: {
    VDOCTL_VERSION: JSON.stringify(version),
    'import.meta.url': '__file',
    'process.env.NODE_ENV': '"production"',
  },
  jsx: 'automatic',
  outdir: '.',
  logLevel: 'warning',
};

/**
 * Bundles an entry point. Fixtures for tests are built the same way, with other modules in the place of those that
 * `replacements` names by the end of their path.
 */
export async function bundle(
  entry: string,
  outfile: string,
  replacements: Readonly<Record<string, string>> = {},
): Promise<void> {
  const plugins = [ink, withoutUnused, ownNamesKept, replace(entry, replacements)];
  const { outputFiles, metafile } = await build({
    ...common,
    entryPoints: [entry],
    plugins,
    write: false,
    metafile: true,
  });
  const pieces = outputFiles.map(({ path: file, text }) => ({ name: `./${path.basename(file)}`, text }));
  fs.mkdirSync(path.dirname(outfile), { recursive: true });
  const looks = looking.map(
    (source) => Object.entries(replacements).find(([end]) => source.endsWith(`/${end}`))?.[1] ?? source,
  );
  const entryName = `./${path.basename(entry, '.ts')}.js`;
  const atOnce = findNeeded(metafile, [entryName]);
  const soon = findNeeded(metafile, findPieces(metafile, looks));
  fs.writeFileSync(outfile, await join(pieces, { entryName, atOnce, soon }));
  fs.chmodSync(outfile, 0o755);
}

interface Piece {
  readonly name: string;
  readonly text: string;
}

interface Names {
  readonly entryName: string;
  /** What it imports. */
  readonly atOnce: ReadonlySet<string>;
  /** What a look imports. */
  readonly soon: ReadonlySet<string>;
}

/** What a call that only looks loads with `import()`; it is the one that must be quick. */
const looking = [
  'src/cli/run.ts',
  'src/cli/handlers/list.ts',
  'src/cli/handlers/status.ts',
  'src/host/real/real-host.ts',
  'src/stacks/dm/memory.ts',
  'src/parse/lvm-report.ts',
];

/**
 * One CommonJS file of all pieces: what the entry point needs at once as functions, what a look needs as text, and each
 * of the others, compressed, as a comment line below the code: Node reads all of the file, and V8 passes over those.
 */
async function join(pieces: readonly Piece[], { entryName, atOnce, soon }: Names): Promise<string> {
  const members: string[] = [];
  const lines: string[] = [];
  for (const { name, text } of pieces) {
    const { code } = await transform(text, {
      format: 'cjs',
      platform: 'node',
      target: 'node20',
      minify: true,
      supported: { 'dynamic-import': false },
    });
    if (atOnce.has(name)) members.push(`${JSON.stringify(name)}:(function(${parameters}){${code}})`);
    else if (soon.has(name)) members.push(`${JSON.stringify(name)}:${JSON.stringify(code)}`);
    else lines.push(`//${name} ${brotliCompressSync(code).toString('base64')}`);
  }
  return [
    '#!/usr/bin/env node',
    '"use strict";',
    `const __file=require('node:url').pathToFileURL(__filename).href,pieces={${members.join(',\n')}};`,
    loader,
    `load(${JSON.stringify(entryName)});`,
    ...lines,
    '',
  ].join('\n');
}

const parameters = 'require,module,exports,__file';

/**
 * Runs a piece when it is first asked for; everything else is Node's own. That is given as a module which has itself as
 * its default: esbuild would copy all that is in it, property by property. The file is
 * read once more for the others, when a call that does more than look begins: it may be another one at the end.
 */
const loader = `
const modules = {};
let lines;
function load(name) {
  if (modules[name] !== undefined) return modules[name].exports;
  const module = (modules[name] = { exports: {} });
  if (name.startsWith('./')) find(name)(load, module, module.exports, __file);
  else module.exports = adopt(require(name));
  return module.exports;
}
function adopt(own) {
  return Object.create(own, { default: { value: own }, __esModule: { value: true } });
}
function find(name) {
  const piece = pieces[name] ?? decompress(name);
  if (typeof piece === 'function') return piece;
  return require('node:vm').compileFunction(piece, '${parameters}'.split(','), { filename: name });
}
function decompress(name) {
  lines ??= require('node:fs').readFileSync(__filename, 'latin1').split('\\n');
  const start = '//' + name + ' ';
  const text = lines.find((line) => line.startsWith(start)).slice(start.length);
  return require('node:zlib').brotliDecompressSync(Buffer.from(text, 'base64')).toString();
}`;

/** The pieces that begin with these sources. */
function findPieces({ outputs }: Metafile, sources: readonly string[]): string[] {
  return sources.flatMap((source) => {
    const found = Object.entries(outputs).find(
      ([, { entryPoint }]) => path.resolve(entryPoint ?? '') === path.resolve(source),
    );
    return found === undefined ? [] : [`./${found[0]}`];
  });
}

/** These pieces and those that they import, directly or not, but for `import()`. */
function findNeeded({ outputs }: Metafile, entries: readonly string[]): ReadonlySet<string> {
  const needed = new Set(entries);
  for (const name of needed) {
    for (const { path: file, kind } of outputs[name.slice('./'.length)]?.imports ?? []) {
      if (kind === 'import-statement' && file in outputs) needed.add(`./${file}`);
    }
  }
  return needed;
}

/** Names are a third of the text, and V8 reads all of it; but the stack trace of a defect must tell something. */
const ownNamesKept: Plugin = {
  name: 'own-names-kept',
  setup(own) {
    own.onLoad({ filter: /\/src\/.*\.ts$/ }, async ({ path: file }) => {
      const text = await fs.promises.readFile(file, 'utf8');
      const { code } = await transform(text, { loader: 'ts', target: 'node20', keepNames: true });
      return { contents: code, resolveDir: path.dirname(file) };
    });
  },
};

/** Puts other modules in the place of what the entry point itself imports. */
function replace(entry: string, replacements: Readonly<Record<string, string>>): Plugin {
  return {
    name: 'replace',
    setup(own) {
      own.onResolve({ filter: /^\./ }, ({ importer, path: name }) => {
        const found = Object.entries(replacements).find(([end]) => name.endsWith(`/${end}`));
        return found !== undefined && importer === path.resolve(entry)
          ? { path: path.resolve(found[1]) }
          : undefined;
      });
    },
  };
}

if (process.argv[1] === import.meta.filename) await bundle('src/main.ts', 'dist/vdoctl.cjs');
