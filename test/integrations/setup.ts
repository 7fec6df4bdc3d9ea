import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { programs } from './programs.ts';

/** Before all tests: installs the Debian packages of missing programs, or says which ones are missing. */
export default function installMissing(): void {
  const missing = Object.entries(programs).filter(([path]) => !existsSync(path));
  if (missing.length === 0) return;
  const packages = [...new Set(missing.map(([, name]) => name))];
  const install = ['apt-get', 'install', '--no-install-recommends', ...packages].join(' ');
  if (process.getuid?.() !== 0 || !existsSync('/usr/bin/apt-get'))
    throw new Error(`these tests need other programs; as root on Debian: ${install}`);
  process.stderr.write(`installing: ${packages.join(' ')}\n`);
  const options = ['-q', '-y', '-o', 'DPkg::Lock::Timeout=600'];
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  execFileSync('apt-get', ['update', ...options], { stdio: 'pipe', env });
  execFileSync('apt-get', ['install', ...options, '--no-install-recommends', ...packages], {
    stdio: 'pipe',
    env,
  });
  const still = missing.filter(([path]) => !existsSync(path)).map(([path, name]) => `${path} (${name})`);
  if (still.length > 0) throw new Error(`installed, and still missing: ${still.join(', ')}`);
}
