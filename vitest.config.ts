import fs from 'node:fs';
import os from 'node:os';
import { defineConfig } from 'vitest/config';
import { mendInk } from './build/ink.ts';

/** What is changed in libraries; what stays is read without its source map, whose sources are not there. */
function load(file: string): string | undefined {
  if (!/\/node_modules\/.*\.js$/.test(file)) return undefined;
  const text = mendInk(file) ?? fs.readFileSync(file, 'utf8');
  return text.replace(/^\/\/# sourceMappingURL=.*$/m, '');
}

export default defineConfig({
  // What the tests try is what the bundle has.
  plugins: [{ name: 'as-bundled', enforce: 'pre', load }],
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/builds-setup.ts'],
    exclude: ['test/lab/**', 'test/integrations/**', 'node_modules/**'],
    // On a machine that is busy everything takes many times as long: this ends only what hangs.
    testTimeout: 600_000,
    hookTimeout: 600_000,
    // A worker waits for the programs that it starts.
    maxWorkers: Math.max(2, os.availableParallelism() - 1),
    server: { deps: { inline: ['ink', '@inkjs/ui', 'is-in-ci'] } },
  },
});
