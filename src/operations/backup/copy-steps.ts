import { liveSuffix, partialSuffix } from '../../model/backup-names.ts';
import { changing } from '../../model/command.ts';
import type { Step } from '../../model/plan.ts';
import { freezeSteps, thawSteps } from '../../stacks/saving/freezing.ts';
import { beginGeneration, removeGeneration } from '../../stacks/saving/generations.ts';
import { mountSteps } from '../../stacks/saving/mounting.ts';
import { copyLimitMs } from '../salvage/steps.ts';
import type { BackupSource } from './types.ts';

/** Which generation is copied to. */
export interface CopyTo {
  /** The directory of the volume's generations. */
  readonly directory: string;
  readonly generation: string;
  /** The generation before; what did not change since is linked. */
  readonly previous: string | undefined;
}

/** Mounts a filesystem, and copies it to its place in a generation that is not whole yet. */
export function copySteps(source: BackupSource, to: CopyTo): readonly Step[] {
  const { name, device, type, mountPoint: path, frozen, usedBytes } = source;
  const { directory, previous, generation } = to;
  const partial = `${directory}/${generation}${partialSuffix}`;
  const before = previous === undefined ? [] : [`${directory}/${previous}`];
  const mounting = mountSteps({ device, type, path, from: frozen?.from });
  if (frozen !== undefined) return [...mounting, ...copyFrozen(source, to, frozen.ms)];
  const totalBytes = before.length === 0 ? (usedBytes ?? null) : null;
  return [...mounting, ...copyTree(source, { what: name, generation: partial, links: before, totalBytes })];
}

/**
 * Copies it twice: all of it while it changes, to a place of its own, which may take long; then, frozen, to the
 * generation, where what has not changed since is only linked.
 *
 * Not one copy that is gone over again: that would set the owner, say, of a file that is linked with the generation
 * before, and so change that, too.
 */
function copyFrozen(
  source: BackupSource,
  { directory, generation, previous }: CopyTo,
  ms: number,
): readonly Step[] {
  const { name, device, mountPoint: path, usedBytes } = source;
  const partial = `${directory}/${generation}${partialSuffix}`;
  const live = `${directory}/${generation}${liveSuffix}`;
  const before = previous === undefined ? [] : [`${directory}/${previous}`];
  const total = previous === undefined ? (usedBytes ?? null) : null;
  const frozen = { device, path, ms, generation };
  return [
    beginGeneration(live),
    ...copyTree(source, {
      ...{ what: `${name} while it is in use`, generation: live, links: before, totalBytes: total },
      goesOnAfter: exitsOfChange,
    }),
    ...freezeSteps(frozen),
    ...copyTree(source, {
      ...{ what: `what has changed on ${name} since`, generation: partial, links: [live, ...before] },
      ...{ totalBytes: null, limitMs: ms },
    }),
    ...thawSteps(frozen),
    removeGeneration(live),
  ];
}

/** rsync(1): some files could not be transferred, or vanished meanwhile. What matters fails again when it is frozen. */
const exitsOfChange = [23, 24];

/**
 * By itself rsync compares whole seconds: a file that was written again within the second of its last change, and kept
 * its size, would be linked with its old data. Nanoseconds: rsync(1), since 3.1.3.
 */
const exactTimes = '--modify-window=-1';

interface Copying {
  /** What the step is called by. */
  readonly what: string;
  /** The directory that stands for the generation, whole or not. */
  readonly generation: string;
  /** Directories in which files that are the same are linked, the first one that has it. */
  readonly links: readonly string[];
  readonly totalBytes: number | null;
  readonly limitMs?: number;
  readonly goesOnAfter?: readonly number[];
}

function copyTree(
  { device, mountPoint: path, within }: BackupSource,
  { what, generation, links, totalBytes, limitMs = copyLimitMs, goesOnAfter }: Copying,
): readonly Step[] {
  const to = `${generation}${within}`;
  const old = links.map((directory) => `--link-dest=${directory}${within}`);
  const words = ['-aHAXS', '--numeric-ids', exactTimes, '--info=progress2', ...old, `${path}/`, `${to}/`];
  const copy: Step = {
    title: `Copy ${what} to ${to}`,
    before: [{ kind: 'answers', device }],
    action: { kind: 'run', command: changing('rsync', words, limitMs) },
    ...(goesOnAfter === undefined ? {} : { goesOnAfter }),
    ifStopped: 'killed',
    progress: { printedBy: 'rsync', totalBytes },
  };
  return [...(within === '' ? [] : [makeWithin(to)]), copy];
}

function makeWithin(path: string): Step {
  return {
    title: `Make ${path}`,
    action: { kind: 'run', command: changing('mkdir', ['-m', '0755', '-p', path]) },
    after: [{ kind: 'directory', path }],
  };
}
