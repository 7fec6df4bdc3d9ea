import type { TableLine } from '../model/kernel.ts';
import { sectorBytes } from '../model/disk.ts';

/** How much room a thin pool or a snapshot of device-mapper has left. */
export interface DmRoom {
  /** `out_of_data_space`, `ro`, `needs_check`, `Fail`, `Invalid`; null if nothing is wrong. */
  readonly state: string | null;
  readonly leftBytes: number;
}

/**
 * The room of a thin pool: thin-provisioning.rst, "Status". Undefined if the line is of another form.
 *
 * @param status its line of `dmsetup status`
 * @param table its line of `dmsetup table`, which has the size of its blocks
 */
export function parseThinPoolRoom(status: TableLine, table: TableLine): DmRoom | undefined {
  const words = status.parameters.split(' ');
  if (words[0] === 'Fail' || words[0] === 'Error') return { state: words[0], leftBytes: 0 };
  const blocks = /^(\d+)\/(\d+)$/.exec(words[2] ?? '');
  const blockSectors = Number(table.parameters.split(' ')[2]);
  if (blocks === null || !Number.isSafeInteger(blockSectors)) return undefined;
  const [, used, total] = blocks;
  const leftBytes = Math.max(0, Number(total) - Number(used)) * blockSectors * sectorBytes;
  const mode = words.find((word) => ['out_of_data_space', 'ro', 'needs_check'].includes(word));
  return { state: mode ?? null, leftBytes: mode === undefined ? leftBytes : 0 };
}

/** The room of a snapshot: snapshot.rst, "dmsetup status". Undefined if the line is of another form. */
export function parseSnapshotRoom({ parameters }: TableLine): DmRoom | undefined {
  const sectors = /^(\d+)\/(\d+) \d+$/.exec(parameters);
  if (sectors !== null) {
    const [, used, total] = sectors;
    return { state: null, leftBytes: (Number(total) - Number(used)) * sectorBytes };
  }
  return /^(?:Invalid|Overflow|Merge failed)$/.test(parameters)
    ? { state: parameters, leftBytes: 0 }
    : undefined;
}
