import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import path from 'node:path';

import { inject } from 'vitest';

import { bundle, type BundleOptions } from '../build/bundle.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Where a run of the tests keeps the programs that it has built. */
    builds: string;
  }
}

/**
 * The program of an entry point, built like the release; once in a run of the tests, by whoever asks first. For tests
 * only: it is read or copied, never changed.
 *
 * @returns the program's file
 */
export async function findBuild(entry: string, options: BundleOptions = {}): Promise<string> {
  const key = createHash('sha256')
    .update(JSON.stringify([entry, options]))
    .digest('hex')
    .slice(0, 16);
  const file = path.join(inject('builds'), key, `${path.basename(entry, '.ts')}.cjs`);
  // Two that ask at once both build: the file is renamed into its place when it is whole.
  if (!existsSync(file)) await bundle(entry, file, options);
  return file;
}
