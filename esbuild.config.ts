/** Builds the release: one file that needs no node_modules. */
import fs from 'node:fs';
import { build } from 'esbuild';

const { version } = JSON.parse(fs.readFileSync('package.json', 'utf8')) as { version: string };

/** Bundles an entry point; fixtures for tests are built the same way from entry points of their own. */
export async function bundle(entry: string, outfile: string): Promise<void> {
  await build({
    entryPoints: [entry],
    outfile,
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'esm',
    minifyWhitespace: true,
    minifySyntax: true,
    legalComments: 'none',
    define: { VDOCTL_VERSION: JSON.stringify(version) },
    banner: {
      js: "#!/usr/bin/env node\nimport{createRequire as __createRequire}from'node:module';const require=__createRequire(import.meta.url);",
    },
    logLevel: 'warning',
  });
  fs.chmodSync(outfile, 0o755);
}

await bundle('src/main.ts', 'dist/vdoctl.js');
