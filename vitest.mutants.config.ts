import { defineConfig } from 'vitest/config';
import usual, { common, needsOwnModules } from './vitest.config.ts';

/**
 * `npm run test:mutants`: the tests that run vdoctl in their own process, where a mutant is seen, without those that
 * play all scenarios once more, on another kernel or killed at every moment: they take longer than all others together.
 */
export default defineConfig({
  ...usual,
  test: {
    ...common,
    include: ['test/{unit,scenarios}/*.test.ts'],
    exclude: [
      'test/scenarios/{scenarios-*,kill-*,*-kills,first-block,running-storage}.test.ts',
      ...needsOwnModules,
    ],
    // A mutant is tried with a few tests of many files: what these load is loaded once for all of them.
    isolate: false,
    // A mutant that hangs is given up on.
    testTimeout: 60_000,
  },
});
