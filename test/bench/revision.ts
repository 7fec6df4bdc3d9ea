import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';

/**
 * Builds the program of an earlier commit for the fixture, as the bench of that commit does; with today's libraries, so
 * that only the project's own code differs.
 *
 * @throws if the commit is not known, or cannot be built with them.
 */
export function buildRevision(directory: string, revision: string): string {
  const place = path.join(directory, `at-${revision}`);
  const checkout = path.join(place, 'checkout');
  fs.mkdirSync(checkout, { recursive: true });
  const archive = execFileSync('git', ['archive', '--format=tar', revision], { maxBuffer: 2 ** 28 });
  execFileSync('tar', ['-x', '-C', checkout], { input: archive });
  fs.symlinkSync(path.resolve('node_modules'), path.join(checkout, 'node_modules'));
  const script = `import { buildProgram } from './test/bench/fixture.ts'; await buildProgram(process.argv[2]);`;
  fs.writeFileSync(path.join(checkout, 'build-for-bench.ts'), script);
  const tsx = path.resolve('node_modules/.bin/tsx');
  execFileSync(tsx, ['build-for-bench.ts', place], { cwd: checkout, stdio: ['ignore', 'ignore', 'inherit'] });
  return path.join(place, 'vdoctl.cjs');
}
