/** What Ink needs to be bundled: a CommonJS file cannot wait while it loads a module. */
import fs from 'node:fs';
import path from 'node:path';
import type { OnLoadArgs, OnLoadResult, Plugin } from 'esbuild';

/** The layout engine is WebAssembly: the screen waits for `ready` before it draws. */
const yoga = `
  import { loadYoga } from './load.js';
  export * from './load.js';
  let yoga;
  export const ready = loadYoga().then((loaded) => { yoga = loaded; });
  export { yoga as default };`;

/** For its link to a debugger, which is left out, Ink would wait. */
function leaveOutDebugger(text: string): string {
  return text.replace(/^if \(isDev\(\)\) \{[^]*?^\}$/m, '').replace('? await loadPackageJson()', '? {}');
}

export const ink: Plugin = {
  name: 'ink',
  setup(own) {
    own.onLoad(
      { filter: /\/yoga-layout\/dist\/src\/index\.js$/ },
      load(() => yoga),
    );
    own.onLoad({ filter: /\/ink\/build\/reconciler\.js$/ }, load(leaveOutDebugger));
  },
};

function load(change: (text: string) => string): (args: OnLoadArgs) => OnLoadResult {
  return ({ path: file }) => ({
    contents: change(fs.readFileSync(file, 'utf8')),
    resolveDir: path.dirname(file),
  });
}
