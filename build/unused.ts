/** What the libraries have and this program never lets them use. It is left out of the bundle: V8 reads all of it. */
import type { Plugin } from 'esbuild';

/** Help is rendered from our own table, no configuration file is loaded with `require`, nothing is translated. */
const inYargs: Readonly<Record<string, string>> = {
  cliui: 'export default () => ({ div() {}, span() {}, toString: () => "" });',
  'string-width': 'export default (text) => text.length;',
  'node:module': 'export const createRequire = () => undefined;',
  assert: `
    const check = (holds, message) => { if (!holds) throw new Error(message); };
    export const strictEqual = (one, other, message) => check(Object.is(one, other), message);
    export const notStrictEqual = (one, other, message) => check(!Object.is(one, other), message);`,
};

export const withoutUnused: Plugin = {
  name: 'without-unused',
  setup(own) {
    own.onResolve({ filter: /^(cliui|string-width|node:module|assert)$/ }, ({ importer, path: name }) =>
      /\/node_modules\/yargs(-parser)?\//.test(importer)
        ? { path: name, namespace: 'unused-in-yargs' }
        : undefined,
    );
    own.onLoad({ filter: /./, namespace: 'unused-in-yargs' }, ({ path: name }) => ({
      contents: inYargs[name] ?? '',
    }));
  },
};
