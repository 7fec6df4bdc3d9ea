/**
 * Mends Ink and its dependencies. Each mend names the upstream change that will make it unnecessary. If another version
 * changes the text that a mend replaces, the build and the tests fail, and each mend has to be checked again.
 */
import fs from 'node:fs';
import path from 'node:path';
import type { Plugin } from 'esbuild';

interface Mend {
  /** Below node_modules. */
  readonly file: string;
  readonly from: string | RegExp;
  readonly to: string;
  /** The issue or pull request that would end the mend, or that there is none. Ink's newest version is 7.1.1. */
  readonly upstream: string;
}

/**
 * A CommonJS file cannot wait while it loads a module, so the screen waits for `ready` before it draws. Loading
 * yoga-layout/load does not wait, but Ink imports yoga-layout, which does.
 */
const yoga: readonly Mend[] = [
  {
    file: 'yoga-layout/dist/src/index.js',
    from: /^[^]*\nconst Yoga = wrapAssembly\(await loadYoga\(\)\);\n[^]*$/,
    to: `
      import { loadYoga } from './load.js';
      export * from './load.js';
      let yoga;
      export const ready = loadYoga().then((loaded) => { yoga = loaded; });
      export { yoga as default };`,
    upstream: 'https://github.com/vadimdemedes/ink/issues/787',
  },
];

/** Keys that a terminal sends with Ctrl, but that Ink has no name for (Ctrl-Tab, Ctrl-F13), are none of the screen's. */
const unknownKeys: readonly Mend[] = [
  {
    file: 'ink/build/hooks/use-input.js',
    from: /else if \(keypress\.ctrl\) \{\s+input = keypress\.name;/,
    to: "else if (keypress.ctrl) { input = keypress.name ?? '';",
    upstream: 'not reported as of Ink 7.1.1',
  },
];

/** Ink would also wait for its link to a debugger. The bundle leaves this link out. */
const withoutDebugger: readonly Mend[] = [
  {
    file: 'ink/build/reconciler.js',
    from: /^if \(isDev\(\)\) \{[^]*?^\}$/m,
    to: '',
    upstream: 'https://github.com/vadimdemedes/ink/issues/571',
  },
  {
    file: 'ink/build/reconciler.js',
    from: '? await loadPackageJson()',
    to: '? {}',
    upstream: 'https://github.com/vadimdemedes/ink/issues/571',
  },
];

/** Ink draws nothing where `CI` is set, but the screen opens only where a person sits. Ink 7 has an option for this. */
const nobodyIsInCi: readonly Mend[] = [
  {
    file: 'is-in-ci/index.js',
    from: "const isInCi = check('CI') || check('CONTINUOUS_INTEGRATION');",
    to: 'const isInCi = false;',
    upstream: 'https://github.com/vadimdemedes/ink/pull/888',
  },
];

const drawing: readonly Mend[] = [
  // The screen has the terminal to itself: a frame begins at the top, wherever the cursor was left.
  {
    file: 'ink/build/log-update.js',
    from: 'ansiEscapes.cursorUp(previousVisible - 1)',
    to: 'ansiEscapes.cursorTo(0, 0)',
    upstream: 'https://github.com/vadimdemedes/ink/issues/1023',
  },
  // Erases each line before writing it: some terminals, told to erase after a full line, remove its last character.
  {
    file: 'ink/build/log-update.js',
    from: /nextLines\[i\] \+\s+ansiEscapes\.eraseEndLine \+/,
    to: 'ansiEscapes.eraseEndLine + nextLines[i] +',
    upstream: 'not reported as of Ink 7.1.1; it came with https://github.com/vadimdemedes/ink/pull/836',
  },
  // What a terminal does to a frame when its size changes is unknown. So the screen is erased, and drawn again once the
  // frame has the new size.
  {
    file: 'ink/build/ink.js',
    from: /if \(currentWidth < this\.lastTerminalWidth\) \{[^]*?this\.onRender\(\);/,
    to: `
      this.options.stdout.write(ansiEscapes.eraseScreen + ansiEscapes.cursorTo(0, 0));
      this.log.sync('');
      this.lastOutput = '';
      this.lastOutputToRender = '';
      this.lastOutputHeight = 0;
      this.calculateLayout();
      setImmediate(this.onRender);`,
    upstream: 'https://github.com/vadimdemedes/ink/issues/942',
  },
];

/**
 * Ink caches the size and the lines of every text that it ever drew, but a screen stays open for weeks, and its texts
 * change. Its cache also confuses "ab" for 12 columns with "ab1" for 2.
 */
const forgetting: readonly Mend[] = [
  {
    file: 'ink/build/measure-text.js',
    from: 'cache.set(text,',
    to: 'if (cache.size >= 2000) cache.clear();\n    cache.set(text,',
    upstream: 'https://github.com/vadimdemedes/ink/issues/986',
  },
  {
    file: 'ink/build/wrap-text.js',
    from: 'const cache = {};',
    to: 'let cache = {};\nlet cached = 0;',
    upstream: 'https://github.com/vadimdemedes/ink/issues/986',
  },
  {
    file: 'ink/build/wrap-text.js',
    from: 'cache[cacheKey] = wrappedText;',
    to: 'if (cached++ >= 2000) {\n        cache = {};\n        cached = 1;\n    }\n    cache[cacheKey] = wrappedText;',
    upstream: 'https://github.com/vadimdemedes/ink/issues/986',
  },
  {
    file: 'ink/build/wrap-text.js',
    from: 'const cacheKey = text + String(maxWidth) + String(wrapType);',
    to: 'const cacheKey = `${maxWidth} ${wrapType} ${text}`;',
    upstream: 'https://github.com/vadimdemedes/ink/pull/998',
  },
];

export const mends: readonly Mend[] = [
  ...yoga,
  ...unknownKeys,
  ...withoutDebugger,
  ...nobodyIsInCi,
  ...drawing,
  ...forgetting,
];

/**
 * The mended text of a library's file; undefined for a file without mends.
 *
 * @throws Error if the file does not have the text that a mend replaces.
 */
export function mendInk(
  file: string,
  read = (): string => fs.readFileSync(file, 'utf8'),
): string | undefined {
  const name = file.split('/node_modules/').at(-1) ?? '';
  const own = mends.filter((mend) => mend.file === name);
  return own.length === 0 ? undefined : own.reduce(apply, read());
}

function apply(text: string, { file, from, to, upstream }: Mend): string {
  const changed = text.replace(from, () => to);
  if (changed === text) throw new Error(`${file} does not have ${String(from)} any more: see ${upstream}`);
  return changed;
}

export const ink: Plugin = {
  name: 'ink',
  setup(own) {
    own.onLoad({ filter: /\/node_modules\/(ink|is-in-ci|yoga-layout)\// }, ({ path: file }) => {
      const contents = mendInk(file);
      return contents === undefined ? undefined : { contents, resolveDir: path.dirname(file) };
    });
  },
};
