import { defineConfig } from 'vitest/config';

/** `npm run test:integrations`: what is tried with the real programs of other projects, from Debian's packages. */
export default defineConfig({
  test: {
    include: ['test/integrations/**/*.test.ts'],
    globalSetup: ['test/integrations/setup.ts'],
    // Whole packages are built and installed, shells and solvers started; a third of the time is waiting.
    testTimeout: 120_000,
    hookTimeout: 600_000,
    maxWorkers: 3,
  },
});
