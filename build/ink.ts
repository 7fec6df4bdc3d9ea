/** What Ink needs to be bundled, and what has to be mended in it. */
import fs from 'node:fs';
import path from 'node:path';
import type { Plugin } from 'esbuild';

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

/** The screen is the terminal's own: a frame begins at its top, wherever the cursor was left. */
function mendCursor(text: string): string {
  return exchange(text, 'ansiEscapes.cursorUp(previousVisible - 1)', 'ansiEscapes.cursorTo(0, 0)');
}

/**
 * What a terminal makes of a frame when its size changes, nobody knows: it is emptied, and drawn anew once the frame has
 * the new size.
 */
function mendResizing(text: string): string {
  const wrong = /if \(currentWidth < this\.lastTerminalWidth\) \{[^]*?this\.onRender\(\);/;
  const right = `
    this.options.stdout.write(ansiEscapes.eraseScreen + ansiEscapes.cursorTo(0, 0));
    this.log.sync('');
    this.lastOutput = '';
    this.lastOutputToRender = '';
    this.lastOutputHeight = 0;
    this.calculateLayout();
    setImmediate(this.onRender);`;
  return exchange(text, wrong, right);
}

/** A line is emptied before it is written: behind a full one some terminals would take its last character away. */
function mendFullLines(text: string): string {
  const wrong = /nextLines\[i\] \+\s+ansiEscapes\.eraseEndLine \+/;
  return exchange(text, wrong, 'ansiEscapes.eraseEndLine + nextLines[i] +');
}

/** Ink remembers the size of every text that it ever drew; a screen stays open for weeks, and its texts change. */
function forgetSizes(text: string): string {
  return exchange(text, 'cache.set(text,', 'if (cache.size >= 2000) cache.clear();\n    cache.set(text,');
}

/** Where `CI` is set Ink draws nothing; but the screen opens only where somebody sits before it. */
const nobodyIsInCi = 'export default false;';

/** Another version of Ink has other text: then it has to be looked at again. */
function exchange(text: string, from: string | RegExp, to: string): string {
  const changed = text.replace(from, () => to);
  if (changed === text) throw new Error(`Ink does not have ${String(from)} any more`);
  return changed;
}

const mended: Readonly<Record<string, (text: string) => string>> = {
  'ink/build/reconciler.js': leaveOutDebugger,
  'ink/build/ink.js': mendResizing,
  'ink/build/measure-text.js': forgetSizes,
  'ink/build/log-update.js': (text) => mendFullLines(mendCursor(text)),
  'is-in-ci/index.js': () => nobodyIsInCi,
};

/** What stands in the place of a library's file; undefined for a file that stays. */
export function mendInk(file: string): string | undefined {
  const mend = mended[file.split('/node_modules/').at(-1) ?? ''];
  return mend?.(fs.readFileSync(file, 'utf8'));
}

export const ink: Plugin = {
  name: 'ink',
  setup(own) {
    own.onLoad({ filter: /\/yoga-layout\/dist\/src\/index\.js$/ }, ({ path: file }) => ({
      contents: yoga,
      resolveDir: path.dirname(file),
    }));
    own.onLoad({ filter: /\/node_modules\/(ink|is-in-ci)\// }, ({ path: file }) => {
      const contents = mendInk(file);
      return contents === undefined ? undefined : { contents, resolveDir: path.dirname(file) };
    });
  },
};
