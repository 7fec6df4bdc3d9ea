import { defineConfig } from 'vitest/config';
import usual from './vitest.config.ts';

/**
 * `npm run test:mutants`: the tests that run vdoctl in their own process, where a mutant is seen, without those that
 * play all scenarios once more, on another kernel or killed at every moment: they take longer than all others together.
 */
export default defineConfig({
  ...usual,
  test: {
    ...usual.test,
    include: ['test/{unit,scenarios}/*.test.ts'],
    exclude: [
      'test/scenarios/{scenarios-*,kill-*,*-kills,first-block,running-storage}.test.ts',
      // They count or replace calls between modules, which these tests share.
      'test/unit/{one-walk,known-copies}.test.ts',
    ],
    // A mutant is tried with a few tests of many files: what these load is loaded once for all of them.
    isolate: false,
    // A mutant that hangs is given up on.
    testTimeout: 60_000,
  },
});
