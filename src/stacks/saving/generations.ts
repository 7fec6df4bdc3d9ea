import type { Files } from '../../host/host.ts';
import { changing } from '../../model/command.ts';
import {
  backupDirectory,
  isGeneration,
  isPartialGeneration,
  partialSuffix,
  sumsOf,
} from '../../model/backup-names.ts';
import type { Expectation, Step } from '../../model/plan.ts';

/** The generations of a volume's backup, in a directory, and the steps that make and remove them. */

export interface Generations {
  /** Whole ones, the oldest first. */
  readonly whole: readonly string[];
  /** What calls that were cut off left. */
  readonly partial: readonly string[];
}

/** What stands in a directory of generations; nothing if it does not exist. Undefined if it cannot be read. */
export function listGenerations(files: Files, directory: string): Generations | undefined {
  const names = files.list(directory);
  if (names.kind === 'missing') return { whole: [], partial: [] };
  if (names.kind !== 'read') return undefined;
  const sorted = names.value.toSorted();
  // One without checksums was not finished by vdoctl.
  const hasSums = (name: string): boolean => files.describe(sumsOf(directory, name)).kind === 'read';
  return {
    whole: sorted.filter((name) => isGeneration(name) && hasSums(name)),
    partial: sorted.filter(isPartialGeneration),
  };
}

/** Whether vdoctl keeps generations there. */
export function isOfBackup(files: Files, directory: string): boolean {
  return files.describe(`${directory}/${backupDirectory}`).kind === 'read';
}

/** The directory of a generation that is being made; undone, it is removed with all that is in it. */
export function beginGeneration(path: string): Step {
  return {
    title: `Begin the generation ${path}`,
    before: [{ kind: 'no-directory', path }],
    action: { kind: 'run', command: changing('mkdir', ['-m', '0700', '-p', path]) },
    after: [{ kind: 'directory', path }],
    undo: [removeGeneration(path)],
  };
}

const removalLimitMs = 24 * 60 * 60_000;

export function removeGeneration(path: string): Step {
  return {
    title: `Remove ${path}`,
    action: { kind: 'run', command: changing('rm', ['-r', '--one-file-system', path], removalLimitMs) },
    after: [{ kind: 'no-directory', path }],
    mayFailInPart: true,
  };
}

/**
 * Writes the checksums of a generation, and gives it its name: from then on it is whole.
 *
 * @param before what has to be so for the copy to be good
 */
export function completeGeneration(
  directory: string,
  generation: string,
  previous: string | undefined,
  before: readonly Expectation[],
): readonly Step[] {
  const partial = `${directory}/${generation}${partialSuffix}`;
  const path = `${directory}/${generation}`;
  return [
    {
      title: 'Write the checksum of every file',
      before: [{ kind: 'directory', path: partial }, ...before],
      action: {
        kind: 'write-sums',
        directory: partial,
        sums: sumsOf(directory, generation),
        previous:
          previous === undefined
            ? null
            : { directory: `${directory}/${previous}`, sums: sumsOf(directory, previous) },
      },
      ifStopped: 'killed',
    },
    {
      title: `Call it whole: ${path}`,
      before: [{ kind: 'no-directory', path }],
      action: { kind: 'run', command: changing('mv', ['-T', partial, path]) },
      after: [
        { kind: 'directory', path },
        { kind: 'no-directory', path: partial },
      ],
      pointOfNoReturn: true,
    },
  ];
}
