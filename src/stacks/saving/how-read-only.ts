import type { Host } from '../../host/host.ts';
import { findVdoLogLines } from '../../parse/kernel-log.ts';
import type { Seen } from '../host-look.ts';
import { readKernelLines } from '../kernel-log.ts';

/**
 * How a running read-only volume came to be so. `while-running`: its block map is in memory, and it shows everything.
 * `at-its-start`: its journal was not replayed. `unknown`: neither is told.
 */
export type HowReadOnly = 'while-running' | 'at-its-start' | 'unknown';

/**
 * Tells it by the kernel's counter of journal blocks, which a volume that comes up read-only never writes; else by the
 * kernel log since its last start, where that is still there. (Measured on kvdo 6.2, 8.2 and Linux 6.12.)
 */
export async function askHowReadOnly(
  host: Host,
  { found, volume }: Pick<Seen, 'found' | 'volume'>,
): Promise<HowReadOnly> {
  if ((volume.statistics?.journalBlocksWritten ?? 0) > 0) return 'while-running';
  const called = [found.dmName, ...(found.target === undefined ? [] : [found.target.deviceNumber])];
  const lines = await readKernelLines(host, called);
  if (lines.length === 0) return 'unknown';
  const went = findVdoLogLines(lines.join('\n')).some(
    ({ kind, line }) => kind === 'went-read-only' && !line.includes('load error'),
  );
  return went ? 'while-running' : 'at-its-start';
}
