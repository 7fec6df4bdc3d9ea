/** What the libraries have and this program never lets them use. It is left out of the bundle: V8 reads all of it. */
import type { Plugin } from 'esbuild';

/** Functions that are never called; should one be called all the same, that is a defect, and is said. */
function never(...names: readonly string[]): string {
  return names
    .map((name) => `export const ${name} = () => { throw new Error('${name} is left out'); };`)
    .join('\n');
}

/** Functions that are called, and whose work is that of an option that is never set. */
function without(result: string, ...names: readonly string[]): string {
  return names.map((name) => `export const ${name} = () => (${result});`).join('\n');
}

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

/** Execa starts commands and tells how they end. Their output, limits and kills are our own: see run.ts. */
const inExeca: Readonly<Record<string, string>> = {
  'execa/index.js': `
    import { createExeca } from './lib/methods/create.js';
    export const execa = createExeca(() => ({}));`,
  'execa/lib/methods/main-sync.js': never('execaCoreSync'),
  'execa/lib/pipe/setup.js': never('pipeToSubprocess'),
  'execa/lib/convert/add.js': without('undefined', 'addConvertedStreams'),
  'execa/lib/transform/generator.js': never('generatorToStream', 'pipeTransform'),
  'execa/lib/transform/normalize.js': 'export const normalizeTransforms = (items) => items;',
  'execa/lib/io/iterate.js': never('iterateForResult'),
  'execa/lib/ipc/methods.js': without('undefined', 'addIpcMethods'),
  'execa/lib/ipc/ipc-input.js': without('undefined', 'validateIpcInputOption', 'sendIpcInput'),
  'execa/lib/ipc/buffer-messages.js': without('[]', 'waitForIpcOutput', 'getBufferedIpcOutput'),
  'execa/lib/verbose/info.js': without('{}', 'getVerboseInfo'),
  'execa/lib/verbose/start.js': without('undefined', 'logCommand'),
  'execa/lib/verbose/complete.js': without('undefined', 'logResult'),
  'execa/lib/verbose/output.js': `${without('false', 'shouldLogOutput')} ${never('logLines')}`,
  'execa/lib/verbose/values.js': without('false', 'isFullVerbose'),
  'execa/lib/arguments/escape.js': `
    export const joinCommand = (file, words) => ({ command: [file, ...words].join(' '), escapedCommand: '' });`,
  'execa/lib/return/message.js': without(
    "{ originalMessage: '', shortMessage: '', message: '' }",
    'createMessages',
  ),
  'execa/lib/terminate/cleanup.js': without('undefined', 'cleanupOnExit'),
  'execa/lib/terminate/graceful.js': `
    ${without('undefined', 'validateGracefulCancel')} ${without('[]', 'throwOnGracefulCancel')}`,
  'execa/lib/terminate/signal.js': `
    const same = (signal) => signal;
    export { same as normalizeKillSignal, same as normalizeSignalArgument, same as getSignalDescription };`,
  // It opens this process's own streams.
  'execa/lib/utils/standard-stream.js': `
    export const STANDARD_STREAMS = [], STANDARD_STREAMS_ALIASES = ['stdin', 'stdout', 'stderr'];
    export const isStandardStream = () => false, getStreamName = (number) => STANDARD_STREAMS_ALIASES[number];`,
  '@sindresorhus/merge-streams/index.js': 'export default undefined;',
  'cross-spawn/index.js':
    'export default { _parse: (command, args, options) => ({ command, args, options }) };',
  'get-stream/source/index.js': `
    export class MaxBufferError extends Error {}
    export default undefined; ${never('getStreamAsArrayBuffer', 'getStreamAsArray')}`,
  'npm-run-path/index.js': never('npmRunPathEnv'),
};

/** What stands in the place of a library's file; undefined for a file that stays. */
export function leftOut(file: string): string | undefined {
  return inExeca[file.split('/node_modules/').at(-1) ?? ''];
}

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
    own.onLoad({ filter: /\/node_modules\// }, ({ path: file }) => {
      const contents = leftOut(file);
      return contents === undefined ? undefined : { contents, resolveDir: file.replace(/\/[^/]*$/, '') };
    });
  },
};
