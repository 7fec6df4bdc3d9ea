/** What Ink needs to be bundled, and what has to be mended in it. */
import fs from 'node:fs';
import path from 'node:path';
import type { OnLoadArgs, OnLoadResult, Plugin } from 'esbuild';

/** A CommonJS file cannot wait while it loads a module: the screen waits for `ready` before it draws. */
const yoga = `
  import { loadYoga } from './load.js';
  export * from './load.js';
  let yoga;
  export const ready = loadYoga().then((loaded) => { yoga = loaded; });
  export { yoga as default };`;

/** For its link to a debugger, which is left out, Ink would wait, too. */
function leaveOutDebugger(text: string): string {
  const without = exchange(text, /^if \(isDev\(\)\) \{[^]*?^\}$/m, '');
  return exchange(without, '? await loadPackageJson()', '? {}');
}

/** Behind a frame that ends with a new line the cursor is a line lower than Ink's incremental drawing thinks. */
function mendCursor(text: string): string {
  const wrong = 'ansiEscapes.cursorUp(previousVisible - 1)';
  const right = "ansiEscapes.cursorUp(previousVisible - (previousOutput.endsWith('\\n') ? 0 : 1))";
  return exchange(text, wrong, right);
}

/** Another version of Ink has other text: then it has to be looked at again. */
function exchange(text: string, from: string | RegExp, to: string): string {
  const changed = text.replace(from, () => to);
  if (changed === text) throw new Error(`Ink does not have ${String(from)} any more`);
  return changed;
}

export const ink: Plugin = {
  name: 'ink',
  setup(own) {
    own.onLoad(
      { filter: /\/yoga-layout\/dist\/src\/index\.js$/ },
      load(() => yoga),
    );
    own.onLoad({ filter: /\/ink\/build\/reconciler\.js$/ }, load(leaveOutDebugger));
    own.onLoad({ filter: /\/ink\/build\/log-update\.js$/ }, load(mendCursor));
  },
};

function load(change: (text: string) => string): (args: OnLoadArgs) => OnLoadResult {
  return ({ path: file }) => ({
    contents: change(fs.readFileSync(file, 'utf8')),
    resolveDir: path.dirname(file),
  });
}
