import * as z from 'zod/mini';
import type { Host } from '../../host/host.ts';
import { backupFactsSchema, type BackupFacts, type KeptGeneration } from '../../model/kept-generation.ts';
import { factsOf, sumsOf, timeOfGeneration } from '../../model/backup-names.ts';
import { Failure } from '../../model/problem.ts';
import { isOfBackup, listGenerations } from '../../stacks/saving/generations.ts';

/** Which generations are wanted; absent is all. */
export interface GenerationChoice {
  /** The volume, by its NAME or the name of its directory. */
  readonly volume?: string;
  readonly generation?: string;
}

/**
 * The generations below a directory that backups were made to, the oldest of each volume first.
 *
 * @throws Failure `usage` if nothing there is a backup, or nothing of what was chosen.
 */
export function readGenerations(
  { files }: Host,
  from: string,
  { volume, generation }: GenerationChoice = {},
): readonly KeptGeneration[] {
  const root = from.length > 1 ? from.replace(/\/+$/, '') : from;
  const names = files.list(root);
  const directories = names.kind === 'read' ? names.value.toSorted() : [];
  const own = directories.filter((name) => isOfBackup(files, `${root}/${name}`));
  if (own.length === 0)
    usage(`${root} holds no backup of vdoctl's: name the PATH that backup --to was given`);
  const all = own.flatMap((name) => readVolume(files, `${root}/${name}`, name));
  const chosen = all.filter(
    (each) =>
      (volume === undefined || [each.directory, each.facts?.volume].includes(volume)) &&
      (generation === undefined || each.generation === generation),
  );
  if (chosen.length === 0 && (volume !== undefined || generation !== undefined))
    usage(
      `${root} has no generation ${[generation, volume].filter((word) => word !== undefined).join(' of ')}`,
    );
  return chosen;
}

function usage(message: string): never {
  throw new Failure({ kind: 'usage', message });
}

function readVolume(files: Host['files'], path: string, directory: string): readonly KeptGeneration[] {
  return (listGenerations(files, path)?.whole ?? []).map((generation) => ({
    directory,
    generation,
    at: new Date(timeOfGeneration(generation)).toISOString(),
    path: `${path}/${generation}`,
    sums: sumsOf(path, generation),
    facts: readFacts(files, factsOf(path, generation)),
  }));
}

/** What was written beside a generation; null if that is gone, or not understood: the generation is whole without. */
function readFacts(files: Host['files'], path: string): BackupFacts | null {
  const text = files.readText(path);
  if (text.kind !== 'read') return null;
  try {
    return z.parse(backupFactsSchema, JSON.parse(text.value));
  } catch {
    return null;
  }
}
