import type { Files } from '../host/host.ts';
import { beginOfId, directory, kindOfFile } from './record-files.ts';

/** How much of the history is kept. */
export interface Retention {
  readonly count: number;
  readonly days: number;
}

const dayMs = 24 * 3_600_000;

/**
 * Removes finished operations that began too long ago, and the oldest of those beyond the count. Unfinished operations
 * stay, and so does every file that is not an operation. A failure does no harm.
 *
 * @param now milliseconds since the epoch.
 */
export function pruneHistory(files: Files, now: number, { count, days }: Retention): void {
  const names = files.list(directory);
  if (names.kind !== 'read') return;
  const over = names.value.filter((name) => kindOfFile(name) === 'over' && beginOfId(name) !== undefined);
  const newestFirst = over.sort().reverse();
  for (const [index, name] of newestFirst.entries()) {
    const isOld = now - (beginOfId(name) ?? now) > days * dayMs;
    if (isOld || index >= count) files.remove(`${directory}/${name}`);
  }
}
