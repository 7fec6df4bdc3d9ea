import * as z from 'zod/mini';
import type { LvmReport, LvRow, PvRow, SegmentRow } from '../model/kernel.ts';
import { notUnderstood } from '../model/problem.ts';
import { isCount } from './text.ts';

const tool = 'lvm';

const text = z.string();
const name = z.string().check(z.minLength(1, 'is empty'));
const count = z.pipe(
  z.string().check(z.refine(isCount, 'is not a whole number in range')),
  z.transform((word: string) => Number(word)),
);

const lv = z.object({
  lv_name: name,
  vg_name: name,
  lv_uuid: name,
  lv_attr: name,
  lv_size: count,
  lv_dm_path: name,
  pool_lv: text,
  data_lv: text,
});
/** Plain `lvs` can tell the segment type with the LV; asked for it, `fullreport` refuses the whole report. */
const lvOfLvs = z.extend(lv, { segtype: name });

const seg = z.object({
  lv_uuid: name,
  segtype: name,
  seg_start: count,
  seg_size: count,
  seg_pe_ranges: text,
});

const pv = z.object({ pv_name: name, pe_start: count });
const vg = z.object({ vg_name: name, vg_extent_size: count });

const group = z.object({ vg: z.array(vg), pv: z.array(pv), lv: z.array(lv), seg: z.array(seg) });
/** Physical volumes that belong to no volume group have a report of their own, without the other parts. */
const orphans = z.object({
  pv: z.array(z.object({ pv_name: z.optional(name) })),
  vg: z.optional(z.never()),
  lv: z.optional(z.never()),
  seg: z.optional(z.never()),
});

const fullReport = z.object({ report: z.array(z.unknown()) });
const lvsReport = z.object({ report: z.array(z.object({ lv: z.array(lvOfLvs) })) });

/**
 * Every volume group in the output of `lvm fullreport --reportformat json --units b --nosuffix`, with the reports
 * `vg`, `pv`, `lv` and `seg`, and in them at least the fields that the model needs; others are ignored.
 *
 * @throws Failure `not-understood` at what is no JSON, and where a field is missing or wrong: the reason names its
 *   path.
 */
export function parseLvmReport(output: string): LvmReport[] {
  const { report } = check(fullReport, parseJson(output), '');
  return report.flatMap((each, at) => {
    if (orphans.safeParse(each).success) return [];
    const { vg: vgs, pv: pvs, lv: lvs, seg: segments } = check(group, each, `report.${String(at)}.`);
    const [found, ...others] = vgs;
    if (found === undefined || others.length > 0)
      notUnderstood(tool, show(vgs), 'a report must be of one volume group');
    // Where an LV has several segments, the first tells its type.
    const segmentTypes = new Map(segments.toReversed().map((row) => [row.lv_uuid, row.segtype]));
    return [
      {
        vgName: found.vg_name,
        extentBytes: found.vg_extent_size,
        pvs: pvs.map((row): PvRow => ({ pvName: row.pv_name, extentsStartBytes: row.pe_start })),
        lvs: lvs.map((row) => readLv(row, segmentTypes.get(row.lv_uuid) ?? '')),
        segments: segments.map(readSegment),
      },
    ];
  });
}

/** The physical volumes that belong to no group, in the same output. Throws as above. */
export function parseOrphans(output: string): string[] {
  const { report } = check(fullReport, parseJson(output), '');
  return report.flatMap((each) => {
    const found = orphans.safeParse(each);
    return found.success ? found.data.pv.flatMap((row) => row.pv_name ?? []) : [];
  });
}

/** The rows of `lvs -a --reportformat json --units b --nosuffix`, which has only the `lv` report. Throws as above. */
export function parseLvs(output: string): LvRow[] {
  const { report } = check(lvsReport, parseJson(output), '');
  return report.flatMap((each) => each.lv).map((row) => readLv(row, row.segtype));
}

function parseJson(output: string): unknown {
  try {
    return JSON.parse(output);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return notUnderstood(tool, output.trimStart().split('\n')[0] ?? '', `not JSON: ${error.message}`);
  }
}

function check<T extends z.ZodMiniType>(schema: T, value: unknown, prefix: string): z.infer<T> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const { path, message } = result.error.issues[0] ?? { path: [], message: 'not of the form expected' };
  return notUnderstood(tool, show(rowOf(value, path)), `${prefix}${path.map(String).join('.')}: ${message}`);
}

/** What holds the field at the path's end. */
function rowOf(value: unknown, path: readonly PropertyKey[]): unknown {
  let row = value;
  for (const key of path.slice(0, -1)) {
    row = typeof row === 'object' && row !== null ? Reflect.get(row, key) : undefined;
  }
  return row;
}

function show(value: unknown): string {
  return value === undefined ? '' : JSON.stringify(value);
}

function readLv(row: z.infer<typeof lv>, segmentType: string): LvRow {
  const dmName = row.lv_dm_path.slice(row.lv_dm_path.lastIndexOf('/') + 1);
  if (dmName === '') notUnderstood(tool, show(row), 'lv_dm_path: has no last part');
  return {
    lvName: withoutBrackets(row.lv_name),
    vgName: row.vg_name,
    lvUuid: row.lv_uuid,
    attributes: row.lv_attr,
    sizeBytes: row.lv_size,
    dmName,
    poolName: row.pool_lv === '' ? undefined : withoutBrackets(row.pool_lv),
    dataName: row.data_lv === '' ? undefined : withoutBrackets(row.data_lv),
    segmentType,
  };
}

function withoutBrackets(lvName: string): string {
  return /^\[(.+)\]$/.exec(lvName)?.[1] ?? lvName;
}

function readSegment(row: z.infer<typeof seg>): SegmentRow {
  return {
    lvUuid: row.lv_uuid,
    segmentType: row.segtype,
    startBytes: row.seg_start,
    sizeBytes: row.seg_size,
    ranges: row.seg_pe_ranges.split(' ').flatMap((range) => readRange(row, range)),
  };
}

/** LVM's name for a physical volume whose device is missing. */
const missing = '[unknown]';

/**
 * A range of a segment that lies on another LV names that LV, in brackets when it is hidden: no range of a PV. PVs
 * are paths, but for a missing one, which is kept so that nobody takes the segment for one that needs no disk.
 */
function readRange(row: z.infer<typeof seg>, range: string): SegmentRow['ranges'][number][] {
  if (range === '') return [];
  const [, where = '', from = '', to = ''] = /^(.+):([0-9]+)-([0-9]+)$/.exec(range) ?? [];
  if (!isCount(from) || !isCount(to) || Number(to) < Number(from)) {
    notUnderstood(tool, show(row), `seg_pe_ranges: "${range}" is not of the form PV:FIRST-LAST`);
  }
  if (!where.startsWith('/') && where !== missing) return [];
  return [{ pv: where, first: Number(from), last: Number(to) }];
}
