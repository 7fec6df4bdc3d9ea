import type { Host } from '../../host/host.ts';
import { looking } from '../../model/command.ts';
import { sectorBytes } from '../../model/disk.ts';
import { lvmDmName } from '../../model/names.ts';
import { parseTableOf } from '../../parse/dmsetup-table.ts';
import type { Seen } from '../host-look.ts';
import { outputOf } from '../tool-result.ts';

/** Where an LV lies on its pool. */
export interface PlacedLv {
  /** `vg/lv` */
  readonly name: string;
  readonly dmName: string;
  readonly startSector: number;
  readonly sectors: number;
}

/** LVM keeps the first 512 KiB of a pool's virtual space (vdo_header_size; measured: the first LV begins there). */
const firstLvSector = 1024;

/**
 * Where the pool's LVs lie on it: of a running one the kernel tells, of a stopped one with one LV, LVM's layout. Of a
 * stopped one with several LVs nobody tells, and only the first is found.
 */
export async function placeLvs(
  host: Host,
  { volume, found: { pool, target } }: Seen,
): Promise<readonly PlacedLv[]> {
  const rows = pool?.lvs ?? [];
  const placed: PlacedLv[] = [];
  for (const row of rows) {
    const dmName = lvmDmName(row.vgName, row.lvName);
    const own = { name: `${row.vgName}/${row.lvName}`, dmName, sectors: row.sizeBytes / sectorBytes };
    if (volume.state === 'stopped') {
      if (placed.length === 0) placed.push({ ...own, startSector: firstLvSector });
      continue;
    }
    const lines = parseTableOf(dmName, outputOf(await host.run(looking('dmsetup', ['table', dmName]))));
    const [line, ...others] = lines;
    const [, number, start] = /^(\d+:\d+) (\d+)$/.exec(line?.parameters ?? '') ?? [];
    if (line?.target !== 'linear' || others.length > 0 || number !== target?.deviceNumber) continue;
    placed.push({ ...own, startSector: Number(start), sectors: line.sectors });
  }
  return placed;
}
