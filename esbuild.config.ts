/**
 * Builds the release: one file that needs no node_modules. Parsing half a megabyte of JavaScript takes longer than
 * most calls, so the file holds its larger parts as text and compiles each when it is first imported.
 */
import fs from 'node:fs';
import path from 'node:path';
import { build, type BuildOptions, type Plugin } from 'esbuild';

const { version } = JSON.parse(fs.readFileSync('package.json', 'utf8')) as { version: string };

/** Parts that the entry point loads on demand. Nothing with an identity (a class, a cache) may be in two of them. */
const parts = /\/(cli\/run|host\/real\/(real-host|metadata-reader)|host\/simulated\/entry)\.ts$/;

const common: BuildOptions = {
  bundle: true,
  platform: 'node',
  target: 'node20',
  format: 'cjs',
  minify: true,
  keepNames: true,
  legalComments: 'none',
  define: { VDOCTL_VERSION: JSON.stringify(version), 'import.meta.url': '__file' },
  logLevel: 'warning',
};

/** Bundles an entry point; fixtures for tests are built the same way from entry points of their own. */
export async function bundle(entry: string, outfile: string): Promise<void> {
  await build({
    ...common,
    entryPoints: [entry],
    outfile,
    plugins: [partsAsText, yargsWithoutHelp],
    banner: { js: '#!/usr/bin/env node\nvar __file=require("node:url").pathToFileURL(__filename).href;' },
  });
  fs.chmodSync(outfile, 0o755);
}

/** Turns `import('./part.ts')` into the part's own bundle, compiled when it is imported. */
const partsAsText: Plugin = {
  name: 'parts-as-text',
  setup(own) {
    own.onResolve({ filter: parts }, ({ path: name, resolveDir, kind }) =>
      kind === 'dynamic-import' ? { path: path.resolve(resolveDir, name), namespace: 'part' } : undefined,
    );
    own.onLoad({ filter: /./, namespace: 'part' }, async ({ path: name }) => {
      const built = await build({ ...common, entryPoints: [name], write: false, plugins: [yargsWithoutHelp] });
      const text = JSON.stringify(built.outputFiles[0]?.text);
      const parameters = "['require', 'module', 'exports', '__file']";
      const compile = `require('node:vm').compileFunction(${text}, ${parameters}, { filename: '${path.basename(name)}' })`;
      return { contents: `${compile}(require, module, exports, __file);`, loader: 'js', resolveDir: path.dirname(name) };
    });
  },
};

/** Help is rendered from our own table, so what yargs would lay its help out with is left behind. */
const yargsWithoutHelp: Plugin = {
  name: 'yargs-without-help',
  setup(own) {
    own.onResolve({ filter: /^(cliui|string-width)$/ }, ({ importer, path: name }) =>
      importer.includes('/node_modules/yargs/') ? { path: name, namespace: 'no-help' } : undefined,
    );
    own.onLoad({ filter: /./, namespace: 'no-help' }, () => ({
      contents: 'export default () => ({ div() {}, span() {}, toString: () => "" });',
    }));
  },
};

if (process.argv[1] === import.meta.filename) await bundle('src/main.ts', 'dist/vdoctl.cjs');
