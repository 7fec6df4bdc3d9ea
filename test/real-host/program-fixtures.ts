import { afterEach, beforeEach } from 'vitest';

import { findBuild } from '../builds.ts';
import { createFixture, type Fixture } from './fixtures.ts';

/** Gives each test of a file a fixture whose host starts the built program as its reader. */
export function useProgramFixtures(take: (fixture: Fixture) => void): void {
  let fixture: Fixture;
  beforeEach(async () => {
    fixture = createFixture({ program: await findBuild('src/entry/main.ts') });
    take(fixture);
  });
  afterEach(() => {
    fixture.close();
  });
}
