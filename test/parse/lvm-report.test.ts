import { describe, expect, test } from 'vitest';
import type { LvRow } from '../../src/model/kernel.ts';
import { parseLvmReport as readLvmReport } from '../../src/parse/lvm-report.ts';
import { failureOf, strictly } from './expect-failure.ts';
import { asFullReport } from './lvs.ts';
import { recorded } from './recordings.ts';

const parseLvmReport = strictly(readLvmReport);

const lv1: LvRow = {
  lvName: 'lv1',
  vgName: 'vg',
  lvUuid: 'q09AJv-YPYp-NswO-tbZl-TXF7-J6Lz-S6s7Kr',
  sizeBytes: 21474836480,
  dmName: 'vg-lv1',
  poolName: 'vpool',
  dataName: undefined,
  segmentType: 'vdo',
  originName: undefined,
  isPartial: false,
};
const pool: LvRow = {
  ...lv1,
  lvName: 'vpool',
  lvUuid: 'sfhcm5-48QR-iffV-JUuT-fJQh-MfU8-HcYvhV',
  sizeBytes: 7516192768,
  dmName: 'vg-vpool',
  poolName: undefined,
  dataName: 'vpool_vdata',
  segmentType: 'vdo-pool',
};
const data: LvRow = {
  ...pool,
  lvName: 'vpool_vdata',
  lvUuid: 'szTUQc-iLaA-0MDR-9l10-i2Oa-Ou6s-fmRByX',
  dmName: 'vg-vpool_vdata',
  dataName: undefined,
  segmentType: 'linear',
};
const snapshot: LvRow = {
  ...lv1,
  lvName: 'snap',
  lvUuid: 'IYOdqF-uArY-cMr5-w2we-9dpk-2O2m-XL96l9',
  sizeBytes: 524288000,
  dmName: 'vg-snap',
  poolName: undefined,
  segmentType: 'linear',
};

describe('lvs', () => {
  test.each<[string, LvRow[]]>([
    ['lvm/04', []],
    ['lvm/07', [lv1, pool, data]],
    ['lvm/16', [lv1, snapshot, pool, data]],
    ['lvm/22', [lv1, pool, data]],
    ['lvm/51', []],
  ])('%s', (name, expected) => {
    expect(parseLvmReport(asFullReport(recorded(name).stdout))[0]?.lvs).toEqual(expected);
  });
});

type Row = Record<string, unknown>;
/** The parts of a report of one volume group. */
type Group = Record<'vg' | 'pv' | 'lv' | 'pvseg' | 'seg', Row[]>;

/** LVM's report of a pool whose data LV has two pieces. */
function makeReport(change: (group: Group) => void = () => undefined): string {
  const row = {
    lv_name: '[p_vdata]',
    vg_name: 'vg',
    lv_uuid: 'u1',
    lv_size: '8589934592',
    lv_dm_path: '/dev/mapper/vg-p_vdata',
    pool_lv: '',
    data_lv: '',
    lv_tags: 'extra',
  };
  const segment = {
    lv_uuid: 'u1',
    segtype: 'linear',
    seg_start: '0',
    seg_size: '7516192768',
    seg_pe_ranges: '/dev/vdb:0-1791',
  };
  const stacked = {
    lv_uuid: 'u2',
    segtype: 'vdo-pool',
    seg_start: '0',
    seg_size: '8589934592',
    seg_pe_ranges: '[p_vdata]:0-2047',
  };
  const group: Group = {
    vg: [{ vg_name: 'vg', vg_extent_size: '4194304' }],
    pv: [{ pv_name: '/dev/vdb', pe_start: '1048576' }],
    lv: [row],
    pvseg: [{ pvseg_start: '0' }],
    seg: [
      segment,
      {
        ...segment,
        seg_start: '7516192768',
        seg_size: '1073741824',
        seg_pe_ranges: '/dev/vdb:2000-2127 /dev/pci-0:1:0-127',
      },
      stacked,
    ],
  };
  change(group);
  return JSON.stringify({
    report: [{ pv: [{ pv_name: '/dev/vdz', pe_start: '0' }], pvseg: [] }, group],
    log: [],
  });
}

