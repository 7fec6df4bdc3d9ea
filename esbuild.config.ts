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
 * One CommonJS file of all pieces: what the entry point needs at once as functions, what a look needs as text, the rest
 * compressed, since Node reads all of the file before anything.
 */
async function join(pieces: readonly Piece[], { entryName, atOnce, soon }: Names): Promise<string> {
  const members = pieces.map(async ({ name, text: module }) => {
    const { code } = await transform(module, {
      format: 'cjs',
      platform: 'node',
      target: 'node20',
      minify: true,
      supported: { 'dynamic-import': false },
    });
    const text = soon.has(name) ? code : [brotliCompressSync(code).toString('base64')];
    return `${JSON.stringify(name)}:${atOnce.has(name) ? `(${parameters})=>{${code}}` : JSON.stringify(text)}`;
  });
  return [
    '#!/usr/bin/env node',
    '"use strict";',
    `const __file=require('node:url').pathToFileURL(__filename).href,pieces={${(await Promise.all(members)).join(',\n')}};`,
    loader,
    `load(${JSON.stringify(entryName)});`,
    '',
  ].join('\n');
}

const parameters = 'require,module,exports,__file';

/** Runs a piece when it is first asked for; everything else is Node's own. */
const loader = `
const modules = {};
function load(name) {
  const piece = pieces[name];
  if (piece === undefined) return require(name);
  if (modules[name] !== undefined) return modules[name].exports;
  const module = (modules[name] = { exports: {} });
  const run = typeof piece === 'function' ? piece : compile(name, piece);
  run(load, module, module.exports, __file);
  return module.exports;
}
function compile(name, piece) {
  const text = typeof piece === 'string' ? piece : decompress(piece[0]);
  const parameters = '${parameters}'.split(',');
  return require('node:vm').compileFunction(text, parameters, { filename: name });
}
function decompress(text) {
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
