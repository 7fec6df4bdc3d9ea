import { execFileSync } from 'node:child_process';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const checkout = fileURLToPath(new URL('../..', import.meta.url));

export interface Packages {
  readonly deb: string;
  readonly rpm: string;
  readonly version: string;
}

/** Runs `npm run package`; returns the paths of the packages. */
export function buildPackages(env: NodeJS.ProcessEnv = process.env): Packages {
  execFileSync('npm', ['run', '--silent', 'package'], { cwd: checkout, env, stdio: 'pipe' });
  const output = join(checkout, 'dist/packages');
  const find = (ending: string): string => {
    const found = readdirSync(output).filter((name) => name.endsWith(ending));
    if (found.length !== 1) throw new Error(`not one ${ending}, but: ${found.join(' ')}`);
    return join(output, found[0] ?? '');
  };
  const { version } = JSON.parse(readFileSync(join(checkout, 'package.json'), 'utf8')) as { version: string };
  return { deb: find('.deb'), rpm: find('.rpm'), version };
}

/** The files of a directory of the checkout, by their paths within it. */
export function listCheckout(directory: string): string[] {
  const entries = readdirSync(join(checkout, directory), { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  return files
    .map((entry) => join(entry.parentPath, entry.name).slice(join(checkout, directory).length + 1))
    .sort();
}
