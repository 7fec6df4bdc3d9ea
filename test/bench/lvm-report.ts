import {
  diskOf,
  extentBytes,
  extentsPerPool,
  extentsStartBytes,
  groupOf,
  poolsPerGroup,
  type FixtureVolume,
} from './volumes.ts';

type Row = Readonly<Record<string, string>>;

/** `lvm fullreport`, with the columns that vdoctl asks for, in the form that LVM gives its JSON. */
export function formatLvmReport(volumes: readonly FixtureVolume[]): string {
  const pools = volumes.filter(({ stack }) => stack === 'lvm');
  const groups = [...new Set(pools.map(({ index }) => groupOf(index)))];
  const reports = groups.map((group) =>
    formatReport(
      group,
      pools.filter(({ index }) => groupOf(index) === group),
    ),
  );
  return `  {\n      "report": [\n${reports.join(',\n')}\n      ]\n      ,\n      "log": [\n      ]\n  }\n`;
}

function formatReport(group: string, pools: readonly FixtureVolume[]): string {
  const disk = pools[0] === undefined ? '' : `/dev/${diskOf(pools[0])}`;
  const parts: readonly (readonly [string, readonly Row[]])[] = [
    ['vg', [{ vg_name: group, vg_extent_size: String(extentBytes) }]],
    ['pv', [{ pv_name: disk, pe_start: String(extentsStartBytes) }]],
    ['lv', pools.flatMap((pool) => makeLvs(group, pool))],
    ['pvseg', [{ pvseg_start: '0' }]],
    ['seg', pools.flatMap((pool) => makeSegments(disk, pool))],
  ];
  const texts = parts.map(([name, rows]) => {
    const lines = rows.map((row) => `                  ${JSON.stringify(row)}`);
    return `              "${name}": [\n${lines.join(',\n')}\n              ]`;
  });
  return `          {\n${texts.join('\n              ,\n')}\n          }`;
}

function makeLvs(group: string, { index, name }: FixtureVolume): Row[] {
  const pool = name.split('/')[1] ?? '';
  const lv = pool.replace('pool', 'lv');
  const make = (lvName: string, at: string, more: Row): Row => ({
    lv_name: lvName,
    vg_name: group,
    lv_uuid: uuidOf(at, index),
    lv_size: String(extentsPerPool * extentBytes),
    lv_dm_path: `/dev/mapper/${group}-${lvName.replace(/[[\]]/g, '')}`,
    ...more,
  });
  return [
    make(lv, 'l', { pool_lv: pool, data_lv: '' }),
    make(pool, 'p', { pool_lv: '', data_lv: `[${pool}_vdata]` }),
    make(`[${pool}_vdata]`, 'd', { pool_lv: '', data_lv: '' }),
  ];
}

function makeSegments(disk: string, { index, name }: FixtureVolume): Row[] {
  const pool = name.split('/')[1] ?? '';
  const last = extentsPerPool - 1;
  const first = firstExtentOf(index);
  const make = (at: string, segtype: string, ranges: string): Row => ({
    lv_uuid: uuidOf(at, index),
    segtype,
    seg_start: '0',
    seg_size: String(extentsPerPool * extentBytes),
    seg_pe_ranges: ranges,
  });
  return [
    make('l', 'vdo', `${pool}:0-${String(last)}`),
    make('p', 'vdo-pool', `${pool}_vdata:0-${String(last)}`),
    make('d', 'linear', `${disk}:${String(first)}-${String(first + last)}`),
  ];
}

/** Where a pool's data begins on the disk that its group's pools share. */
export function firstExtentOf(index: number): number {
  return (Math.floor(index / 2) % poolsPerGroup) * extentsPerPool;
}

function uuidOf(part: string, index: number): string {
  return `${part}${String(index).padStart(5, '0')}-YPYp-NswO-tbZl-TXF7-J6Lz-S6s7Kr`;
}
