import { dmNumber, findKernelDevice } from '../world/devices.ts';
import type { OpenCounts } from '../world/opens.ts';
import {
  dmPathOf,
  findActive,
  findInVg,
  isPartial,
  listMissingPvs,
  type FoundLv,
} from '../world/lvm-model.ts';
import {
  countFreeExtents,
  countPvExtents,
  countTakenExtents,
  countVgExtents,
  findEndOfTaken,
} from '../world/lvm-space.ts';
import { describeTuning, tuningOf } from '../world/lvm-tuning.ts';
import { countUsedBlocks } from '../world/vdo-report.ts';
import { modeOf } from '../world/vdo-running.ts';
import { imageOf } from '../world/vdo-start.ts';
import type { DmDevice, Lv, Pv, Vg, VdoImage, World } from '../world/world.ts';

/** The reports of LVM: fields by name, rows, and LVM's way to lay out JSON. */

export type LvmReportRow = Readonly<Record<string, string>>;
export type ReportKind = 'vg' | 'pv' | 'lv' | 'pvseg' | 'seg';

/** Every row of a report with every field that the model knows; the caller picks the columns. */
export const reports: Readonly<
  Record<ReportKind, (world: World, vg: Vg, opens: OpenCounts) => LvmReportRow[]>
> = {
  vg: (world, vg) => [
    {
      vg_name: vg.name,
      vg_uuid: vg.uuid,
      vg_extent_size: String(vg.extentBytes),
      pv_count: String(vg.pvs.length),
      lv_count: String(vg.lvs.filter(({ kind }) => kind !== 'vdo-data').length),
      ...describeVgSpace(world, vg),
      vg_attr: vg.lvs.some((lv) => isPartial(world, { vg, lv })) ? 'wz-pn-' : 'wz--n-',
    },
  ],
  pv: (world, vg) => vg.pvs.map((pv) => describePv(world, vg, pv)),
  lv: (world, vg, opens) =>
    [...vg.lvs]
      .sort((one, other) => (one.name < other.name ? -1 : 1))
      .map((lv) => describeLv(world, { vg, lv }, opens)),
  pvseg: (world, vg) => vg.pvs.flatMap((pv) => describePvSegments(world, vg, pv)),
  seg: (world, vg) => vg.lvs.flatMap((lv) => describeSegments(world, { vg, lv })),
};

function describeVgSpace(world: World, vg: Vg): LvmReportRow {
  const extents = countVgExtents(world, vg);
  const free = countFreeExtents(world, vg);
  return {
    vg_extent_count: String(extents),
    vg_free_count: String(free),
    vg_size: String(extents * vg.extentBytes),
    vg_free: String(free * vg.extentBytes),
  };
}

/** A physical volume with the fields of its group, which LVM adds if a call asks for them. */
function describePv(world: World, vg: Vg, pv: Pv): LvmReportRow {
  const extents = countPvExtents(world, vg, pv);
  const taken = countTakenExtents(vg, pv);
  const isMissing = listMissingPvs(world, vg).includes(pv);
  return {
    ...describeDevice(world, pv),
    pv_name: nameOfPv(world, vg, pv.device),
    pv_size: String(extents * vg.extentBytes),
    pv_free: String((extents - taken) * vg.extentBytes),
    pv_used: String(taken * vg.extentBytes),
    pv_pe_count: String(extents),
    pv_pe_alloc_count: String(taken),
    pv_missing: isMissing ? 'missing' : '',
    pv_attr: isMissing ? 'a-m' : 'a--',
    vg_name: vg.name,
    vg_extent_size: String(vg.extentBytes),
    ...describeVgSpace(world, vg),
  };
}

/** LVM names a physical volume by its device, and knows no device for a missing one. */
function nameOfPv(world: World, vg: Vg, device: string): string {
  return listMissingPvs(world, vg).some((pv) => pv.device === device) ? '[unknown]' : device;
}

function describeDevice(world: World, { device, uuid, startBytes }: Pv): LvmReportRow {
  const devBytes = findKernelDevice(world, device)?.sizeBytes ?? 0;
  return { pv_name: device, pv_uuid: uuid, pe_start: String(startBytes), dev_size: String(devBytes) };
}

