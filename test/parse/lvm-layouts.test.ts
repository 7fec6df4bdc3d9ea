import { expect, test } from 'vitest';

import type { LvmReport, LvRow } from '../../src/model/kernel.ts';
import { parseRaidStatus } from '../../src/parse/dmsetup-raid.ts';
import { parseLvmReport as readLvmReport } from '../../src/parse/lvm-report.ts';
import { findWholeness } from '../../src/stacks/lvm/layout.ts';
import { listStanding } from '../../src/stacks/lvm/layers.ts';
import { areaOfPool, poolsOf } from '../../src/stacks/lvm/report.ts';
import { strictly } from './expect-failure.ts';
import { recorded } from './recordings.ts';

function readGroup(recording: string): { readonly group: LvmReport; readonly pool: LvRow } {
  const [group] = strictly(readLvmReport)(recorded(recording).stdout);
  const pool = group === undefined ? undefined : poolsOf(group)[0];
  if (group === undefined || pool === undefined) throw new Error(recording);
  return { group, pool };
}

test.each([
  ['thin-on-vdo', 54, 'whole', 1],
  ['striped', 57, 'whole', undefined],
  ['cached', 60, 'whole', undefined],
  ['raid1', 63, 'whole', undefined],
  ['raid1-leg-failed', 67, 'degraded', undefined],
  ['raid1-leg-back', 71, 'degraded', undefined],
] as const)(
  'a pool %s: how whole it is, and whether its disk is read where it lies',
  (name, at, whole, pieces) => {
    const { group, pool } = readGroup(`lvm/${String(at)}-${name}-fullreport`);
    expect(findWholeness(group, pool, (pvName) => pvName.startsWith('/'))).toBe(whole);
    expect(areaOfPool(group, pool)?.extents.length).toBe(pieces);
  },
);

test('a physical volume that is back counts as missing until its group is told', () => {
  const missing = (recording: string) =>
    readGroup(recording).group.pvs.flatMap(({ pvName, isMissing }) => (isMissing === true ? [pvName] : []));
  expect(missing('lvm/63-')).toEqual([]);
  expect(missing('lvm/67-')).toEqual(['[unknown]']);
  expect(missing('lvm/71-')).toEqual(['/dev/mapper/st2']);
});

test('what LVM has on and off of a pool', () => {
  const switches = (recording: string) =>
    readGroup(recording).group.segments.flatMap((segment) => segment.switches ?? []);
  expect(switches('lvm/63-')).toEqual([{ compression: 'off', deduplication: 'on' }]);
  expect(switches('lvm/71-')).toEqual([{ compression: 'on', deduplication: 'on' }]);
  // This recording did not ask LVM for the switches.
  expect(switches('lvm/52-')).toEqual([]);
});

test('on a thin pool stands what lives in it', () => {
  const { group, pool } = readGroup('lvm/54-');
  expect(listStanding(group, pool).map(({ row }) => row.lvName)).toEqual(['thin', 'data']);
});

test.each([
  ['lvm/66-', 0],
  ['lvm/70-', 1],
  ['lvm/74-', 1],
])('%s: failed legs', (recording, failedLegs) => {
  expect(parseRaidStatus(recorded(recording).stdout)).toMatchObject([
    { dmName: 'my--vg-pool_vdata', type: 'raid1', legs: 2, failedLegs },
  ]);
});
