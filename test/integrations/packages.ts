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
  build([], env);
  return findPackages('vdoctl', { deb: 'all', rpm: 'noarch' });
}

/** Runs `npm run package -- --standalone`; returns the paths of the packages of each architecture. */
export function buildStandalone(): { readonly x64: Packages; readonly arm64: Packages } {
  build(['--', '--standalone']);
  return {
    x64: findPackages('vdoctl-standalone', { deb: 'amd64', rpm: 'x86_64' }),
    arm64: findPackages('vdoctl-standalone', { deb: 'arm64', rpm: 'aarch64' }),
  };
}

function build(words: readonly string[], env: NodeJS.ProcessEnv = process.env): void {
  execFileSync('npm', ['run', '--silent', 'package', ...words], { cwd: checkout, env, stdio: 'pipe' });
}

/** @throws Error unless there is exactly one package of that name in each format, of that architecture */
function findPackages(name: string, { deb, rpm }: { deb: string; rpm: string }): Packages {
  const output = join(checkout, 'dist/packages');
  const find = (beginning: RegExp, ending: string): string => {
    const found = readdirSync(output).filter((each) => beginning.test(each) && each.endsWith(ending));
    if (found.length !== 1) throw new Error(`not one ${name} ${ending}, but: ${found.join(' ')}`);
    return join(output, found[0] ?? '');
  };
  const beginning = new RegExp(`^${name}[_-]\\d`);
  const { version } = JSON.parse(readFileSync(join(checkout, 'package.json'), 'utf8')) as { version: string };
  return { deb: find(beginning, `_${deb}.deb`), rpm: find(beginning, `.${rpm}.rpm`), version };
}

/** The files of a directory of the checkout, by their paths within it. */
export function listCheckout(directory: string): string[] {
  const entries = readdirSync(join(checkout, directory), { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  return files
    .map((entry) => join(entry.parentPath, entry.name).slice(join(checkout, directory).length + 1))
    .sort();
}
