import js from '@eslint/js';
import boundaries from 'eslint-plugin-boundaries';
import tseslint from 'typescript-eslint';

/**
 * Data flows one way: cli and ui -> operations -> plan -> prose -> stacks -> journal -> host; parse and model are leaves. Each layer with
 * the layers that it may use.
 */
const layers = {
  entry: ['entry', 'cli', 'ui', 'host', 'real', 'simulator', 'model'],
  cli: ['cli', 'documents', 'prose', 'operations', 'plan', 'stacks', 'journal', 'host', 'model'],
  // What --json prints, as schemas.
  documents: ['documents', 'model'],
  // Man pages: prose that no call needs, so that nothing of the program may load it.
  manual: ['manual', 'cli', 'prose', 'model'],
  ui: ['ui', 'prose', 'operations', 'plan', 'stacks', 'journal', 'host', 'model'],
  // What there is to say, for whoever says it.
  prose: ['prose', 'stacks', 'model'],
  operations: ['operations', 'plan', 'prose', 'stacks', 'journal', 'host', 'model', 'parse'],
  plan: ['plan', 'prose', 'stacks', 'journal', 'host', 'model', 'parse'],
  stacks: ['stacks', 'journal', 'host', 'model', 'parse'],
  journal: ['journal', 'host', 'model'],
  real: ['real', 'disk', 'host', 'model', 'parse'],
  simulator: ['simulator', 'disk', 'host', 'model', 'parse'],
  // Files of ours on the real disk: those of the real host, and the one that keeps the simulated host.
  disk: ['disk', 'host', 'model'],
  host: ['host', 'model'],
  parse: ['parse', 'model'],
  model: ['model'],
};

/** What builds packages is no part of the program. */
const beside = ['src/packaging/**'];

export default tseslint.config(
  { ignores: ['dist', 'node_modules', 'coverage'] },
  js.configs.recommended,
  ...tseslint.configs.strictTypeChecked,
  {
    languageOptions: { parserOptions: { projectService: { allowDefaultProject: ['*.js'] } } },
    rules: {
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: false }],
      eqeqeq: ['error', 'always', { null: 'ignore' }],
      'max-lines': ['error', { max: 300, skipBlankLines: true, skipComments: true }],
      'max-lines-per-function': ['error', { max: 50, skipBlankLines: true, skipComments: true }],
    },
  },
  {
    files: ['src/**/*.ts', 'ui/**/*.{ts,tsx}'],
    ignores: beside,
    plugins: { boundaries },
    settings: {
      'boundaries/elements': [
        { type: 'real', pattern: 'src/host/real' },
        { type: 'disk', pattern: 'src/host/disk' },
        ...Object.keys(layers)
          .filter((type) => !['real', 'disk', 'ui'].includes(type))
          .map((type) => ({ type, pattern: `src/${type}` })),
        { type: 'ui', pattern: 'ui' },
      ],
    },
    rules: {
      'boundaries/dependencies': [
        'error',
        {
          default: 'disallow',
          policies: Object.entries(layers).map(([from, allowed]) => ({
            from: { element: { type: from } },
            allow: { to: { element: { type: allowed } } },
          })),
        },
      ],
      'boundaries/no-unknown-files': 'error',
    },
  },
  {
    // Only the entry point and the real host touch the process, the clock and the disk.
    files: ['src/**/*.ts', 'ui/**/*.{ts,tsx}'],
    ignores: [
      'src/entry/**',
      'src/host/real/**',
      'src/host/disk/**',
      'src/simulator/world/store.ts',
      ...beside,
    ],
    rules: {
      'no-restricted-globals': ['error', 'process', 'setTimeout', 'setInterval'],
      'no-restricted-imports': ['error', { patterns: ['node:*', '!node:zlib', 'execa'] }],
      'no-restricted-properties': ['error', { object: 'Date', property: 'now' }],
    },
  },
  { files: ['test/**'], rules: { 'max-lines-per-function': 'off' } },
  { files: ['*.js', 'test/lab/guest/**'], ...tseslint.configs.disableTypeChecked },
);
