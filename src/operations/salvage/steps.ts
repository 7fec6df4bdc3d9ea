import { changing } from '../../model/command.ts';
import type { Step } from '../../model/plan.ts';

/** A copy takes as long as it takes; a timer runs no longer than 24 days. */
export const copyLimitMs = 20 * 24 * 3_600_000;

/**
 * How ddrescue reads around what fails: past the page cache, which reads as much as 128 KiB at once, all of which fails
 * with one bad block of it (measured, Linux 7.3); by blocks of VDO, since smaller ones are no direct reads of it.
 */
export const aroundErrors = ['--idirect', '-b4096', '--retry-passes=1'];

/** Makes a directory to copy to, with those above it. */
export function makeDirectoryStep(path: string, mode = '0755'): Step {
  return {
    title: `Make ${path}`,
    action: { kind: 'run', command: changing('mkdir', ['-m', mode, '-p', path]) },
    after: [{ kind: 'directory', path }],
    leaves: `${path} stays`,
  };
}
