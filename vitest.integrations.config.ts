import { defineConfig } from 'vitest/config';
import { SecondTries } from './test/integrations/second-tries.ts';

/** `npm run test:integrations`: what is tried with the real programs of other projects, from Debian's packages. */
export default defineConfig({
  test: {
    include: ['test/integrations/**/*.test.ts'],
    globalSetup: ['test/builds-setup.ts', 'test/integrations/setup.ts'],
    // Whole packages are built and installed, shells and solvers started; a third of the time is waiting.
    testTimeout: 120_000,
    hookTimeout: 600_000,
    maxWorkers: 3,
    // Real terminals, shells and controllers in real time, on a machine whose load nobody knows: as for a scenario of
    // the lab, a second try, and what needed it is named.
    retry: 1,
    reporters: ['default', new SecondTries()],
  },
});
