import { expect, test } from 'vitest';
import type { LvmReport, LvRow } from '../../src/model/kernel.ts';
import { findWholeness } from '../../src/stacks/lvm/layout.ts';

const row = (lvName: string, more: Partial<LvRow> = {}): LvRow => ({
  ...{ lvName, vgName: 'vg', lvUuid: lvName, sizeBytes: 1, dmName: `vg-${lvName}`, segmentType: '' },
  ...{ poolName: undefined, dataName: undefined, originName: undefined, isPartial: false },
  ...more,
});
const place = { startBytes: 0, sizeBytes: 1 };

/**
 * A data LV of this type on legs, each with its metadata, on physical volumes `/dev/0`, `/dev/1`, …; the leg `x` is
 * missing.
 */
function makeRaid(segmentType: string, legs: string): LvmReport {
  const pvs = Array.from(legs, (leg, at) => (leg === 'x' ? '[unknown]' : `/dev/${String(at)}`));
  const names = pvs.flatMap((_, at) => [`data_rimage_${String(at)}`, `data_rmeta_${String(at)}`]);
  return {
    ...{ vgName: 'vg', extentBytes: 1, pvs: [] },
    lvs: [row('data', { isPartial: legs.includes('x') }), ...names.map((name) => row(name))],
    segments: [
      {
        ...place,
        ...{ lvUuid: 'data', segmentType, ranges: [] },
        lvNames: names.filter((name) => name.includes('rimage')),
      },
      ...names.map((lvUuid, at) => ({
        ...place,
        ...{ lvUuid, segmentType: 'linear', lvNames: [] },
        ranges: [{ pv: pvs[Math.floor(at / 2)] ?? '', first: 0, last: 0 }],
      })),
    ],
  };
}

const weigh = (group: LvmReport): string =>
  findWholeness(group, group.lvs[0] ?? row(''), (pvName) => pvName.startsWith('/'));

test.each([
  ['raid1', 'oo', 'whole'],
  ['raid1', 'ox', 'degraded'],
  ['raid1', 'xx', 'partial'],
  ['raid5_ls', 'oox', 'degraded'],
  ['raid5_ls', 'oxx', 'partial'],
  ['raid6_zr', 'oooxx', 'degraded'],
  ['raid6_zr', 'ooxxx', 'partial'],
  ['raid10', 'xoox', 'degraded'],
  ['raid10', 'xxoo', 'partial'],
  ['raid0', 'ox', 'partial'],
  ['striped', 'ox', 'partial'],
])('%s on %s is %s', (segmentType, legs, expected) => {
  expect(weigh(makeRaid(segmentType, legs))).toBe(expected);
});

test('a leg whose metadata alone is missing counts for nothing', () => {
  const group = makeRaid('raid1', 'oo');
  const segments = group.segments.map((segment) =>
    segment.lvUuid === 'data_rmeta_1'
      ? { ...segment, ranges: [{ pv: '[unknown]', first: 0, last: 0 }] }
      : segment,
  );
  expect(weigh({ ...group, segments })).toBe('degraded');
});

test('what only LVM knows to be missing is missing', () => {
  const group = makeRaid('linear', 'o');
  expect(weigh({ ...group, lvs: group.lvs.map((lv) => ({ ...lv, isPartial: true })) })).toBe('partial');
});
