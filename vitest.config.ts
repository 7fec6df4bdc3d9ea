import fs from 'node:fs';
import os from 'node:os';
import { defineConfig } from 'vitest/config';
import type { InlineConfig } from 'vitest/node';
import { mendInk } from './build/ink.ts';

/** What is changed in libraries; what stays is read without its source map, whose sources are not there. */
function load(file: string): string | undefined {
  if (!/\/node_modules\/.*\.js$/.test(file)) return undefined;
  const text = mendInk(file) ?? fs.readFileSync(file, 'utf8');
  return text.replace(/^\/\/# sourceMappingURL=.*$/m, '');
}

/** They count or replace calls between modules. */
export const needsOwnModules = ['test/unit/{one-walk,known-copies}.test.ts'];
/** What runs vdoctl in its own process, on a simulated host or on none: what these load is loaded once for all of them. */
const sharesModules = ['test/{parse,scenarios,simulated,unit}/**/*.test.ts'];

export const common = {
  globalSetup: ['test/builds-setup.ts'],
  // On a machine that is busy everything takes many times as long: this ends only what hangs.
  testTimeout: 600_000,
  hookTimeout: 600_000,
  // A worker waits for the programs that it starts.
  maxWorkers: Math.max(2, os.availableParallelism() - 1),
  server: { deps: { inline: ['ink', 'is-in-ci'] } },
} satisfies InlineConfig;

export default defineConfig({
  // What the tests try is what the bundle has.
  plugins: [{ name: 'as-bundled', enforce: 'pre', load }],
  test: {
    projects: [
      {
        extends: true,
        test: { name: 'together', include: sharesModules, exclude: needsOwnModules, isolate: false },
      },
      {
        extends: true,
        test: {
          name: 'apart',
          include: ['test/**/*.test.ts'],
          exclude: ['test/{integrations,lab}/**', ...sharesModules],
        },
      },
      { extends: true, test: { name: 'own modules', include: needsOwnModules } },
    ],
    ...common,
  },
});
