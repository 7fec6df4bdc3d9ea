import { spawnSync } from 'node:child_process';
import type { Fixture } from './fixture.ts';

/**
 * Counts the child processes of one call as they count themselves. The program's own count must agree, or else a
 * process that the fixture does not provide could go uncounted.
 */
export function callAndCount(
  fixture: Fixture,
  words: readonly string[],
): { readonly children: readonly string[]; readonly stdout: string } {
  fixture.takeCalls();
  const result = call(fixture, [...words, '--verbose']);
  const calls = fixture.takeCalls().sort();
  const told = result.stderr.split('\n').filter((line) => line.startsWith('ran: '));
  if (told.length !== calls.length)
    throw new Error(
      `${String(calls.length)} processes ran, ${String(told.length)} are told:\n${result.stderr}`,
    );
  return { children: calls, stdout: result.stdout };
}

/** Runs the fixture's program to its end. */
function call({ program }: Fixture, words: readonly string[]): { stdout: string; stderr: string } {
  const options = { encoding: 'utf8', maxBuffer: 2 ** 28 } as const;
  const { status, stdout, stderr } = spawnSync(process.execPath, [program, ...words], options);
  if (status !== 0) throw new Error(`vdoctl ${words.join(' ')}: exit code ${String(status)}\n${stderr}`);
  return { stdout, stderr };
}
