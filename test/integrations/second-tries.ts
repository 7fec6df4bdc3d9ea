import type { Reporter, TestCase } from 'vitest/node';

/**
 * Lists at the end the tests that passed only on their second try, with the first failure: each has a race to be found.
 */
export class SecondTries implements Reporter {
  readonly #found: TestCase[] = [];

  onTestCaseResult(test: TestCase): void {
    if (test.diagnostic()?.flaky === true) this.#found.push(test);
  }

  onTestRunEnd(): void {
    for (const test of this.#found) {
      console.log(`ok, second try: ${test.module.relativeModuleId} > ${test.fullName}`);
      for (const error of test.result().errors ?? []) console.log(error.message.replaceAll(/^/gm, '      '));
    }
  }
}
