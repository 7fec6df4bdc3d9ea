import type { LvmReport, LvRow, PvRow, SegmentRow } from '../model/kernel.ts';
import type { Told } from '../model/odd.ts';
import { notUnderstood } from '../model/problem.ts';
import { readSwitch } from './lvm-switch.ts';
import { isCount, Oddities } from './text.ts';

const tool = 'lvm';

/** The rules for a field's value. In LVM's JSON every value is a string. */
const rules = {
  text: () => undefined,
  name: (value: string) => (value === '' ? 'is empty' : undefined),
  count: (value: string) => (isCount(value) ? undefined : 'is not a whole number in range'),
} satisfies Readonly<Record<string, (value: string) => string | undefined>>;

type Fields = Readonly<Record<string, keyof typeof rules>>;
type Row<F extends Fields> = Readonly<Record<keyof F, string>>;

// Checked by hand: zod takes longer to load than the rest of a look, and LVM may have thousands of rows.
const vg = { vg_name: 'name', vg_extent_size: 'count' } as const;
const pv = { pv_name: 'name', pe_start: 'count' } as const;
const lv = {
  lv_name: 'name',
  vg_name: 'name',
  lv_uuid: 'name',
  lv_size: 'count',
  lv_dm_path: 'name',
  pool_lv: 'text',
  data_lv: 'text',
} as const;
const seg = {
  lv_uuid: 'name',
  segtype: 'name',
  seg_start: 'count',
  seg_size: 'count',
  seg_pe_ranges: 'text',
} as const;

/**
 * Every volume group in the output of `lvm fullreport --reportformat json --units b --nosuffix`, with the reports
 * `vg`, `pv`, `lv` and `seg`. These must have the fields that the model needs; other fields are ignored.
 *
 * What is not understood goes to `odd`, with its path, and hides nothing else: a row, the LV of a segment, or a group.
 *
 * @throws Failure `not-understood` where the output is no JSON.
 */
export function parseLvmReport(output: string): Told<LvmReport> {
  const oddities = new Oddities();
  const rows = readReports(output, oddities).flatMap((report, at) => {
    if (orphansOf(report) !== undefined) return [];
    const name = nameOfGroup(report);
    const what = `the volume group ${name ?? `of report ${String(at)}`}`;
    const place = `report.${String(at)}.`;
    const ofGroup = new Oddities();
    const group = ofGroup.attempt(what, () => readGroup(report, place, ofGroup));
    oddities.addAllOf(ofGroup, name);
    return group ?? [];
  });
  return { rows, odd: oddities.found };
}

function readGroup(report: unknown, place: string, oddities: Oddities): LvmReport {
  const group = requireObject(report, place, report);
  const vgs = requireRows(group, 'vg', vg, place);
  const [found, ...others] = vgs;
  if (found === undefined || others.length > 0)
    notUnderstood(tool, show(vgs), 'a report must be of one volume group');
  const pvs = takeRows(group, 'pv', pv, place, oddities);
  const lvs = takeRows(group, 'lv', lv, place, oddities);
  const segs = takeRows(group, 'seg', seg, place, oddities);
  // A segment that names no LV may belong to any of them: then the place of every LV in the group is unknown.
  const odd = new Set(segs.odd.map((row) => row.lv_uuid ?? notUnderstood(tool, show(row), 'it names no LV')));
  const segments = segs.rows.flatMap((row) => {
    const segment = oddities.attempt('a segment', () => readSegment(row));
    if (segment === undefined) odd.add(row.lv_uuid);
    return segment ?? [];
  });
  // The first of an LV's segments tells its type.
  const segmentTypes = new Map(segs.rows.toReversed().map((row) => [row.lv_uuid, row.segtype]));
  return {
    vgName: found.vg_name,
    extentBytes: Number(found.vg_extent_size),
    pvs: pvs.rows.map((row): PvRow => {
      const isMissing = readOptional(row, 'pv_attr')[missingAt] === 'm';
      const pvRow = { pvName: row.pv_name, extentsStartBytes: Number(row.pe_start) };
      return isMissing ? { ...pvRow, isMissing } : pvRow;
    }),
    lvs: lvs.rows
      .filter(({ lv_uuid: uuid }) => !odd.has(uuid))
      .flatMap((row) => {
        const type = segmentTypes.get(row.lv_uuid) ?? '';
        return oddities.attempt(`the LV ${row.vg_name}/${row.lv_name}`, () => readLv(row, type)) ?? [];
      }),
    segments: segments.filter(({ lvUuid }) => !odd.has(lvUuid)),
  };
}

