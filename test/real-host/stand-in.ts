import path from 'node:path';

import type { BundleOptions } from '../../build/bundle.ts';

/** Builds a program with another host, which looks at a directory beside the program's own file. */
export const standIn: BundleOptions = {
  replacements: { 'host/real/real-host.ts': path.join(import.meta.dirname, 'stand-in-host.ts') },
};
