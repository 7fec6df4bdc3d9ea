import path from 'node:path';

import { bundle, type BundleOptions } from '../../build/bundle.ts';

/**
 * Builds the real program with another host, which looks at a directory beside the program's own file.
 *
 * @returns the program's file
 */
export async function buildWithStandIn(
  directory: string,
  { replacements, ...others }: BundleOptions = {},
): Promise<string> {
  const program = path.join(directory, 'vdoctl.cjs');
  const standIn = { 'host/real/real-host.ts': path.join(import.meta.dirname, 'stand-in-host.ts') };
  await bundle('src/entry/main.ts', program, { ...others, replacements: { ...standIn, ...replacements } });
  return program;
}
