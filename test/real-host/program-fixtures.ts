import { afterAll, afterEach, beforeAll, beforeEach } from 'vitest';

import { buildProgram, createFixture, type Fixture } from './fixtures.ts';

/** Builds the program once for all tests of a file, and gives each test a fixture whose host starts it as its reader. */
export function useProgramFixtures(take: (fixture: Fixture) => void): void {
  let program: Awaited<ReturnType<typeof buildProgram>>;
  let fixture: Fixture;
  beforeAll(async () => {
    program = await buildProgram('src/entry/main.ts');
  });
  afterAll(() => {
    program.remove();
  });
  beforeEach(() => {
    fixture = createFixture({ program: program.file });
    take(fixture);
  });
  afterEach(() => {
    fixture.close();
  });
}