/** Physical volumes that belong to no group: the fields of a group are empty or 0. */
export function listFreePvs(world: World): LvmReportRow[] {
  return (world.freePvs ?? []).map((pv) => ({
    ...describeDevice(world, pv),
    pv_size: String(pv.sizeBytes ?? 0),
    pv_free: String(pv.sizeBytes ?? 0),
    pv_used: '0',
    pv_pe_count: '0',
    pv_pe_alloc_count: '0',
    pv_missing: '',
    pv_attr: '---',
    vg_name: '',
    vg_extent_size: '0',
    vg_extent_count: '0',
    vg_free_count: '0',
    vg_size: '0',
    vg_free: '0',
  }));
}

const segmentTypes = {
  vdo: 'vdo',
  'vdo-pool': 'vdo-pool',
  'vdo-data': 'linear',
  linear: 'linear',
  snapshot: 'linear',
} as const;

function shownName({ lv }: FoundLv): string {
  return lv.kind === 'vdo-data' ? `[${lv.name}]` : lv.name;
}

function describeLv(world: World, found: FoundLv, opens: OpenCounts): LvmReportRow {
  const { vg, lv } = found;
  // A pool has no device of its own name: LVM does not know whether it is open.
  const device = lv.kind === 'vdo-pool' ? undefined : findActive(world, found);
  const isOpen = device !== undefined && opens.has(dmNumber(device));
  return {
    lv_name: shownName(found),
    vg_name: vg.name,
    lv_full_name: `${vg.name}/${lv.name}`,
    lv_uuid: lv.uuid,
    lv_attr: attributesOf(world, found, device, opens),
    lv_size: String(lv.sizeBytes),
    lv_active: device === undefined ? '' : 'active',
    lv_device_open: device === undefined ? 'unknown' : isOpen ? 'open' : '',
    lv_health_status: isPartial(world, found) ? 'partial' : '',
    lv_path: lv.kind === 'vdo-data' ? '' : `/dev/${vg.name}/${lv.name}`,
    lv_dm_path: dmPathOf(found),
    pool_lv: lv.pool ?? '',
    origin: lv.snapshot?.origin ?? '',
    data_lv: lv.data === undefined ? '' : `[${lv.data}]`,
    segtype: segmentTypes[lv.kind],
    vg_free: describeVgSpace(world, vg)['vg_free'] ?? '',
    seg_monitor: lv.kind === 'vdo-pool' ? describeMonitor(world, lv) : '',
    lv_profile: lv.profile ?? '',
    vg_profile: '',
    ...describeSwitches(vg, lv),
    ...describeNumbers(vg, lv),
    ...describeVdo(world, found),
  };
}

function describeMonitor({ autoextend }: World, { isMonitored = true }: Lv): string {
  if (autoextend?.monitoring === 0) return 'not enabled';
  return isMonitored ? 'monitored' : 'not monitored';
}

/** The switches of the pool in LVM's metadata, as `--binary` prints them: 1 or 0. Empty for an LV without a pool. */
function describeSwitches(vg: Vg, lv: Lv): LvmReportRow {
  const pool = lv.kind === 'vdo' ? findInVg(vg, lv.pool) : lv;
  const { compression, deduplication } = pool.reduces ?? { compression: true, deduplication: true };
  const show = (isOn: boolean): string => (pool.kind !== 'vdo-pool' ? '' : isOn ? '1' : '0');
  return { vdo_compression: show(compression), vdo_deduplication: show(deduplication) };
}

/** What LVM has recorded of the pool; empty for an LV without one. */
function describeNumbers(vg: Vg, lv: Lv): LvmReportRow {
  const pool = lv.kind === 'vdo' ? findInVg(vg, lv.pool) : lv;
  const told = describeTuning(tuningOf(pool));
  return pool.kind === 'vdo-pool'
    ? told
    : Object.fromEntries(Object.keys(told).map((column) => [column, '']));
}

const attributeHeads = {
  vdo: 'vwi',
  'vdo-pool': 'dwi',
  'vdo-data': 'Dwi',
  linear: '-wi',
  snapshot: 'sri',
} as const;