function nameOfGroup(report: unknown): string | undefined {
  const [first] = isObject(report) && Array.isArray(report['vg']) ? (report['vg'] as unknown[]) : [];
  const name = isObject(first) ? first['vg_name'] : undefined;
  return typeof name === 'string' ? name : undefined;
}

/** The physical volumes without a group in the same output. @throws as {@link parseLvmReport} */
export function parseOrphans(output: string): string[] {
  return readReports(output, new Oddities()).flatMap((report) => orphansOf(report) ?? []);
}

type JsonObject = Readonly<Record<string, unknown>>;

/** LVM prints its warnings to stderr. A line before the document all the same is not part of the document. */
function readReports(output: string, oddities: Oddities): readonly unknown[] {
  const begin = /^\s*\{/m.exec(output)?.index ?? 0;
  const [stray = ''] = output.slice(0, begin).trim().split('\n');
  if (stray !== '') oddities.addHarmless('a line of its answer', tool, stray, 'it stands before the report');
  const data = parseJson(output.slice(begin));
  return requireArray(requireObject(data, '', data)['report'], 'report', data);
}

/** Physical volumes without a volume group have a report of their own, which lacks the other parts. */
function orphansOf(report: unknown): string[] | undefined {
  if (!isObject(report) || !Array.isArray(report['pv'])) return undefined;
  if (['vg', 'lv', 'seg'].some((part) => report[part] !== undefined)) return undefined;
  const names = report['pv'].map((row: unknown) => (isObject(row) ? row['pv_name'] : null));
  const isGood = names.every((each) => each === undefined || (typeof each === 'string' && each !== ''));
  return isGood ? names.flatMap((each) => each ?? []).map(String) : undefined;
}

/** The rows of one part of a report. @throws Failure where one lacks a field, or has it in another form. */
function requireRows<F extends Fields>(
  report: JsonObject,
  part: string,
  fields: F,
  place: string,
): readonly Row<F>[] {
  return requireArray(report[part], `${place}${part}`, report).map((row, at) =>
    requireRow(row, fields, `${place}${part}.${String(at)}`),
  );
}

interface Rows<F extends Fields> {
  readonly rows: readonly Row<F>[];
  /** The rows that are not understood, with whatever fields they have. */
  readonly odd: readonly Partial<Row<F>>[];
}

/** The rows of one part of a report, with those that are not understood kept apart. */
function takeRows<F extends Fields>(
  report: JsonObject,
  part: string,
  fields: F,
  place: string,
  oddities: Oddities,
): Rows<F> {
  const rows: Row<F>[] = [];
  const odd: Partial<Row<F>>[] = [];
  for (const [at, each] of requireArray(report[part], `${place}${part}`, report).entries()) {
    const row = oddities.attempt(describeRow(part, each), () =>
      requireRow(each, fields, `${place}${part}.${String(at)}`),
    );
    if (row !== undefined) rows.push(row);
    else if (isObject(each)) odd.push(each as Partial<Row<F>>);
  }
  return { rows, odd };
}

/** Names what a row tells of, as far as it says so itself. */
function describeRow(part: string, row: unknown): string {
  const { vg_name: group, lv_name: name, pv_name: device } = isObject(row) ? row : {};
  if (part === 'lv' && typeof name === 'string') return `the LV ${String(group)}/${name}`;
  if (part === 'pv' && typeof device === 'string') return `the physical volume ${device}`;
  return `a row of "${part}"`;
}

function requireRow<F extends Fields>(each: unknown, fields: F, path: string): Row<F> {
  const row = requireObject(each, path, each);
  for (const [field, rule] of Object.entries(fields)) {
    const value = row[field];
    const wrong = typeof value === 'string' ? rules[rule](value) : invalid;
    if (wrong !== undefined) notUnderstood(tool, show(row), `${path}.${field}: ${wrong}`);
  }
  return row as Row<F>;
}

const invalid = 'Invalid input';

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** `around`: what holds the value; the error shows it. */
function requireObject(value: unknown, path: string, around: unknown): JsonObject {
  return isObject(value) ? value : notUnderstood(tool, show(around), `${path}: ${invalid}`);
}

function requireArray(value: unknown, path: string, around: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : notUnderstood(tool, show(around), `${path}: ${invalid}`);
}

function parseJson(output: string): unknown {
  try {
    return JSON.parse(output);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return notUnderstood(tool, output.trimStart().split('\n')[0] ?? '', `not JSON: ${error.message}`);
  }
}

function show(value: unknown): string {
  return value === undefined ? '' : JSON.stringify(value);
}

function readLv(row: Row<typeof lv>, segmentType: string): LvRow {
  const dmName = row.lv_dm_path.slice(row.lv_dm_path.lastIndexOf('/') + 1);
  if (dmName === '') notUnderstood(tool, show(row), 'lv_dm_path: has no last part');
  return {
    lvName: withoutBrackets(row.lv_name),
    vgName: row.vg_name,
    lvUuid: row.lv_uuid,
    sizeBytes: Number(row.lv_size),
    dmName,
    poolName: row.pool_lv === '' ? undefined : withoutBrackets(row.pool_lv),
    dataName: row.data_lv === '' ? undefined : withoutBrackets(row.data_lv),
    segmentType,
    originName: readOptional(row, 'origin') || undefined,
    isPartial: readOptional(row, 'lv_attr')[healthAt] === 'p',
  };
}

/** Place of the volume health in `lv_attr`: lvs(8). */
const healthAt = 8;
/** Place of the missing flag in `pv_attr`: pvs(8). */
const missingAt = 2;

/** A field that older reports lack, without brackets; empty where it is absent. */
function readOptional(row: object, field: string): string {
  const value: unknown = (row as Readonly<Record<string, unknown>>)[field];
  return typeof value === 'string' ? withoutBrackets(value) : '';
}

function withoutBrackets(lvName: string): string {
  return /^\[(.+)\]$/.exec(lvName)?.[1] ?? lvName;
}

function readSegment(row: Row<typeof seg>): SegmentRow {
  const ranges = row.seg_pe_ranges.split(' ').flatMap((range) => readRange(row, range));
  const isOnPv = ({ where }: Range): boolean => where.startsWith('/') || where === missing;
  return {
    lvUuid: row.lv_uuid,
    segmentType: row.segtype,
    startBytes: Number(row.seg_start),
    sizeBytes: Number(row.seg_size),
    ranges: ranges.filter(isOnPv).map(({ where, first, last }) => ({ pv: where, first, last })),
    lvNames: ranges.filter((range) => !isOnPv(range)).map(({ where }) => withoutBrackets(where)),
    ...readSwitches(row),
  };
}

/** LVM is asked only while it runs a pool. It then answers for every segment: -1 for one without switches. */
function readSwitches(row: Row<typeof seg>): Pick<SegmentRow, 'switches'> {
  const [compression, deduplication] = ['vdo_compression', 'vdo_deduplication'].map((field) =>
    readOptional(row, field),
  );
  if (row.segtype !== 'vdo-pool' || compression === undefined || deduplication === undefined) return {};
  if (compression === '' && deduplication === '') return {};
  const switches = {
    ...readSwitch('compression', compression),
    ...readSwitch('deduplication', deduplication),
  };
  return { switches };
}

/** LVM's name for a physical volume whose device is missing. */
const missing = '[unknown]';

interface Range {
  readonly where: string;
  readonly first: number;
  readonly last: number;
}

/**
 * Reads one range. A PV is a path, except a missing one, which is kept so that the segment does not seem to need no
 * disk. A range on another LV names that LV, in brackets when it is hidden.
 */
function readRange(row: Row<typeof seg>, range: string): Range[] {
  if (range === '') return [];
  const [, where = '', from = '', to = ''] = /^(.+):([0-9]+)-([0-9]+)$/.exec(range) ?? [];
  if (!isCount(from) || !isCount(to) || Number(to) < Number(from)) {
    notUnderstood(tool, show(row), `seg_pe_ranges: "${range}" is not of the form PV:FIRST-LAST`);
  }
  return [{ where, first: Number(from), last: Number(to) }];
}
