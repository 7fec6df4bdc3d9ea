import { copyFileSync, existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { reportProgress, runOnHost } from './host.ts';

const checkout = fileURLToPath(new URL('../..', import.meta.url));
const BUNDLE = join(checkout, 'dist/vdoctl.cjs');

/** The built release; builds it again if a source is newer. */
export async function findBundle(): Promise<string> {
  if (!existsSync(BUNDLE) || statSync(BUNDLE).mtimeMs < findYoungest()) {
    reportProgress('building the bundle');
    await runOnHost({ argv: ['npm', 'run', '--silent', 'build'], cwd: checkout });
  }
  return BUNDLE;
}

/** Copies the bundle: somebody may build again while machines boot from it. */
export async function keepBundle(directory: string): Promise<string> {
  const kept = join(directory, 'vdoctl.cjs');
  copyFileSync(await findBundle(), kept);
  return kept;
}

/** The time of the latest change to a source file. */
function findYoungest(): number {
  const times = ['src', 'ui'].flatMap((name) => {
    const entries = readdirSync(join(checkout, name), { recursive: true, withFileTypes: true });
    const files = entries.filter((entry) => entry.isFile());
    return files.map((entry) => statSync(join(entry.parentPath, entry.name)).mtimeMs);
  });
  return Math.max(...times);
}