function attributesOf(world: World, found: FoundLv, device: DmDevice | undefined, opens: OpenCounts): string {
  const { lv } = found;
  const active = device === undefined ? '-' : device.suspended ? 's' : 'a';
  const open = device !== undefined && opens.has(dmNumber(device)) ? 'o' : '-';
  const target = lv.kind === 'vdo' ? 'v' : '-';
  const health = isPartial(world, found) ? 'p' : '-';
  return `${attributeHeads[lv.kind]}-${active}${open}${target}-${health}-`;
}

const noVdo: LvmReportRow = {
  data_percent: '',
  vdo_operating_mode: '',
  vdo_compression_state: '',
  vdo_index_state: '',
  vdo_used_size: '',
  vdo_saving_percent: '',
};

/** What LVM says of the running vdo target, for the pool and for each active LV in it. */
function describeVdo(world: World, found: FoundLv): LvmReportRow {
  const { vg, lv } = found;
  const pool = lv.kind === 'vdo' ? findInVg(vg, lv.pool) : lv;
  const target = pool.kind === 'vdo-pool' ? findActive(world, { vg, lv: pool }) : undefined;
  const image = target === undefined ? undefined : imageOf(world, target);
  const isShown = lv.kind === 'vdo-pool' || findActive(world, found) !== undefined;
  if (target?.vdo === undefined || image === undefined || !isShown) return noVdo;
  const isNormal = modeOf(target) === 'normal';
  const used = countUsedBlocks(world, target, image);
  return {
    data_percent: isNormal ? percentOf(found, image, used) : '',
    vdo_operating_mode: modeOf(target),
    vdo_compression_state: target.vdo.compression ? 'online' : 'offline',
    vdo_index_state: target.vdo.index,
    vdo_used_size: String(used * 4096),
    vdo_saving_percent: isNormal ? savingOf(image) : '',
  };
}

function percentOf({ lv }: FoundLv, image: VdoImage, used: number): string {
  const share =
    lv.kind === 'vdo-pool' ? used / image.physicalBlocks : (image.dataBlocks * 4096) / lv.sizeBytes;
  return (100 * share).toFixed(2);
}

/** LVM calls an empty volume a hundred percent saved. */
function savingOf(image: VdoImage): string {
  if (image.logicalUsedBlocks === 0) return '100.00';
  return ((100 * (image.logicalUsedBlocks - image.dataBlocks)) / image.logicalUsedBlocks).toFixed(2);
}

function describeSegments(world: World, found: FoundLv): LvmReportRow[] {
  const { vg, lv } = found;
  const base = {
    ...{ lv_uuid: lv.uuid, lv_name: shownName(found), segtype: segmentTypes[lv.kind] },
    ...describeSwitches(vg, lv),
  };
  if (lv.segments.length === 0) {
    // An LV of a pool counts the pool's own extents, however large it is itself.
    const pool = lv.kind === 'vdo' ? findInVg(vg, lv.pool) : lv;
    const extents = pool.sizeBytes / vg.extentBytes;
    const range = `${lv.pool ?? lv.data ?? ''}:0-${String(extents - 1)}`;
    return [{ ...base, seg_start: '0', seg_size: String(lv.sizeBytes), seg_pe_ranges: range }];
  }
  let start = 0;
  return lv.segments.map(({ pv, firstExtent, extents }) => {
    const row = {
      ...base,
      seg_start: String(start * vg.extentBytes),
      seg_size: String(extents * vg.extentBytes),
      seg_pe_ranges: `${nameOfPv(world, vg, pv)}:${String(firstExtent)}-${String(firstExtent + extents - 1)}`,
    };
    start += extents;
    return row;
  });
}

/** Where the segments of a PV begin: those of LVs, and the free one behind them. */
function describePvSegments(world: World, vg: Vg, pv: Pv): LvmReportRow[] {
  const pieces = vg.lvs.flatMap(({ segments }) => segments).filter((segment) => segment.pv === pv.device);
  const end = findEndOfTaken(vg, pv);
  const free = end < countPvExtents(world, vg, pv) ? [end] : [];
  const starts = new Set([...pieces.map(({ firstExtent }) => firstExtent), ...free]);
  return [...starts].sort((one, other) => one - other).map((start) => ({ pvseg_start: String(start) }));
}
