import { defineConfig } from 'vitest/config';
import { leftOut } from './esbuild.unused.ts';

export default defineConfig({
  // What the tests try is what the bundle has.
  plugins: [{ name: 'left-out', enforce: 'pre', load: leftOut }],
  test: {
    include: ['test/**/*.test.ts'],
    exclude: ['test/lab/**', 'test/integrations/**', 'node_modules/**'],
    server: { deps: { inline: ['execa'] } },
  },
});
