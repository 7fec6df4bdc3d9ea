import path from 'node:path';

import { bundle } from '../../esbuild.config.ts';

/**
 * Builds the real program but for its host, which looks at a directory beside the program's own file.
 *
 * @param replacements further modules, as `bundle` takes them.
 * @returns the program's file.
 */
export async function buildWithStandIn(
  directory: string,
  replacements: Readonly<Record<string, string>> = {},
): Promise<string> {
  const program = path.join(directory, 'vdoctl.cjs');
  await bundle('src/main.ts', program, {
    'host/real/real-host.ts': path.join(import.meta.dirname, 'stand-in-host.ts'),
    ...replacements,
  });
  return program;
}