describe('lvm fullreport', () => {
  test('is parsed, its physical volumes outside any group left out', () => {
    const [report, ...others] = parseLvmReport(makeReport());
    expect(others).toEqual([]);
    expect(report).toEqual({
      vgName: 'vg',
      extentBytes: 4194304,
      pvs: [{ pvName: '/dev/vdb', extentsStartBytes: 1048576 }],
      lvs: [
        {
          ...data,
          lvName: 'p_vdata',
          lvUuid: 'u1',
          sizeBytes: 8589934592,
          dmName: 'vg-p_vdata',
        },
      ],
      segments: [
        {
          lvUuid: 'u1',
          segmentType: 'linear',
          startBytes: 0,
          sizeBytes: 7516192768,
          ranges: [{ pv: '/dev/vdb', first: 0, last: 1791 }],
          lvNames: [],
        },
        {
          lvUuid: 'u1',
          segmentType: 'linear',
          startBytes: 7516192768,
          sizeBytes: 1073741824,
          ranges: [
            { pv: '/dev/vdb', first: 2000, last: 2127 },
            { pv: '/dev/pci-0:1', first: 0, last: 127 },
          ],
          lvNames: [],
        },
        {
          lvUuid: 'u2',
          segmentType: 'vdo-pool',
          startBytes: 0,
          sizeBytes: 8589934592,
          ranges: [],
          lvNames: ['p_vdata'],
        },
      ],
    });
  });

  test('the type of an LV is that of its first segment', () => {
    const text = makeReport((group) => Object.assign(group.seg[0] ?? {}, { segtype: 'striped' }));
    expect(parseLvmReport(text)[0]?.lvs.map(({ segmentType }) => segmentType)).toEqual(['striped']);
  });

  test('what the lab recorded of a stopped pool', () => {
    const [report] = parseLvmReport(recorded('lvm/52').stdout);
    expect(report?.lvs.map(({ lvName, segmentType, dataName }) => [lvName, segmentType, dataName])).toEqual([
      ['data', 'vdo', undefined],
      ['pool', 'vdo-pool', 'pool_vdata'],
      ['pool_vdata', 'linear', undefined],
    ]);
    expect(report?.segments.at(-1)?.ranges).toEqual([{ pv: '/dev/vdc', first: 0, last: 2046 }]);
    expect(failureOf(() => parseLvmReport(recorded('lvm/53').stdout)).reason).toBe(
      'report.0.lv: Invalid input',
    );
  });

  test('no volume groups', () => {
    expect(parseLvmReport('{"report":[],"log":[]}')).toEqual([]);
  });

  test.each([
    ['', []],
    ['p_rimage_0:0-9 p_rimage_1:0-9', []],
    ['[unknown]:5-9', [{ pv: '[unknown]', first: 5, last: 9 }]],
  ])('the ranges "%s"', (ranges, expected) => {
    const text = makeReport((group) => Object.assign(group.seg[0] ?? {}, { seg_pe_ranges: ranges }));
    expect(parseLvmReport(text)[0]?.segments[0]?.ranges).toEqual(expected);
  });

  test.each<[part: keyof Group, field: string, value: unknown, reason: string]>([
    ['vg', 'vg_extent_size', '4.00m', 'report.1.vg.0.vg_extent_size: is not a whole number in range'],
    ['vg', 'vg_extent_size', 4194304, 'report.1.vg.0.vg_extent_size: Invalid input'],
    ['pv', 'pe_start', undefined, 'report.1.pv.0.pe_start: Invalid input'],
    ['lv', 'lv_name', '', 'report.1.lv.0.lv_name: is empty'],
    ['lv', 'lv_size', '-1', 'report.1.lv.0.lv_size: is not a whole number in range'],
    ['lv', 'lv_dm_path', 'dm/', 'lv_dm_path: has no last part'],
    ['seg', 'seg_start', '9007199254740993', 'report.1.seg.0.seg_start: is not a whole number in range'],
    ['seg', 'seg_pe_ranges', '/dev/vdb', 'seg_pe_ranges: "/dev/vdb" is not of the form PV:FIRST-LAST'],
    [
      'seg',
      'seg_pe_ranges',
      '/dev/vdb:5-4',
      'seg_pe_ranges: "/dev/vdb:5-4" is not of the form PV:FIRST-LAST',
    ],
  ])('%s with %s = %j is not understood', (part, field, value, reason) => {
    const problem = failureOf(() =>
      parseLvmReport(makeReport((group) => Object.assign(group[part][0] ?? {}, { [field]: value }))),
    );
    expect(problem).toMatchObject({ tool: 'lvm', reason });
    if (value !== undefined) expect(problem.line).toContain(JSON.stringify(value));
  });

  test.each(['vg', 'pv', 'lv', 'seg'] as const)('without the part "%s" is not understood', (part) => {
    const text = makeReport((group) => Reflect.deleteProperty(group, part));
    expect(failureOf(() => parseLvmReport(text)).reason).toBe(`report.1.${part}: Invalid input`);
  });

  test('a line before it hides nothing, and is told', () => {
    const { rows, odd } = readLvmReport(`  WARNING: PV is missing.\n${makeReport()}`);
    expect(rows).toEqual(parseLvmReport(makeReport()));
    expect(odd).toMatchObject([{ isHarmless: true, problem: { line: 'WARNING: PV is missing.' } }]);
  });

  test.each([
    ['lv', 'lv_size'],
    ['seg', 'seg_start'],
    ['seg', 'seg_pe_ranges'],
  ] as const)('an odd %s.%s hides its LV, and none beside it', (part, field) => {
    const { rows, odd } = readLvmReport(
      makeReport((group) => {
        group.lv.push({ ...group.lv[0], lv_name: 'other', lv_uuid: 'u3' });
        Object.assign(group[part][0] ?? {}, { [field]: '-' });
      }),
    );
    expect(rows.map(({ lvs }) => lvs.map(({ lvName }) => lvName))).toEqual([['other']]);
    expect(odd).toHaveLength(1);
  });

  test('a segment of nobody hides its group: nobody knows whose piece is missing', () => {
    const text = makeReport((group) => Reflect.deleteProperty(group.seg[0] ?? {}, 'lv_uuid'));
    expect(readLvmReport(text).rows).toEqual([]);
    expect(readLvmReport(text).odd).toHaveLength(2);
  });

  test('is one JSON document and nothing else', () => {
    expect(failureOf(() => parseLvmReport(makeReport().slice(0, -9))).reason).toMatch(/^not JSON: /);
    expect(failureOf(() => parseLvmReport('{}')).reason).toBe('report: Invalid input');
    expect(failureOf(() => parseLvmReport('')).reason).toMatch(/^not JSON: /);
    const twoGroups = makeReport((group) => group.vg.push({ vg_name: 'b', vg_extent_size: '1' }));
    expect(failureOf(() => parseLvmReport(twoGroups)).reason).toBe('a report must be of one volume group');
  });
});
